package verimesh.metadata.sign;

import java.util.Map;
import java.util.Optional;

/// What can still be read of a graph that is no JSON any more: cut off, or beyond the limits of [Json]. One scan a member,
/// no backtracking.
final class ComfyScan {
  /// Occurrences of one member that are looked at.
  private static final int HITS_MAX = 10_000;

  private ComfyScan() {}

  /// @return a recipe, if the text has nodes of a graph in it
  static Optional<Recipe> read(String text) {
    if (!text.stripLeading().startsWith("{")) return Optional.empty();
    if (longest(text, "class_type").isEmpty() || !text.contains("\"inputs\"")) return Optional.empty();
    String model = first(text, "ckpt_name");
    if (model.isEmpty()) model = first(text, "unet_name");
    String seed = first(text, "seed");
    if (seed.isEmpty()) seed = first(text, "noise_seed");
    return Optional.of(new Recipe("", model, longest(text, "text"), "", seed, Map.of()));
  }

  private static String first(String text, String member) {
    int at = valueAt(text, "\"" + member + "\"", 0);
    return at < 0 ? "" : value(text, at);
  }

  private static String longest(String text, String member) {
    String quoted = "\"" + member + "\"";
    String longest = "";
    int hits = 0;
    for (int at = valueAt(text, quoted, 0); at >= 0 && hits < HITS_MAX; at = valueAt(text, quoted, at), hits++) {
      if (text.charAt(at) != '"') continue;
      String value = value(text, at);
      if (value.length() > longest.length()) longest = value;
    }
    return longest;
  }

  /// Offset of the value that follows the next such member, -1 if there is none.
  private static int valueAt(String text, String quoted, int from) {
    for (int at = text.indexOf(quoted, from); at >= 0; at = text.indexOf(quoted, at + 1)) {
      int i = at + quoted.length();
      while (i < text.length() && Character.isWhitespace(text.charAt(i))) i++;
      if (i >= text.length() || text.charAt(i) != ':') continue;
      i++;
      while (i < text.length() && Character.isWhitespace(text.charAt(i))) i++;
      if (i < text.length()) return i;
    }
    return -1;
  }

  /// A string without its escapes, or a number; a link is nothing.
  private static String value(String text, int at) {
    StringBuilder value = new StringBuilder();
    if (text.charAt(at) != '"') {
      for (int i = at; i < text.length() && i < at + 32 && (Character.isDigit(text.charAt(i)) || text.charAt(i) == '-'); i++) value.append(text.charAt(i));
      return value.toString();
    }
    for (int i = at + 1; i < text.length() && text.charAt(i) != '"'; i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        value.append(c);
      } else if (++i < text.length()) {
        char escaped = text.charAt(i);
        if (escaped == 'u' && i + 4 < text.length() && text.substring(i + 1, i + 5).chars().allMatch(d -> Character.digit(d, 16) >= 0)) {
          value.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
          i += 4;
        } else {
          value.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
        }
      }
    }
    return value.toString();
  }
}
