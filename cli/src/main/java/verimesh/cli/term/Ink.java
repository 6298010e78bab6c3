package verimesh.cli.term;

/// Colours with a meaning, by the terminal's own sixteen, so that they fit light and dark ones.
public enum Ink {
  STRONG("1"),
  FAINT("2"),
  /// Speaks for AI.
  AI("1;35"),
  /// Speaks for real.
  REAL("32"),
  /// Undecided.
  OPEN("33"),
  GOOD("32"),
  WARN("33"),
  BAD("31"),
  NAME("36");

  private final String code;

  Ink(String code) {
    this.code = code;
  }

  String on(String text) {
    return text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
