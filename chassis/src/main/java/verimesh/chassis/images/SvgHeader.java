package verimesh.chassis.images;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import verimesh.chassis.images.ImageHeader.Known;

/// SVG: XML whose first element is `svg`. No XML parser looks at it, so no entity can be expanded.
final class SvgHeader {
  /// How far the root element may lie from the start: room for a licence in a comment.
  private static final int PROLOGUE_BYTES_MAX = 64 << 10;
  private static final Pattern ATTRIBUTE =
      Pattern.compile("\\s(width|height|viewBox)\\s*=\\s*(?:\"([^\"]{0,200})\"|'([^']{0,200})')");
  private static final Pattern PIXELS = Pattern.compile("\\s*(\\d{1,7})(?:\\.\\d*)?\\s*(?:px)?\\s*");

  private SvgHeader() {}

  static boolean startsLikeOne(HeaderBytes b) {
    return rootAt(b.latin1(0, PROLOGUE_BYTES_MAX)) >= 0;
  }

  static ImageHeader read(HeaderBytes b) {
    String text = b.latin1(0, PROLOGUE_BYTES_MAX);
    int root = rootAt(text);
    int end = text.indexOf('>', root);
    String tag = end < 0 ? text.substring(root) : text.substring(root, end);
    int width = 0;
    int height = 0;
    String viewBox = "";
    for (Matcher m = ATTRIBUTE.matcher(tag); m.find(); ) {
      String value = m.group(2) != null ? m.group(2) : m.group(3);
      switch (m.group(1)) {
        case "width" -> width = pixels(value);
        case "height" -> height = pixels(value);
        default -> viewBox = value;
      }
    }
    String[] box = viewBox.trim().split("[\\s,]+");
    if ((width == 0 || height == 0) && box.length == 4) {
      width = pixels(box[2]);
      height = pixels(box[3]);
    }
    return new Known(ImageFormat.SVG, width, height, 1, false, false);
  }

  /// Where `<svg` stands, with nothing but a byte order mark, white space, declarations and comments before it; -1 if not.
  private static int rootAt(String text) {
    int at = text.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
        continue;
      }
      if (text.startsWith("<svg", at) && at + 4 < text.length()) {
        char next = text.charAt(at + 4);
        return Character.isWhitespace(next) || next == '>' || next == '/' ? at : -1;
      }
      String close = closing(text, at);
      int end = close.isEmpty() ? -1 : text.indexOf(close, at);
      if (end < 0) return -1;
      at = end + close.length();
    }
    return -1;
  }

  /// What ends the comment, instruction or document type that begins here; empty if none of them does.
  private static String closing(String text, int at) {
    if (text.startsWith("<!--", at)) return "-->";
    if (text.startsWith("<?", at)) return "?>";
    if (!text.startsWith("<!DOCTYPE", at)) return "";
    int subset = text.indexOf('[', at); // declarations of its own, as entities are, may hold any number of >
    int end = text.indexOf('>', at);
    return subset >= 0 && subset < end ? "]>" : ">";
  }

  private static int pixels(String value) {
    Matcher m = PIXELS.matcher(value);
    return m.matches() ? Integer.parseInt(m.group(1)) : 0;
  }
}
