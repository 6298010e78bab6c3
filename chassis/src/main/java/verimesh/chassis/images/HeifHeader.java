package verimesh.chassis.images;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import verimesh.chassis.images.ImageHeader.Known;
import verimesh.chassis.images.ImageHeader.UnreadableHeader;

/// HEIF (ISO/IEC 23008-12), the house of HEIC and AVIF. The primary item (`pitm`) is tied by `ipma` to its properties in
/// `ipco`, one of which (`ispe`) is its size. A sequence without a still picture names its size in `tkhd`.
final class HeifHeader {
  private static final Set<String> HEVC = Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs");
  private static final Set<String> AV1 = Set.of("avif", "avis", "avio");
  private static final Set<String> SEQUENCE = Set.of("avis", "hevc", "hevx", "hevm", "hevs", "msf1");
  private static final int BOXES_MAX = 4096;

  /// @param start of the payload, after the box header
  /// @param end one past the payload, never past the file
  private record Box(String type, long start, long end) {}

  private record Size(long width, long height) {}

  private HeifHeader() {}

  /// null if the brands name no still picture.
  static ImageFormat byBrand(HeaderBytes b) {
    List<String> brands = brands(b);
    // The major brand decides, then the compatible ones: `mif1` alone says only "some HEIF".
    for (String brand : brands) {
      if (AV1.contains(brand)) return ImageFormat.AVIF;
      if (HEVC.contains(brand)) return ImageFormat.HEIC;
    }
    return brands.contains("mif1") || brands.contains("msf1") ? ImageFormat.HEIC : null;
  }

  static ImageHeader read(HeaderBytes b, ImageFormat format) {
    List<Box> top = boxes(b, 0, b.length());
    boolean animated = SEQUENCE.contains(b.fourCc(8));
    Size size = null;
    for (Box box : top) {
      if (size == null && box.type().equals("meta")) size = primarySize(b, box);
    }
    for (Box box : top) {
      if (size == null && box.type().equals("moov")) size = trackSize(b, box);
    }
    if (size == null) return unreadable(format, "no size (ispe) of its primary item was found");
    if (size.width() < 1 || size.height() < 1 || size.width() > Integer.MAX_VALUE || size.height() > Integer.MAX_VALUE) {
      return unreadable(format, "it declares " + size.width() + "x" + size.height() + " pixels");
    }
    return new Known(format, (int) size.width(), (int) size.height(), 1, animated, false);
  }

  private static List<String> brands(HeaderBytes b) {
    var brands = new ArrayList<String>();
    long end = Math.min(Math.min(b.u32be(0), b.length()), 1024);
    brands.add(b.fourCc(8));
    for (long at = 16; at + 4 <= end; at += 4) brands.add(b.fourCc(at)); // 12 is the minor version
    return brands;
  }

  private static Size primarySize(HeaderBytes b, Box meta) {
    List<Box> inside = boxes(b, meta.start() + 4, meta.end()); // 4: version and flags
    long primary = -1;
    for (Box box : inside) {
      if (box.type().equals("pitm")) primary = b.u8(box.start()) == 0 ? b.u16be(box.start() + 4) : b.u32be(box.start() + 4);
    }
    for (Box box : inside) {
      if (box.type().equals("iprp")) return sizeOf(b, boxes(b, box.start(), box.end()), primary);
    }
    return null;
  }

  private static Size sizeOf(HeaderBytes b, List<Box> iprp, long primary) {
    List<Box> properties = List.of();
    for (Box box : iprp) {
      if (box.type().equals("ipco")) properties = boxes(b, box.start(), box.end());
    }
    for (Box box : iprp) {
      if (!box.type().equals("ipma")) continue;
      Size size = associated(b, box, properties, primary);
      if (size != null) return size;
    }
    // Nothing ties a size to the primary item: the largest declared one is the safest to hold against a limit.
    Size largest = null;
    for (Box box : properties) {
      Size size = ispe(b, box);
      if (size != null && (largest == null || size.width() * size.height() > largest.width() * largest.height())) largest = size;
    }
    return largest;
  }

  private static Size associated(HeaderBytes b, Box ipma, List<Box> properties, long primary) {
    boolean longIds = b.u8(ipma.start()) >= 1; // version
    boolean longIndices = (b.u8(ipma.start() + 3) & 1) != 0; // flags
    long entries = b.u32be(ipma.start() + 4);
    long at = ipma.start() + 8;
    for (long i = 0; i < entries && at < ipma.end(); i++) {
      long item = longIds ? b.u32be(at) : b.u16be(at);
      at += longIds ? 4 : 2;
      int associations = b.u8(at++);
      for (int k = 0; k < associations && at < ipma.end(); k++) {
        // The top bit says "essential"; indices count from 1.
        int index = longIndices ? b.u16be(at) & 0x7FFF : b.u8(at) & 0x7F;
        at += longIndices ? 2 : 1;
        if (item != primary || index < 1 || index > properties.size()) continue;
        Size size = ispe(b, properties.get(index - 1));
        if (size != null) return size;
      }
    }
    return null;
  }

  private static Size ispe(HeaderBytes b, Box box) {
    if (!box.type().equals("ispe") || box.end() - box.start() < 12) return null;
    return new Size(b.u32be(box.start() + 4), b.u32be(box.start() + 8));
  }

  private static Size trackSize(HeaderBytes b, Box moov) {
    for (Box trak : boxes(b, moov.start(), moov.end())) {
      if (!trak.type().equals("trak")) continue;
      for (Box tkhd : boxes(b, trak.start(), trak.end())) {
        if (!tkhd.type().equals("tkhd") || tkhd.end() - tkhd.start() < 84) continue;
        long size = tkhd.start() + (b.u8(tkhd.start()) == 1 ? 88 : 76);
        var read = new Size(b.u32be(size) >> 16, b.u32be(size + 4) >> 16); // 16.16 fixed point
        if (read.width() > 0 && read.height() > 0) return read;
      }
    }
    return null;
  }

  private static List<Box> boxes(HeaderBytes b, long from, long to) {
    var boxes = new ArrayList<Box>();
    long at = from;
    while (at + 8 <= to && boxes.size() < BOXES_MAX) {
      long size = b.u32be(at);
      int header = 8;
      if (size == 1 && at + 16 <= to) {
        size = b.i64be(at + 8);
        header = 16;
      } else if (size == 0) {
        size = to - at; // up to the end of its parent
      }
      if (size < header) break;
      long end = size > to - at ? to : at + size;
      boxes.add(new Box(b.fourCc(at + 4), at + header, end));
      at = end;
    }
    return boxes;
  }

  private static UnreadableHeader unreadable(ImageFormat format, String why) {
    return new UnreadableHeader(format, "The " + format.name() + " header cannot be read: " + why + ".");
  }
}
