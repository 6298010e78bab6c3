package verimesh.chassis.images;

import verimesh.chassis.images.ImageHeader.Known;
import verimesh.chassis.images.ImageHeader.UnreadableHeader;

/// GIF (87a, 89a): the logical screen is the picture's size; frames are counted by skipping from block to block.
final class GifHeader {
  private GifHeader() {}

  static ImageHeader read(HeaderBytes b) {
    int width = b.u16le(6);
    int height = b.u16le(8);
    int flags = b.u8(10);
    if (b.ranOut()) return unreadable("it ends within the logical screen");
    if (width == 0 || height == 0) return unreadable("it declares " + width + "x" + height + " pixels");
    int frames = frames(b, 13 + tableBytes(flags));
    return new Known(ImageFormat.GIF, width, height, Math.max(1, frames), frames > 1, true);
  }

  private static int frames(HeaderBytes b, long firstBlock) {
    int frames = 0;
    long at = firstBlock;
    while (at < b.length()) {
      switch (b.u8(at)) {
        case 0x2C -> { // image: position and size, flags, colour table, code size, data
          frames++;
          at = afterSubBlocks(b, at + 11 + tableBytes(b.u8(at + 9)));
        }
        case 0x21 -> at = afterSubBlocks(b, at + 2); // extension: label, data
        default -> { // trailer, or damage
          return frames;
        }
      }
    }
    return frames;
  }

  private static long afterSubBlocks(HeaderBytes b, long first) {
    long at = first;
    while (at < b.length() && b.u8(at) != 0) at += 1 + b.u8(at);
    return at + 1;
  }

  private static int tableBytes(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static UnreadableHeader unreadable(String why) {
    return new UnreadableHeader(ImageFormat.GIF, "The GIF header cannot be read: " + why + ".");
  }
}
