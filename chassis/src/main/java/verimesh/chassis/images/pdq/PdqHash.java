package verimesh.chassis.images.pdq;

/// 256 bits: bit `16 * i + j` tells whether the picture has more than the median of frequency (i + 1, j + 1).
///
/// @param w0 bits 0 to 63, bit 0 the lowest
/// @param w1 bits 64 to 127
/// @param w2 bits 128 to 191
/// @param w3 bits 192 to 255
public record PdqHash(long w0, long w1, long w2, long w3) {
  public static final int BITS = 256;
  public static final int BYTES = 32;
  /// What a picture too small to be hashed gets. Never matches anything.
  public static final PdqHash ZERO = new PdqHash(0, 0, 0, 0);

  /// How many bits differ, 0 to 256.
  public int distanceBits(PdqHash other) {
    return Long.bitCount(w0 ^ other.w0) + Long.bitCount(w1 ^ other.w1) + Long.bitCount(w2 ^ other.w2) + Long.bitCount(w3 ^ other.w3);
  }

  public boolean isZero() {
    return (w0 | w1 | w2 | w3) == 0;
  }

  /// 64 lower-case hex digits, bit 255 first: as banks write it.
  public String hex() {
    return digits(w3) + digits(w2) + digits(w1) + digits(w0);
  }

  /// @throws IllegalArgumentException if it is not 64 hex digits
  public static PdqHash ofHex(String hex) {
    if (!hex.matches("[0-9a-fA-F]{64}")) throw new IllegalArgumentException("a PDQ hash is 64 hex digits, not \"" + hex + "\"");
    return new PdqHash(word(hex, 48), word(hex, 32), word(hex, 16), word(hex, 0));
  }

  /// 32 bytes in the order of [#hex]: bit 255 is the first byte's highest bit.
  public byte[] bytes() {
    byte[] bytes = new byte[BYTES];
    long[] words = {w3, w2, w1, w0};
    for (int i = 0; i < BYTES; i++) bytes[i] = (byte) (words[i / 8] >>> 56 - i % 8 * 8);
    return bytes;
  }

  /// @param bytes 32 of them, as [#bytes] gives them
  public static PdqHash ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) throw new IllegalArgumentException("a PDQ hash is " + BYTES + " bytes, not " + bytes.length);
    long[] words = new long[4];
    for (int i = 0; i < BYTES; i++) words[i / 8] = words[i / 8] << 8 | bytes[i] & 0xFF;
    return new PdqHash(words[3], words[2], words[1], words[0]);
  }

  @Override
  public String toString() {
    return hex();
  }

  private static String digits(long word) {
    return String.format("%016x", word);
  }

  private static long word(String hex, int from) {
    return Long.parseUnsignedLong(hex.substring(from, from + 16), 16);
  }
}
