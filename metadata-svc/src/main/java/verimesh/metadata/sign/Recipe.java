package verimesh.metadata.sign;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// How a picture was made, as far as its record says. Every text is as written and may be long; whoever shows it cuts it.
///
/// @param version of the tool, `model` the checkpoint or service model, both empty where the record does not say
/// @param prompt what the person asked for; may hold personal data, so it is never logged
/// @param seed as written: tools write numbers of more than 64 bits, and words
/// @param settings further ones by the tool's own names, at most [#SETTINGS_MAX]
public record Recipe(String version, String model, String prompt, String negativePrompt, String seed, Map<String, String> settings) {
  /// As `metadata.proto` promises.
  public static final int SETTINGS_MAX = 64;

  static final Recipe UNKNOWN = new Recipe("", "", "", "", "", Map.of());

  public Recipe {
    Map<String, String> kept = new LinkedHashMap<>();
    for (var setting : settings.entrySet()) {
      if (kept.size() == SETTINGS_MAX) break;
      if (!setting.getValue().isBlank()) kept.put(setting.getKey(), setting.getValue());
    }
    settings = Collections.unmodifiableMap(kept);
  }

  static Recipe ofPrompt(String prompt, String negativePrompt) {
    return new Recipe("", "", prompt, negativePrompt, "", Map.of());
  }

  Recipe version(String value) {
    return new Recipe(value, model, prompt, negativePrompt, seed, settings);
  }

  Recipe model(String value) {
    return new Recipe(version, value, prompt, negativePrompt, seed, settings);
  }

  Recipe seed(String value) {
    return new Recipe(version, model, prompt, negativePrompt, value, settings);
  }

  Recipe settings(Map<String, String> value) {
    return new Recipe(version, model, prompt, negativePrompt, seed, value);
  }

  /// This record with its gaps filled from another one of the same picture.
  Recipe or(Recipe other) {
    return new Recipe(pick(version, other.version), pick(model, other.model), pick(prompt, other.prompt),
        pick(negativePrompt, other.negativePrompt), pick(seed, other.seed), settings.isEmpty() ? other.settings : settings);
  }

  private static String pick(String first, String second) {
    return first.isBlank() ? second : first;
  }
}
