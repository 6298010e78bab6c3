package verimesh.cli.report;

/// Markup under construction. Text goes in through [#text] and attribute values through [#open], both escaped, so that no
/// stranger's file name or metadata becomes markup.
public final class Html {
  private final StringBuilder out = new StringBuilder();

  /// An opening tag.
  /// @param attributes names and values by turns; a null value leaves the attribute out, an empty one writes the name alone
  public Html open(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i + 1] == null) continue;
      out.append(' ').append(attributes[i]);
      if (!attributes[i + 1].isEmpty()) out.append("=\"").append(escaped(attributes[i + 1])).append('"');
    }
    out.append('>');
    return this;
  }

  public Html close(String tag) {
    out.append("</").append(tag).append('>');
    return this;
  }

  public Html text(String text) {
    out.append(escaped(text));
    return this;
  }

  /// A whole element with text inside.
  public Html element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  /// Markup of ours; never a text from outside.
  public Html raw(String markup) {
    out.append(markup);
    return this;
  }

  public Html line() {
    out.append('\n');
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }

  /// Fit for text and for attribute values in quotes. Characters that HTML does not allow at all become U+FFFD.
  static String escaped(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(codePoint -> {
      switch (codePoint) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        case '\t', '\n' -> escaped.append((char) codePoint);
        default -> escaped.appendCodePoint(allowed(codePoint) ? codePoint : 0xFFFD);
      }
    });
    return escaped.toString();
  }

  private static boolean allowed(int codePoint) {
    boolean control = codePoint < 0x20 || codePoint >= 0x7F && codePoint <= 0x9F;
    boolean surrogate = codePoint >= 0xD800 && codePoint <= 0xDFFF;
    // Marks that turn the reading direction around could make a file name read as another.
    boolean turning = codePoint >= 0x202A && codePoint <= 0x202E || codePoint >= 0x2066 && codePoint <= 0x2069;
    return !control && !surrogate && !turning && (codePoint & 0xFFFE) != 0xFFFE;
  }
}
