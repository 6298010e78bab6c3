package verimesh.metadata;

import java.util.LinkedHashMap;
import java.util.Map;
import verimesh.metadata.sign.Recipe;
import verimesh.metadata.sign.Signature;

/// Shortens what strangers wrote before it is shown.
final class Cut {
  /// Characters of one setting's name and value; the prompt has a limit of its own.
  private static final int SETTING_CHARACTERS_MAX = 500;

  /// Characters of names: tool, version, model, seed.
  private static final int NAME_CHARACTERS_MAX = 300;

  private Cut() {}

  /// @return at most `max` characters (UTF-16 units), never half of one beyond the basic plane, control characters other
  ///     than line ends and tabs taken out
  static String text(String text, int max) {
    int end = Math.min(text.length(), max);
    if (end < text.length() && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) end--;
    StringBuilder shown = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean control = Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t';
      boolean lone = Character.isSurrogate(c) && !(Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text.charAt(i + 1)))
          && !(Character.isLowSurrogate(c) && i > 0 && Character.isHighSurrogate(text.charAt(i - 1)));
      if (!control) shown.append(lone ? '\uFFFD' : c); // protobuf takes no lone surrogate
    }
    return shown.toString();
  }

  static String name(String text) {
    return text(text, NAME_CHARACTERS_MAX);
  }

  static Signature signature(Signature signature, int textMax) {
    Recipe recipe = signature.recipe();
    Map<String, String> settings = new LinkedHashMap<>();
    recipe.settings().forEach((key, value) -> settings.put(text(key, SETTING_CHARACTERS_MAX), text(value, Math.min(textMax, SETTING_CHARACTERS_MAX))));
    return new Signature(name(signature.tool()), signature.kind(), signature.place(), signature.weight(),
        new Recipe(name(recipe.version()), name(recipe.model()), text(recipe.prompt(), textMax), text(recipe.negativePrompt(), textMax), name(recipe.seed()), settings),
        signature.verified(), name(signature.signer()));
  }
}
