package verimesh.chassis.images;

import verimesh.chassis.images.ImageHeader.Known;
import verimesh.chassis.images.ImageHeader.UnreadableHeader;

/// JPEG XL (ISO/IEC 18181): a bare codestream, or boxes around one (`jxlc`, or the first `jxlp`). Its first bits are the size.
final class JxlHeader {
  static final String CONTAINER = "\0\0\0\fJXL \r\n\u0087\n";

  private final HeaderBytes b;
  private final long start;
  private int bit;

  private JxlHeader(HeaderBytes b, long start) {
    this.b = b;
    this.start = start;
  }

  static ImageHeader read(HeaderBytes b) {
    long codestream = b.has(0, CONTAINER) ? inContainer(b) : 0;
    if (codestream < 0) return unreadable("its container holds no codestream");
    if (!b.has(codestream, "\u00ff\n")) return unreadable("its codestream does not begin with FF 0A");
    return new JxlHeader(b, codestream + 2).codestream();
  }

  private static long inContainer(HeaderBytes b) {
    long at = 12;
    while (at + 8 <= b.length()) {
      long size = b.u32be(at);
      int header = 8;
      if (size == 1) {
        size = b.i64be(at + 8);
        header = 16;
      }
      if (b.has(at + 4, "jxlc")) return at + header;
      if (b.has(at + 4, "jxlp")) return at + header + 4; // the part's number comes first
      if (size < header || size > b.length() - at) return -1;
      at += size;
    }
    return -1;
  }

  private ImageHeader codestream() {
    long[] size = size();
    // ImageMetadata: only if it is not all defaults and has extra fields can it tell of an animation.
    boolean animated = false;
    boolean allDefault = bits(1) == 1;
    if (!allDefault && bits(1) == 1) {
      bits(3); // orientation
      if (bits(1) == 1) size(); // intrinsic size
      if (bits(1) == 1) previewSize(); // it stands before the next flag
      animated = bits(1) == 1;
    }
    if (b.ranOut()) return unreadable("it ends within the size");
    if (size[0] > Integer.MAX_VALUE || size[1] > Integer.MAX_VALUE) {
      return unreadable("it declares " + size[0] + "x" + size[1] + " pixels");
    }
    return new Known(ImageFormat.JXL, (int) size[0], (int) size[1], 1, animated, false);
  }

  /// SizeHeader: height, then width or one of seven ratios to the height.
  private long[] size() {
    boolean small = bits(1) == 1;
    long height = small ? (bits(5) + 1) * 8 : side();
    long width = switch ((int) bits(3)) {
      case 1 -> height;
      case 2 -> height * 12 / 10;
      case 3 -> height * 4 / 3;
      case 4 -> height * 3 / 2;
      case 5 -> height * 16 / 9;
      case 6 -> height * 5 / 4;
      case 7 -> height * 2;
      default -> small ? (bits(5) + 1) * 8 : side();
    };
    return new long[] {width, height};
  }

  private long side() {
    return 1 + bits(switch ((int) bits(2)) {
      case 0 -> 9;
      case 1 -> 13;
      case 2 -> 18;
      default -> 30;
    });
  }

  private void previewSize() {
    boolean div8 = bits(1) == 1;
    previewSide(div8);
    if (bits(3) == 0) previewSide(div8);
  }

  private void previewSide(boolean div8) {
    int choice = (int) bits(2);
    // U32 distributions of PreviewHeader: with div8 16, 32, 1+u(5), 33+u(9); else 1+u(6), 65+u(8), 321+u(10), 1345+u(12).
    bits(div8 ? new int[] {0, 0, 5, 9}[choice] : new int[] {6, 8, 10, 12}[choice]);
  }

  /// The next bits, least significant first.
  private long bits(int count) {
    long value = 0;
    for (int i = 0; i < count; i++, bit++) {
      value |= (long) (b.u8(start + bit / 8) >> bit % 8 & 1) << i;
    }
    return value;
  }

  private static UnreadableHeader unreadable(String why) {
    return new UnreadableHeader(ImageFormat.JXL, "The JPEG XL header cannot be read: " + why + ".");
  }
}
