package verimesh.metadata.sign;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Decodes EXIF text as it was really written (METADATA.md §1): the declared character code is often wrong.
final class ExifText {
  /// Bytes of one value that are decoded; the rest of a longer one is left.
  static final int BYTES_MAX = 8 << 20;

  private static final int CODE_BYTES = 8;
  private static final byte[] ASCII = code("ASCII\0\0\0");
  private static final byte[] UNICODE = code("UNICODE\0");
  private static final byte[] JIS = code("JIS\0\0\0\0\0");
  private static final byte[] UNDEFINED = new byte[CODE_BYTES];

  private ExifText() {}

  private static byte[] code(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// An ASCII tag: UTF-8 if it is that, Latin-1 otherwise; up to the trailing NULs.
  static String plain(byte[] bytes) {
    return trimmed(utf8(bytes, 0, Math.min(bytes.length, BYTES_MAX)).orElseGet(() -> new String(bytes, 0, Math.min(bytes.length, BYTES_MAX), StandardCharsets.ISO_8859_1)));
  }

  /// UserComment: an 8-byte code and text, or text at once where a tool wrote it as an ASCII tag.
  static String userComment(byte[] bytes) {
    int end = Math.min(bytes.length, BYTES_MAX);
    if (end < CODE_BYTES) return plain(bytes);
    byte[] code = Arrays.copyOf(bytes, CODE_BYTES);
    if (Arrays.equals(code, UNICODE)) return trimmed(utf16Claimed(bytes, CODE_BYTES, end));
    if (Arrays.equals(code, ASCII) || Arrays.equals(code, UNDEFINED)) return plain(Arrays.copyOfRange(bytes, CODE_BYTES, end));
    if (Arrays.equals(code, JIS)) {
      return trimmed(utf8(bytes, CODE_BYTES, end).orElseGet(() -> new String(bytes, CODE_BYTES, end - CODE_BYTES, Charset.forName("ISO-2022-JP"))));
    }
    return plain(bytes);
  }

  /// Text that calls itself UTF-16 and may be big-endian, little-endian or UTF-8, whatever the TIFF header says.
  private static String utf16Claimed(byte[] bytes, int from, int end) {
    if (end - from >= 2) {
      int mark = (bytes[from] & 0xff) << 8 | bytes[from + 1] & 0xff;
      if (mark == 0xfeff) return new String(bytes, from + 2, end - from - 2, StandardCharsets.UTF_16BE);
      if (mark == 0xfffe) return new String(bytes, from + 2, end - from - 2, StandardCharsets.UTF_16LE);
    }
    boolean noNulEarly = true;
    for (int i = from; i < Math.min(end, from + 64); i++) noNulEarly &= bytes[i] != 0;
    if (noNulEarly) {
      Optional<String> utf8 = utf8(bytes, from, end);
      if (utf8.isPresent()) return utf8.get();
    }
    return new String(bytes, from, end - from, bigEndian(bytes, from, end) ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE);
  }

  /// Where the NULs of ASCII stand tells the order. Without them the order that gives fewer characters that nobody
  /// assigned is the right one.
  private static boolean bigEndian(byte[] bytes, int from, int end) {
    int evenNuls = 0;
    int oddNuls = 0;
    for (int i = from; i < end; i++) {
      if (bytes[i] != 0) continue;
      if ((i - from) % 2 == 0) evenNuls++;
      else oddNuls++;
    }
    if (evenNuls != oddNuls) return evenNuls > oddNuls;
    return strange(new String(bytes, from, Math.min(end - from, 4096), StandardCharsets.UTF_16BE))
        <= strange(new String(bytes, from, Math.min(end - from, 4096), StandardCharsets.UTF_16LE));
  }

  private static long strange(String text) {
    return text.codePoints().filter(c -> {
      int type = Character.getType(c);
      return type == Character.UNASSIGNED || type == Character.PRIVATE_USE || type == Character.SURROGATE || c == 0xfffd;
    }).count();
  }

  private static Optional<String> utf8(byte[] bytes, int from, int end) {
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, end - from)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static String trimmed(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) end--;
    return text.substring(0, end);
  }
}
