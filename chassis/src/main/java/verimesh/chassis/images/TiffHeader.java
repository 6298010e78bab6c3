package verimesh.chassis.images;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import verimesh.chassis.images.ImageHeader.Known;
import verimesh.chassis.images.ImageHeader.UnreadableHeader;

/// TIFF 6.0 and BigTIFF, and DNG, which is one: a chain of directories (IFDs), each a list of tags.
final class TiffHeader {
  private static final int NEW_SUBFILE_TYPE = 254;
  private static final int IMAGE_WIDTH = 256;
  private static final int IMAGE_LENGTH = 257;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int SUB_IFDS = 330;
  private static final int DNG_VERSION = 50706;

  /// A file with more pages than this is counted no further: reading a header must stay cheap.
  private static final int PAGES_MAX = 1024;
  /// Directories below one page (a DNG holds the raw picture and previews there).
  private static final int SUB_IFDS_MAX = 32;
  /// Entries of one directory; real ones have up to about 100.
  private static final int ENTRIES_MAX = 4096;

  /// One directory, as far as it matters here. Missing numbers are 0, but compression 1 (none) and photometric -1.
  private record Directory(
      long subfileType, long width, long height, long compression, long photometric, boolean dng, List<Long> subIfds, long next) {
    boolean reduced() {
      return (subfileType & 1) != 0;
    }

    boolean hasSize() {
      return width > 0 && height > 0 && width <= Integer.MAX_VALUE && height <= Integer.MAX_VALUE;
    }
  }

  private final HeaderBytes b;
  private final boolean little;
  private final boolean big;

  private TiffHeader(HeaderBytes b) {
    this.b = b;
    little = b.has(0, "II");
    big = b.u8(little ? 2 : 3) == 43;
  }

  static boolean isDng(HeaderBytes b) {
    var tiff = new TiffHeader(b);
    return tiff.directory(tiff.firstOffset()).dng();
  }

  static ImageHeader read(HeaderBytes b) {
    return new TiffHeader(b).read();
  }

  private ImageHeader read() {
    long first = firstOffset();
    if (first < 8 || first >= b.length()) {
      return unreadable(ImageFormat.TIFF, "its first directory lies at byte " + first + " of " + b.length());
    }
    Directory page = directory(first);
    ImageFormat format = page.dng() ? ImageFormat.DNG : ImageFormat.TIFF;
    Directory main = format == ImageFormat.DNG ? fullSize(page) : page;
    if (!main.hasSize()) {
      return unreadable(format, "its first directory declares " + main.width() + "x" + main.height() + " pixels");
    }
    boolean decodable = format == ImageFormat.TIFF && isOrdinary(main);
    int frames = format == ImageFormat.DNG ? 1 : pages(first);
    return new Known(format, (int) main.width(), (int) main.height(), frames, false, decodable);
  }

  /// A DNG's first directory is often a preview; the picture is the largest that is not marked as reduced.
  private Directory fullSize(Directory page) {
    Directory best = page;
    for (long offset : page.subIfds()) {
      Directory sub = directory(offset);
      boolean better = best.reduced() || !best.hasSize() || sub.width() * sub.height() > best.width() * best.height();
      if (sub.hasSize() && !sub.reduced() && better) best = sub;
    }
    return best;
  }

  private int pages(long first) {
    Set<Long> seen = new HashSet<>(); // directories may point back at each other
    int pages = 0;
    for (long at = first; at >= 8 && at < b.length() && seen.size() < PAGES_MAX && seen.add(at); ) {
      Directory page = directory(at);
      if (page.hasSize() && !page.reduced()) pages++;
      at = page.next();
    }
    return Math.max(1, pages);
  }

  /// Ordinary pictures, not a camera's raw sensor data, in a compression that TwelveMonkeys' reader has.
  private static boolean isOrdinary(Directory d) {
    boolean compression = switch ((int) Math.clamp(d.compression(), 0, Integer.MAX_VALUE)) {
      // none, CCITT (three kinds), LZW, old and new JPEG, Deflate (Adobe's and the older code), CCITT RLE with words, PackBits
      case 1, 2, 3, 4, 5, 6, 7, 8, 32771, 32773, 32946 -> true;
      default -> false;
    };
    boolean pixels = d.photometric() >= -1 && d.photometric() <= 8;
    return compression && pixels;
  }

  private long firstOffset() {
    return big ? i64(8) : u32(4);
  }

  private Directory directory(long offset) {
    long count = big ? Math.clamp(i64(offset), 0, ENTRIES_MAX) : u16(offset);
    int entryBytes = big ? 20 : 12;
    long entries = offset + (big ? 8 : 2);
    long subfileType = 0;
    long width = 0;
    long height = 0;
    long compression = 1;
    long photometric = -1;
    boolean dng = false;
    List<Long> subIfds = List.of();
    for (long i = 0; i < Math.min(count, ENTRIES_MAX); i++) {
      long entry = entries + i * entryBytes;
      if (entry < 0 || entry + entryBytes > b.length()) break;
      switch (u16(entry)) {
        case NEW_SUBFILE_TYPE -> subfileType = number(entry);
        case IMAGE_WIDTH -> width = number(entry);
        case IMAGE_LENGTH -> height = number(entry);
        case COMPRESSION -> compression = number(entry);
        case PHOTOMETRIC -> photometric = number(entry);
        case SUB_IFDS -> subIfds = offsets(entry);
        case DNG_VERSION -> dng = true;
        default -> {}
      }
    }
    long nextAt = entries + count * entryBytes;
    boolean nextInside = nextAt > 0 && nextAt + (big ? 8 : 4) <= b.length();
    long next = !nextInside ? 0 : big ? i64(nextAt) : u32(nextAt);
    return new Directory(subfileType, width, height, compression, photometric, dng, subIfds, next);
  }

  /// An entry's first value; it lies in the entry itself for the types that sizes are written in.
  private long number(long entry) {
    long value = entry + (big ? 12 : 8);
    return switch (u16(entry + 2)) {
      case 1 -> b.u8(value);
      case 3 -> u16(value);
      case 4, 13 -> u32(value);
      case 16, 18 -> big ? i64(value) : 0;
      default -> 0;
    };
  }

  private List<Long> offsets(long entry) {
    int type = u16(entry + 2);
    int bytes = type == 16 || type == 18 ? 8 : 4;
    long count = Math.clamp(big ? i64(entry + 4) : u32(entry + 4), 0, SUB_IFDS_MAX);
    long inline = entry + (big ? 12 : 8);
    long at = count * bytes <= (big ? 8 : 4) ? inline : big ? i64(inline) : u32(inline);
    var offsets = new ArrayList<Long>();
    for (long i = 0; i < count && at >= 0 && at + (i + 1) * bytes <= b.length(); i++) {
      offsets.add(bytes == 8 ? i64(at + i * 8) : u32(at + i * 4));
    }
    return offsets;
  }

  private int u16(long at) {
    return little ? b.u16le(at) : b.u16be(at);
  }

  private long u32(long at) {
    return little ? b.u32le(at) : b.u32be(at);
  }

  private long i64(long at) {
    return little ? b.i64le(at) : b.i64be(at);
  }

  private static UnreadableHeader unreadable(ImageFormat format, String why) {
    return new UnreadableHeader(format, "The TIFF header cannot be read: " + why + ".");
  }
}
