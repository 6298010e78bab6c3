package verimesh.metadata.read;

import java.util.Base64;

/// SVG, as far as it says something: comments before the root, size, XMP, and the C2PA manifest element.
///
/// The text is searched, not parsed: no entity is ever expanded, and a drawing of megabytes costs one pass.
final class SvgReader {
  /// How far the root element may stand behind comments and a doctype.
  private static final int PROLOGUE_BYTES = 64 << 10;
  private static final int TAG_BYTES = 64 << 10;
  private static final String C2PA_NAMESPACE = "http://c2pa.org/manifest";

  private SvgReader() {}

  static boolean isSvg(Slice f) {
    Slice prologue = f.clip(0, PROLOGUE_BYTES);
    int root = root(prologue, null);
    if (root < 0) {
      return false;
    }
    String name = name(prologue, root + 1);
    return name.equals("svg") || name.endsWith(":svg");
  }

  static void read(Slice file, Harvest harvest) {
    int root = root(file.clip(0, PROLOGUE_BYTES), harvest);
    int end = file.indexOf('>', root, root + TAG_BYTES);
    size(file.clip(root, Math.max(0, end - root)).latin1(), harvest);
    manifests(file, root, harvest);
    xmp(file, root, harvest);
  }

  /// The position of the root element's `<`, -1 if the text is no XML.
  /// @param harvest takes the comments on the way, null if nobody wants them
  private static int root(Slice p, Harvest harvest) {
    int at = p.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
    while (p.has(at, 2)) {
      int c = p.u8(at);
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        at++;
        continue;
      }
      if (c != '<') {
        return -1;
      }
      int end;
      if (p.u8(at + 1) == '?') {
        end = p.indexOf("?>", at);
        at = end + 2;
      } else if (p.matches(at, "<!--")) {
        end = p.indexOf("-->", at);
        if (end >= 0 && harvest != null && harvest.afford(end - at, p)) {
          harvest.text("SVG comment", "", TextDecoding.utf8OrLatin1(p.clip(at + 4L, end - at - 4L)).strip(), p.after(at));
        }
        at = end + 3;
      } else if (p.u8(at + 1) == '!') {
        end = p.indexOf('>', at, p.length());
        int subset = p.indexOf('[', at, end < 0 ? 0 : end);
        if (subset >= 0) {
          int close = p.indexOf(']', subset, p.length());
          end = close < 0 ? -1 : p.indexOf('>', close, p.length());
        }
        at = end + 1;
      } else {
        return isNameStart(p.u8(at + 1)) ? at : -1;
      }
      if (end < 0) {
        return -1;
      }
    }
    return -1;
  }

  private static boolean isNameStart(int c) {
    return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80;
  }

  private static boolean isNamePart(int c) {
    return isNameStart(c) || c == ':' || c == '-' || c == '.' || c >= '0' && c <= '9';
  }

  private static String name(Slice p, int at) {
    int end = at;
    while (p.has(end, 1) && isNamePart(p.u8(end))) {
      end++;
    }
    return p.latin1(at, end - at);
  }

  private static void size(String tag, Harvest harvest) {
    double width = pixels(attribute(tag, "width"));
    double height = pixels(attribute(tag, "height"));
    if (width <= 0 || height <= 0) {
      String[] box = attribute(tag, "viewBox").strip().split("[\\s,]+");
      if (box.length == 4) {
        width = pixels(box[2]);
        height = pixels(box[3]);
      }
    }
    if (width >= 1 && height >= 1) {
      harvest.size(Math.round(width), Math.round(height));
    }
  }

  private static String attribute(String tag, String name) {
    for (int at = tag.indexOf(name); at > 0; at = tag.indexOf(name, at + 1)) {
      int quote = at + name.length();
      while (quote < tag.length() && (tag.charAt(quote) == '=' || Character.isWhitespace(tag.charAt(quote)))) {
        quote++;
      }
      boolean whole = Character.isWhitespace(tag.charAt(at - 1)) && quote < tag.length() && (tag.charAt(quote) == '"' || tag.charAt(quote) == '\'');
      int end = whole ? tag.indexOf(tag.charAt(quote), quote + 1) : -1;
      if (end > 0) {
        return tag.substring(quote + 1, end);
      }
    }
    return "";
  }

  /// User units and `px`; other units need a resolution that nobody told.
  private static double pixels(String length) {
    String number = length.strip();
    if (number.endsWith("px")) {
      number = number.substring(0, number.length() - 2).strip();
    }
    boolean plain = !number.isEmpty() && number.length() < 16 && number.chars().allMatch(c -> Character.isDigit(c) && c < 0x80 || c == '.')
        && number.indexOf('.') == number.lastIndexOf('.') && number.length() > 1 | number.charAt(0) != '.';
    return plain ? Double.parseDouble(number) : 0;
  }

  private static void manifests(Slice file, int root, Harvest harvest) {
    if (file.indexOf(C2PA_NAMESPACE, root) < 0) {
      return;
    }
    for (int at = file.indexOf("manifest", root), seen = 0; at >= 0 && seen < Limits.ENTRIES; at = file.indexOf("manifest", at + 8), seen++) {
      int open = at - 1;
      while (open > root && at - open < 64 && file.u8(open) != '<' && isNamePart(file.u8(open))) {
        open--;
      }
      if (file.u8(open) != '<' || !name(file, open + 1).endsWith("manifest")) {
        continue;
      }
      int tagEnd = file.indexOf('>', at, Math.min(file.length(), at + TAG_BYTES));
      int close = tagEnd < 0 ? -1 : file.indexOf('<', tagEnd, file.length());
      if (close < 0) {
        harvest.findingOnce("TRUNCATED", "A manifest element is cut off", harvest.offset(file) + open);
        return;
      }
      Slice text = file.clip(tagEnd + 1L, close - tagEnd - 1L);
      if (!harvest.afford(text.length(), text)) {
        return;
      }
      try {
        byte[] store = Base64.getMimeDecoder().decode(file.clip(tagEnd + 1L, close - tagEnd - 1L).copy());
        if (store.length > 0) {
          harvest.store("SVG c2pa:manifest", store, harvest.offset(text));
        }
      } catch (IllegalArgumentException e) {
        // The decoder has no other way to say that a stranger's text is no Base64.
        harvest.findingOnce("BAD_BASE64", "A manifest element holds no Base64", harvest.offset(text));
      }
    }
  }

  private static void xmp(Slice file, int root, Harvest harvest) {
    int start = file.indexOf("<x:xmpmeta", root);
    String endTag = "</x:xmpmeta>";
    if (start < 0) {
      start = file.indexOf("<rdf:RDF", root);
      endTag = "</rdf:RDF>";
    }
    if (start >= 0) {
      int end = file.indexOf(endTag, start);
      XmpReader.read(end < 0 ? file.after(start) : file.clip(start, (long) end + endTag.length() - start), "SVG XMP", harvest);
    }
  }
}
