package verimesh.metadata.sign;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Text in the grammar of AUTOMATIC1111's web UI (METADATA.md §3): a prompt, `Negative prompt:`, and a line of settings.
/// Read in one pass without backtracking, for such texts may have 10 MB and come from strangers.
///
/// @param settings the settings line's pairs by the writer's own names, in its order, quotes taken off
record Parameters(String prompt, String negativePrompt, Map<String, String> settings) {
  private static final String NEGATIVE = "Negative prompt:";
  private static final String STEPS = "Steps:";

  /// Longest key that is taken for one; extensions write up to some 40 characters.
  private static final int KEY_MAX = 64;

  /// Fewer pairs are a sentence with colons in it.
  private static final int PAIRS_MIN = 3;

  /// Pairs of one line; the heaviest known extensions write below 150.
  private static final int PAIRS_MAX = 400;

  /// Characters behind `Steps:` that are read as settings; Civitai's resource lists have some ten thousand.
  private static final int SETTINGS_CHARACTERS_MAX = 1 << 20;

  /// Brackets that never close, each found by a scan to the end. After these many, brackets are taken as plain text.
  private static final int UNCLOSED_MAX = 4;

  /// @return the parts, if the text has a settings line of three pairs or more, among them a number of `Steps` and one of
  ///     `Sampler`, `Seed`, `CFG scale`
  static Optional<Parameters> parse(String text) {
    int steps = settingsAt(text);
    if (steps < 0) return Optional.empty();
    Map<String, String> settings = pairs(text.substring(steps, (int) Math.min(text.length(), (long) steps + SETTINGS_CHARACTERS_MAX)));
    Parameters parameters = new Parameters("", "", settings);
    boolean complete = settings.size() >= PAIRS_MIN && isCount(parameters.setting("Steps"))
        && (!parameters.setting("Sampler").isEmpty() || !parameters.setting("Seed").isEmpty() || !parameters.setting("CFG scale").isEmpty());
    if (!complete) return Optional.empty();
    String before = text.substring(0, steps);
    int negative = lineStart(before, NEGATIVE);
    if (negative < 0 && !before.endsWith("\n")) negative = before.lastIndexOf(NEGATIVE); // all in one line
    return Optional.of(negative < 0
        ? new Parameters(before.stripTrailing(), "", settings)
        : new Parameters(before.substring(0, negative).stripTrailing(), before.substring(negative + NEGATIVE.length()).strip(), settings));
  }

  /// A setting by its name, whatever its case: writers differ (`CFG scale`, `CFG Scale`, `model`).
  String setting(String name) {
    String exact = settings.get(name);
    if (exact != null) return exact;
    for (var setting : settings.entrySet()) if (setting.getKey().equalsIgnoreCase(name)) return setting.getValue();
    return "";
  }

  Recipe recipe() {
    Map<String, String> further = new LinkedHashMap<>(settings);
    further.keySet().removeIf(key -> switch (key.toLowerCase(Locale.ROOT)) {
      case "seed", "version", "model" -> true;
      default -> false;
    });
    String model = setting("Model");
    if (model.isEmpty()) model = setting("Unet");
    return new Recipe(setting("Version"), model, prompt, negativePrompt, setting("Seed"), further);
  }

  /// Where the settings begin: the last line that starts with `Steps: <digit>`; where line ends were lost, the last such
  /// place within a line; where other keys come first, the last line that holds `Steps`.
  private static int settingsAt(String text) {
    int within = -1;
    for (int at = text.lastIndexOf(STEPS); at >= 0; at = at == 0 ? -1 : text.lastIndexOf(STEPS, at - 1)) {
      if (!digitFollows(text, at + STEPS.length())) continue;
      if (at == 0 || isLineEnd(text.charAt(at - 1))) return at;
      char before = text.charAt(at - 1);
      // "Hires Steps: 10" and "ADetailer Steps: 8" are other keys; the settings' own stands behind a comma or a sentence.
      if (within < 0 && (before == ' ' || before == '\t' || before == ',')) within = at;
    }
    if (within < 0) return -1;
    int line = within;
    while (line > 0 && !isLineEnd(text.charAt(line - 1))) line--;
    return keyStartsAt(text, line, within) ? line : within;
  }

  /// Whether the line begins with a short key of its own ahead of `Steps`, as SD.Next's and others' orders do.
  private static boolean keyStartsAt(String text, int line, int steps) {
    int colon = text.indexOf(':', line);
    if (colon < 0 || colon >= steps || colon - line > KEY_MAX || text.startsWith(NEGATIVE, line)) return false;
    int comma = text.lastIndexOf(',', steps);
    return comma > colon && text.substring(line, colon).chars().allMatch(Parameters::isKeyCharacter);
  }

  private static boolean isCount(String value) {
    return !value.isEmpty() && value.length() <= 6 && value.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean digitFollows(String text, int at) {
    while (at < text.length() && text.charAt(at) == ' ') at++;
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static int lineStart(String text, String word) {
    for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      if (at == 0 || isLineEnd(text.charAt(at - 1))) return at;
    }
    return -1;
  }

  /// `Key: value` pairs to the end of the text. Values are quoted strings, balanced JSON, or run to the next comma; a
  /// segment without a colon is skipped.
  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    int unclosed = 0;
    int at = 0;
    while (at < text.length() && pairs.size() < PAIRS_MAX) {
      while (at < text.length() && (text.charAt(at) == ',' || Character.isWhitespace(text.charAt(at)))) at++;
      int keyFrom = at;
      while (at < text.length() && at - keyFrom <= KEY_MAX && isKeyCharacter(text.charAt(at))) at++;
      if (at == keyFrom || at == text.length() || text.charAt(at) != ':' || at - keyFrom > KEY_MAX) {
        at = Math.max(segmentEnd(text, at), keyFrom + 1); // always onward
        continue;
      }
      String key = text.substring(keyFrom, at).strip();
      at++;
      while (at < text.length() && text.charAt(at) == ' ') at++;
      int end = unclosed < UNCLOSED_MAX ? structuredEnd(text, at) : at;
      if (end < 0) unclosed++;
      if (end <= at) end = segmentEnd(text, at);
      String value = unquoted(text.substring(at, end).strip());
      if (!key.isEmpty()) pairs.putIfAbsent(key, value); // a later twin is an extension's: the first is the picture's
      at = end;
    }
    return pairs;
  }

  /// Behind a quoted or bracketed value, `at` for a plain one, -1 where the quote or bracket never closes.
  private static int structuredEnd(String text, int at) {
    if (at >= text.length()) return at;
    return switch (text.charAt(at)) {
      case '"' -> quotedEnd(text, at);
      case '[', '{' -> balancedEnd(text, at);
      default -> at;
    };
  }

  private static int segmentEnd(String text, int at) {
    int end = at;
    while (end < text.length() && text.charAt(end) != ',' && !isLineEnd(text.charAt(end))) end++;
    return end;
  }

  /// Behind the closing quote, or -1 without one.
  private static int quotedEnd(String text, int quote) {
    for (int i = quote + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') i++;
      else if (c == '"') return i + 1;
    }
    return -1;
  }

  /// Behind the bracket that closes this one, strings skipped; -1 if it never closes.
  private static int balancedEnd(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '[', '{' -> depth++;
        case ']', '}' -> {
          if (--depth == 0) return i + 1;
        }
        case '"' -> {
          int end = quotedEnd(text, i);
          if (end < 0) return -1;
          i = end - 1;
        }
        default -> { }
      }
    }
    return -1;
  }

  private static String unquoted(String value) {
    if (value.length() < 2 || value.charAt(0) != '"' || value.charAt(value.length() - 1) != '"') return value;
    StringBuilder plain = new StringBuilder(value.length());
    for (int i = 1; i < value.length() - 1; i++) {
      char c = value.charAt(i);
      if (c != '\\' || i + 1 == value.length() - 1) {
        plain.append(c);
        continue;
      }
      char escaped = value.charAt(++i);
      if (escaped == 'u' && i + 4 < value.length() - 1 && value.substring(i + 1, i + 5).chars().allMatch(d -> Character.digit(d, 16) >= 0)) {
        plain.append((char) Integer.parseInt(value.substring(i + 1, i + 5), 16));
        i += 4;
        continue;
      }
      plain.append(switch (escaped) {
        case 'n' -> '\n';
        case 't' -> '\t';
        case 'r' -> '\r';
        default -> escaped;
      });
    }
    return plain.toString();
  }

  private static boolean isKeyCharacter(int c) {
    return Character.isLetterOrDigit(c) || c == ' ' || c == '_' || c == '-' || c == '/' || c == '.' || c == '+' || c == '(' || c == ')' || c == '#' || c == '\'';
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }
}
