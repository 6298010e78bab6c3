package verimesh.chassis.images;

import verimesh.chassis.images.ImageHeader.Known;
import verimesh.chassis.images.ImageHeader.UnreadableHeader;

/// Windows and OS/2 bitmaps: the size of the second header tells which kind it is.
final class BmpHeader {
  private BmpHeader() {}

  /// "BM" alone begins many a text, so the second header's size must be one that exists.
  static boolean startsLikeOne(HeaderBytes b) {
    if (!b.has(0, "BM") || b.length() < 18) return false;
    return switch ((int) b.u32le(14)) {
      case 12, 16, 40, 52, 56, 64, 108, 124 -> true;
      default -> false;
    };
  }

  static ImageHeader read(HeaderBytes b) {
    boolean core = b.u32le(14) == 12;
    long width = core ? b.u16le(18) : (int) b.u32le(18);
    // A negative height means rows from the top down.
    long height = core ? b.u16le(20) : Math.abs((long) (int) b.u32le(22));
    long compression = core || b.u32le(14) == 16 ? 0 : b.u32le(30);
    if (b.ranOut()) return unreadable("it ends within its second header");
    if (width <= 0 || height <= 0 || height > Integer.MAX_VALUE) {
      return unreadable("it declares " + width + "x" + height + " pixels");
    }
    // Plain, run-length in 8 and 4 bits, bit fields. An embedded JPEG or PNG exists for printers only.
    boolean decodable = compression <= 3;
    return new Known(ImageFormat.BMP, (int) width, (int) height, 1, false, decodable);
  }

  private static UnreadableHeader unreadable(String why) {
    return new UnreadableHeader(ImageFormat.BMP, "The BMP header cannot be read: " + why + ".");
  }
}
