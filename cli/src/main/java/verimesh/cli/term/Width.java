package verimesh.cli.term;

/// How many columns a text takes in a terminal: Hangul and other wide characters take two, marks that sit on others none.
public final class Width {
  private Width() {}

  public static int of(String text) {
    return text.codePoints().map(Width::of).sum();
  }

  /// Filled with blanks up to `columns`; a longer text is left as it is.
  public static String pad(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - of(text)));
  }

  /// At most `columns` wide, the rest replaced by an ellipsis at the end.
  public static String cut(String text, int columns) {
    if (of(text) <= columns) return text;
    var kept = new StringBuilder();
    int width = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      width += of(codePoint);
      if (width > columns - 1) break;
      kept.appendCodePoint(codePoint);
      i += Character.charCount(codePoint);
    }
    return columns < 1 ? "" : kept.toString().stripTrailing() + "…";
  }

  /// At most `columns` wide, cut in front: of a path the end says more.
  public static String cutFront(String text, int columns) {
    if (of(text) <= columns) return text;
    String reversed = new StringBuilder(text).reverse().toString();
    return new StringBuilder(cut(reversed, columns)).reverse().toString();
  }

  private static int of(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) return 0;
    // Unicode Standard Annex 11, the ranges of class W and F that occur in practice.
    boolean wide = codePoint >= 0x1100
        && (codePoint <= 0x115F
            || codePoint >= 0x2E80 && codePoint <= 0x303E
            || codePoint >= 0x3041 && codePoint <= 0xA4CF
            || codePoint >= 0xA960 && codePoint <= 0xA97C
            || codePoint >= 0xAC00 && codePoint <= 0xD7A3
            || codePoint >= 0xF900 && codePoint <= 0xFAFF
            || codePoint >= 0xFE30 && codePoint <= 0xFE6F
            || codePoint >= 0xFF00 && codePoint <= 0xFF60
            || codePoint >= 0xFFE0 && codePoint <= 0xFFE6
            || codePoint >= 0x1F300 && codePoint <= 0x1F64F
            || codePoint >= 0x1F900 && codePoint <= 0x1F9FF
            || codePoint >= 0x20000 && codePoint <= 0x3FFFD);
    return wide ? 2 : 1;
  }
}
