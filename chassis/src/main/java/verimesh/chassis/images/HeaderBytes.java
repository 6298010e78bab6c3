package verimesh.chassis.images;

import java.nio.charset.StandardCharsets;

/// A file's bytes, safe to ask at any offset: what lies outside reads as 0, and [#ranOut] remembers that it happened.
/// So a reader follows a stranger's lengths and offsets without checking each one, and asks once at the end.
final class HeaderBytes {
  private final byte[] bytes;
  private boolean ranOut;

  HeaderBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  long length() {
    return bytes.length;
  }

  boolean ranOut() {
    return ranOut;
  }

  int u8(long at) {
    if (at < 0 || at >= bytes.length) {
      ranOut = true;
      return 0;
    }
    return bytes[(int) at] & 0xFF;
  }

  int u16be(long at) {
    return u8(at) << 8 | u8(at + 1);
  }

  int u16le(long at) {
    return u8(at + 1) << 8 | u8(at);
  }

  int u24le(long at) {
    return u8(at + 2) << 16 | u16le(at);
  }

  long u32be(long at) {
    return (long) u16be(at) << 16 | u16be(at + 2);
  }

  long u32le(long at) {
    return (long) u16le(at + 2) << 16 | u16le(at);
  }

  /// As signed: a length of 2^63 or more is negative, and nonsense to every caller.
  long i64be(long at) {
    return u32be(at) << 32 | u32be(at + 4);
  }

  long i64le(long at) {
    return u32le(at + 4) << 32 | u32le(at);
  }

  /// Whether these very characters lie there; false past the end, without counting as running out.
  boolean has(long at, String latin1) {
    if (at < 0 || at + latin1.length() > bytes.length) return false;
    for (int i = 0; i < latin1.length(); i++) {
      if ((bytes[(int) at + i] & 0xFF) != latin1.charAt(i)) return false;
    }
    return true;
  }

  /// Four characters, as boxes and chunks are named.
  String fourCc(long at) {
    return "" + (char) u8(at) + (char) u8(at + 1) + (char) u8(at + 2) + (char) u8(at + 3);
  }

  /// As much of `from` to `to` as there is, one character a byte.
  String latin1(long from, long to) {
    int start = (int) Math.clamp(from, 0, bytes.length);
    int end = (int) Math.clamp(to, start, bytes.length);
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }
}
