package verimesh.cli.term;

/// A stranger's text made fit for a terminal: whoever writes a file's metadata must not move our cursor, hide lines or turn
/// the reading order around.
public final class Plain {
  private Plain() {}

  /// One line: line breaks and tabs become blanks, other control characters, escape sequences' beginnings, and marks that
  /// change the reading direction become a visible `·`.
  public static String line(String text) {
    var plain = new StringBuilder(text.length());
    text.codePoints().forEach(codePoint -> {
      if (codePoint == '\n' || codePoint == '\r' || codePoint == '\t') plain.append(' ');
      else if (dangerous(codePoint)) plain.append('·');
      else plain.appendCodePoint(codePoint);
    });
    return plain.toString();
  }

  private static boolean dangerous(int codePoint) {
    if (codePoint >= 0xD800 && codePoint <= 0xDFFF) return true; // half a character
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      // Bidirectional controls: U+202A to U+202E, U+2066 to U+2069, U+200E, U+200F, U+061C.
      case Character.FORMAT -> codePoint != 0x200C && codePoint != 0x200D && codePoint != 0xAD;
      default -> false;
    };
  }
}
