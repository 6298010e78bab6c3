package verimesh.chassis.images.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The one number that decoding wants of EXIF: tag 274, in the first directory.
final class ExifOrientation {
  private static final int ORIENTATION = 274;
  private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0, 0};

  private ExifOrientation() {}

  /// @param from where the TIFF header begins, or the "Exif" before it
  /// @return 1 to 8; 1 if there is none or it cannot be read
  static int of(byte[] file, int from, int length) {
    boolean prefixed = length > PREFIX.length && java.util.Arrays.equals(file, from, from + PREFIX.length, PREFIX, 0, PREFIX.length);
    int skip = prefixed ? PREFIX.length : 0;
    ByteBuffer tiff = ByteBuffer.wrap(file, from + skip, length - skip).slice();
    if (tiff.limit() < 8) return 1;
    short order = tiff.getShort(0);
    if (order != 0x4949 && order != 0x4D4D) return 1;
    tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > tiff.limit() - 2) return 1;
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2L + i * 12L;
      if (entry + 12 > tiff.limit()) return 1;
      int at = (int) entry;
      if ((tiff.getShort(at) & 0xFFFF) != ORIENTATION) continue;
      boolean isShort = tiff.getShort(at + 2) == 3;
      int value = isShort ? tiff.getShort(at + 8) : tiff.getInt(at + 8);
      return value >= 1 && value <= 8 ? value : 1;
    }
    return 1;
  }
}
