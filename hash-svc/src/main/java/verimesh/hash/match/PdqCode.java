package verimesh.hash.match;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/// A PDQ hash, 256 bits, and how much picture stood behind it.
///
/// @param a bits 255 to 192, `b`, `c`, `d` those below, as the text form is read
/// @param quality 0 to 100; a flat picture's hash is noise
public record PdqCode(long a, long b, long c, long d, int quality) {
  public static final int BITS = 256;
  public static final int BYTES = 32;

  public PdqCode {
    if (quality < 0 || quality > 100) throw new IllegalArgumentException("quality " + quality);
  }

  /// @param hash 32 bytes, bit 255 first
  public static PdqCode of(byte[] hash, int quality) {
    if (hash.length != BYTES) throw new IllegalArgumentException(hash.length + " bytes");
    ByteBuffer bytes = ByteBuffer.wrap(hash);
    return new PdqCode(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong(), quality);
  }

  public byte[] hash() {
    return ByteBuffer.allocate(BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  /// A flat or tiny picture has this hash; it never matches, whatever the settings say.
  public boolean isZero() {
    return (a | b | c | d) == 0;
  }

  /// Hamming distance in bits, 0 to 256.
  public int distanceBits(PdqCode other) {
    return Long.bitCount(a ^ other.a) + Long.bitCount(b ^ other.b) + Long.bitCount(c ^ other.c) + Long.bitCount(d ^ other.d);
  }

  /// The hash in 64 hexadecimal digits.
  public String hex() {
    return HexFormat.of().formatHex(hash());
  }
}
