package verimesh.metadata.read;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/// A window on a file's bytes. Positions count from the window's start; sizes from a file are longs, so that a forged
/// 32 or 64 bit length can be compared without overflow. Shares the array: nobody changes it.
///
/// Readers ask [#has] before they read. A read outside the window is a bug of the caller and throws; it never shows the
/// neighbour's bytes.
record Slice(byte[] bytes, int from, int length) {
  Slice {
    Objects.checkFromIndexSize(from, length, bytes.length);
  }

  static Slice of(byte[] bytes) {
    return new Slice(bytes, 0, bytes.length);
  }

  /// Whether `n` bytes lie at `at`. Any longs are fine, negative ones and those of 2^63 too.
  boolean has(long at, long n) {
    return at >= 0 && n >= 0 && n <= length && at <= length - n;
  }

  int u8(int at) {
    return bytes[from + Objects.checkIndex(at, length)] & 0xff;
  }

  int u16(int at) {
    int i = from + Objects.checkFromIndexSize(at, 2, length);
    return (bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff;
  }

  int u16le(int at) {
    int i = from + Objects.checkFromIndexSize(at, 2, length);
    return (bytes[i + 1] & 0xff) << 8 | bytes[i] & 0xff;
  }

  int u16(int at, ByteOrder order) {
    return order == ByteOrder.BIG_ENDIAN ? u16(at) : u16le(at);
  }

  int u24(int at) {
    return u8(at) << 16 | u16(at + 1);
  }

  int u24le(int at) {
    return u8(at + 2) << 16 | u16le(at);
  }

  long u32(int at) {
    return (long) u16(at) << 16 | u16(at + 2);
  }

  long u32le(int at) {
    return (long) u16le(at + 2) << 16 | u16le(at);
  }

  long u32(int at, ByteOrder order) {
    return order == ByteOrder.BIG_ENDIAN ? u32(at) : u32le(at);
  }

  /// May come out negative for 2^63 and more; [#has] refuses those.
  long u64(int at) {
    return u32(at) << 32 | u32(at + 4);
  }

  long u64(int at, ByteOrder order) {
    return order == ByteOrder.BIG_ENDIAN ? u64(at) : u32le(at + 4) << 32 | u32le(at);
  }

  /// The part of `[at, at + n)` that lies in this window; may be empty.
  Slice clip(long at, long n) {
    int start = (int) Math.clamp(at, 0L, length);
    int size = (int) Math.clamp(n, 0L, (long) length - start);
    return new Slice(bytes, from + start, size);
  }

  Slice after(long at) {
    return clip(at, length);
  }

  /// A copy that the caller owns.
  byte[] copy() {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  boolean isEmpty() {
    return length == 0;
  }

  boolean startsWith(String latin1) {
    return matches(0, latin1);
  }

  boolean matches(int at, String latin1) {
    if (!has(at, latin1.length())) {
      return false;
    }
    for (int i = 0; i < latin1.length(); i++) {
      if ((bytes[from + at + i] & 0xff) != latin1.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// @return the position of the byte at or after `at` and before `end`, -1 without one
  int indexOf(int value, int at, int end) {
    int stop = Math.min(end, length);
    for (int i = Math.max(at, 0); i < stop; i++) {
      if (bytes[from + i] == (byte) value) {
        return i;
      }
    }
    return -1;
  }

  int indexOf(String latin1, int at) {
    byte first = (byte) latin1.charAt(0);
    int last = length - latin1.length();
    for (int i = Math.max(at, 0); i <= last; i++) {
      if (bytes[from + i] == first && matches(i, latin1)) {
        return i;
      }
    }
    return -1;
  }

  String latin1() {
    return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
  }

  String latin1(int at, int n) {
    return clip(at, n).latin1();
  }

  // Two windows are the same only if they show the same place: content is compared by nobody.
  @Override
  public boolean equals(Object other) {
    return other instanceof Slice s && s.bytes == bytes && s.from == from && s.length == length;
  }

  @Override
  public int hashCode() {
    return 31 * from + length;
  }

  @Override
  public String toString() {
    return "Slice[" + from + ", " + length + " bytes]";
  }
}
