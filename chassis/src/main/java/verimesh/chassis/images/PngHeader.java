package verimesh.chassis.images;

import verimesh.chassis.images.ImageHeader.Known;
import verimesh.chassis.images.ImageHeader.UnreadableHeader;

/// PNG (ISO/IEC 15948) and APNG: `IHDR` comes first, `acTL` before the first `IDAT`.
final class PngHeader {
  private PngHeader() {}

  static ImageHeader read(HeaderBytes b) {
    long at = 8;
    // Xcode's "optimised" PNG for iOS puts its own chunk first and drops the zlib wrapper: no decoder but Apple's reads it.
    boolean apple = b.has(at + 4, "CgBI");
    if (apple) at += 12 + b.u32be(at);
    if (!b.has(at + 4, "IHDR")) return unreadable("its first chunk is not IHDR");
    long width = b.u32be(at + 8);
    long height = b.u32be(at + 12);
    if (b.ranOut()) return unreadable("it ends within IHDR");
    if (width == 0 || height == 0 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      return unreadable("IHDR declares " + width + "x" + height + " pixels");
    }
    int frames = frames(b, at + 12 + b.u32be(at));
    return new Known(ImageFormat.PNG, (int) width, (int) height, frames, frames > 1, !apple);
  }

  private static int frames(HeaderBytes b, long firstChunk) {
    for (long at = firstChunk; at + 8 <= b.length(); at += 12 + b.u32be(at)) {
      if (b.has(at + 4, "IDAT")) return 1;
      if (b.has(at + 4, "acTL")) return (int) Math.clamp(b.u32be(at + 8), 1, Integer.MAX_VALUE);
    }
    return 1;
  }

  private static UnreadableHeader unreadable(String why) {
    return new UnreadableHeader(ImageFormat.PNG, "The PNG header cannot be read: " + why + ".");
  }
}
