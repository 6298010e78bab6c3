package verimesh.metadata.read;

import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// Decodes EXIF's UserComment (0x9286) by what its bytes are: the tools that write it agree on nothing else
/// (METADATA.md §1).
///
/// The specification wants eight bytes of code and then text in that code. Found in files: UTF-16 in the order opposite to
/// the header's, UTF-8 behind `UNICODE\0`, text without any code, and cameras that pad the field with blanks.
public final class UserComment {
  private static final int CODE_BYTES = 8;
  /// Fewer characters than these that show are padding or noise.
  private static final int PRINTABLE_MIN = 8;
  /// Where a zero byte must lie at the latest if the text is UTF-16.
  private static final int LOOK_FOR_NUL_BYTES = 64;

  private UserComment() {}

  /// @param bytes the tag's value with its code, if it has one
  /// @param order of the TIFF header; decides only where the bytes leave it open
  /// @return the text without trailing NULs and surrounding white space, empty if there is none worth reading
  public static String decode(byte[] bytes, ByteOrder order) {
    Slice all = Slice.of(bytes);
    Slice body = all.after(CODE_BYTES);
    String text = switch (code(all)) {
      case "ASCII" -> TextDecoding.utf8OrLatin1(body);
      case "UNICODE" -> unicode(body, order);
      case "JIS" -> jis(body);
      case "UNDEFINED" -> hasNul(TextDecoding.withoutTrailingNuls(body)) ? unicode(body, order) : TextDecoding.utf8OrLatin1(body);
      default -> TextDecoding.utf8OrLatin1(all);
    };
    String trimmed = trim(text);
    return printable(trimmed) < PRINTABLE_MIN ? "" : trimmed;
  }

  /// `ASCII`, `UNICODE`, `JIS`, `UNDEFINED` (eight NULs), or empty where the text begins at once.
  private static String code(Slice all) {
    if (!all.has(0, CODE_BYTES)) {
      return "";
    }
    String code = all.latin1(0, CODE_BYTES);
    // Some writers pad with blanks instead of NULs, or write the code in small letters.
    String name = code.replace('\0', ' ').strip().toUpperCase(Locale.ROOT);
    boolean padded = code.charAt(CODE_BYTES - 1) == 0 || code.charAt(CODE_BYTES - 1) == ' ';
    return switch (name) {
      case "ASCII", "UNICODE", "JIS" -> padded ? name : "";
      case "" -> code.equals("\0".repeat(CODE_BYTES)) ? "UNDEFINED" : "";
      default -> "";
    };
  }

  private static String unicode(Slice body, ByteOrder order) {
    if (body.startsWith("\u00fe\u00ff")) {
      return decode(body.after(2), StandardCharsets.UTF_16BE);
    }
    if (body.startsWith("\u00ff\u00fe")) {
      return decode(body.after(2), StandardCharsets.UTF_16LE);
    }
    if (body.startsWith("\u00ef\u00bb\u00bf")) {
      return TextDecoding.utf8Lenient(body.after(3));
    }
    if (!hasNul(body.clip(0, LOOK_FOR_NUL_BYTES)) || !hasNul(TextDecoding.withoutTrailingNuls(body))) {
      Optional<String> utf8 = TextDecoding.utf8(TextDecoding.withoutTrailingNuls(body));
      if (utf8.isPresent()) {
        return utf8.get();
      }
    }
    int even = 0;
    int odd = 0;
    for (int i = 0; i < body.length(); i++) {
      if (body.u8(i) == 0) {
        if ((i & 1) == 0) {
          even++;
        } else {
          odd++;
        }
      }
    }
    if (even != odd) { // letters of ASCII have their zero byte first in big endian
      return decode(body, even > odd ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE);
    }
    String big = decode(body, StandardCharsets.UTF_16BE);
    String little = decode(body, StandardCharsets.UTF_16LE);
    long nonsense = Long.compare(strange(big), strange(little));
    boolean bigEndian = nonsense == 0 ? order == ByteOrder.BIG_ENDIAN : nonsense < 0;
    return bigEndian ? big : little;
  }

  private static String jis(Slice body) {
    boolean escapes = body.indexOf(0x1b, 0, body.length()) >= 0;
    String name = escapes ? "ISO-2022-JP" : "x-JIS0208";
    // The runtime may come without the extended charsets; then the bytes are shown as they are.
    return !Charset.isSupported(name) || !escapes && TextDecoding.isAscii(body) && body.indexOf(' ', 0, body.length()) >= 0
        ? TextDecoding.utf8OrLatin1(body) : decode(body, Charset.forName(name));
  }

  private static String decode(Slice body, Charset charset) {
    return new String(body.bytes(), body.from(), body.length(), charset);
  }

  private static boolean hasNul(Slice body) {
    return body.indexOf(0, 0, body.length()) >= 0;
  }

  /// Code points that no text holds: a wrong byte order is full of them.
  private static long strange(String text) {
    return text.codePoints().filter(c -> switch (Character.getType(c)) {
      case Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE, Character.CONTROL -> c != '\n' && c != '\r' && c != '\t' && c != 0;
      default -> c == 0xfffd;
    }).count();
  }

  private static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (end > start && (text.charAt(end - 1) == 0 || Character.isWhitespace(text.charAt(end - 1)))) {
      end--;
    }
    while (start < end && (text.charAt(start) == 0 || Character.isWhitespace(text.charAt(start)))) {
      start++;
    }
    return text.substring(start, end);
  }

  private static long printable(String text) {
    return text.codePoints().filter(c -> switch (Character.getType(c)) {
      case Character.CONTROL, Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE, Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      default -> c != 0xfffd;
    }).limit(PRINTABLE_MIN).count();
  }
}
