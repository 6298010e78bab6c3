package verimesh.chassis.images;

import verimesh.chassis.images.ImageHeader.Known;
import verimesh.chassis.images.ImageHeader.UnreadableHeader;

/// JPEG (ITU-T T.81): segments are skipped until a frame header (`SOFn`) names the size.
final class JpegHeader {
  private JpegHeader() {}

  static ImageHeader read(HeaderBytes b) {
    long at = 2;
    while (at + 1 < b.length()) {
      // Strays between segments are skipped up to the next 0xFF, as every decoder does; 0xFF may be repeated as filling.
      if (b.u8(at) != 0xFF || b.u8(at + 1) == 0xFF || b.u8(at + 1) == 0) {
        at++;
        continue;
      }
      int marker = b.u8(at + 1);
      if (isFrame(marker)) return frame(b, at, marker);
      if (marker == 0xD9 || marker == 0xDA) break; // end of image, or a scan without a frame header
      // Restart markers and TEM stand alone; all others carry their length.
      at += marker >= 0xD0 && marker <= 0xD8 || marker == 0x01 ? 2 : 2 + Math.max(2, b.u16be(at + 2));
    }
    return unreadable("it ends before a frame header (SOF)");
  }

  private static boolean isFrame(int marker) {
    // 0xC4, 0xC8 and 0xCC lie in the same range: Huffman tables, a reserved one, arithmetic conditioning.
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static ImageHeader frame(HeaderBytes b, long at, int marker) {
    int precision = b.u8(at + 4);
    int height = b.u16be(at + 5);
    int width = b.u16be(at + 7);
    int components = b.u8(at + 9);
    if (b.ranOut()) return unreadable("it ends within the frame header");
    if (width == 0 || height == 0) return unreadable("it declares " + width + "x" + height + " pixels");
    // Baseline, extended and progressive Huffman with 8 bits: what the JDK's decoder (libjpeg 6b) was built for.
    boolean decodable = marker <= 0xC2 && precision == 8 && (components == 1 || components == 3 || components == 4);
    return new Known(ImageFormat.JPEG, width, height, 1, false, decodable);
  }

  private static UnreadableHeader unreadable(String why) {
    return new UnreadableHeader(ImageFormat.JPEG, "The JPEG header cannot be read: " + why + ".");
  }
}
