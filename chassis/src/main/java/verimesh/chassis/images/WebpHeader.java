package verimesh.chassis.images;

import verimesh.chassis.images.ImageHeader.Known;
import verimesh.chassis.images.ImageHeader.UnreadableHeader;

/// WebP (RFC 9649): the first chunk is `VP8 ` (lossy), `VP8L` (lossless) or `VP8X` (extended: canvas, alpha, animation).
final class WebpHeader {
  private static final int ANIMATION = 0x02; // flag of VP8X

  private WebpHeader() {}

  static ImageHeader read(HeaderBytes b) {
    long data = 20;
    return switch (b.fourCc(12)) {
      case "VP8 " -> lossy(b, data);
      case "VP8L" -> lossless(b, data);
      case "VP8X" -> extended(b, data);
      default -> b.length() < 20 ? unreadable("it ends before its first chunk") : unreadable("its first chunk is none of VP8, VP8L and VP8X");
    };
  }

  private static ImageHeader lossy(HeaderBytes b, long data) {
    // RFC 6386 §9.1: three bytes of frame tag, the start code, then 14 bits each with 2 bits of scaling above them.
    boolean keyFrame = (b.u8(data) & 1) == 0 && b.u8(data + 3) == 0x9D && b.u8(data + 4) == 0x01 && b.u8(data + 5) == 0x2A;
    return known(b, b.u16le(data + 6) & 0x3FFF, b.u16le(data + 8) & 0x3FFF, 1, false, keyFrame ? null : "it holds no VP8 key frame");
  }

  private static ImageHeader lossless(HeaderBytes b, long data) {
    long bits = b.u32le(data + 1);
    boolean signed = b.u8(data) == 0x2F;
    return known(b, (int) (bits & 0x3FFF) + 1, (int) (bits >> 14 & 0x3FFF) + 1, 1, false, signed ? null : "its VP8L signature is wrong");
  }

  private static ImageHeader extended(HeaderBytes b, long data) {
    boolean animated = (b.u8(data) & ANIMATION) != 0;
    int width = b.u24le(data + 4) + 1;
    int height = b.u24le(data + 7) + 1;
    return known(b, width, height, animated ? frames(b) : 1, animated, null);
  }

  private static int frames(HeaderBytes b) {
    int frames = 0;
    // Chunks are padded to even lengths.
    for (long at = 12; at + 8 <= b.length(); at += 8 + (b.u32le(at + 4) + 1 & ~1L)) {
      if (b.has(at, "ANMF")) frames++;
    }
    return Math.max(1, frames);
  }

  private static ImageHeader known(HeaderBytes b, int width, int height, int frames, boolean animated, String wrong) {
    if (b.ranOut()) return unreadable("it ends within its first chunk");
    if (wrong != null) return unreadable(wrong);
    if (width == 0 || height == 0) return unreadable("it declares " + width + "x" + height + " pixels");
    return new Known(ImageFormat.WEBP, width, height, frames, animated, true);
  }

  private static UnreadableHeader unreadable(String why) {
    return new UnreadableHeader(ImageFormat.WEBP, "The WebP header cannot be read: " + why + ".");
  }
}
