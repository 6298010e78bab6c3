package verimesh.hash.bank;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// 128 bits that follow from the bank and the picture's bytes, so the same registration always meets the same item,
/// whichever replica it reaches. Written as 32 hexadecimal digits.
public record ItemId(long high, long low) implements Comparable<ItemId> {

  /// @param key SHA-256 of the picture's bytes in lower-case hex, or another name of it that starts with its kind
  ///     (`external:42`), where the bytes are not at hand
  public static ItemId of(String bank, String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bank.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0); // no name holds one, so no two pairs run together
      ByteBuffer bytes = ByteBuffer.wrap(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
      return new ItemId(bytes.getLong(), bytes.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /// Null if the text is none.
  public static ItemId parse(String text) {
    if (text.length() != 32) return null;
    try {
      return new ItemId(HexFormat.fromHexDigitsToLong(text, 0, 16), HexFormat.fromHexDigitsToLong(text, 16, 32));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }

  @Override
  public int compareTo(ItemId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }
}
