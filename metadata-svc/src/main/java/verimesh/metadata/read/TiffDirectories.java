package verimesh.metadata.read;

import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// TIFF directories, alone or as an EXIF block inside another container; BigTIFF too (TIFF 6.0 §2, EXIF 3.0 §4.6).
///
/// Visits each offset once and at most [Limits#DIRECTORIES] of them; what points outside its block is left out and noted.
final class TiffDirectories {
  static final int IMAGE_WIDTH = 0x0100;
  static final int IMAGE_LENGTH = 0x0101;
  private static final int NEW_SUBFILE_TYPE = 0x00fe;
  private static final int SUB_IFDS = 0x014a;
  private static final int THUMBNAIL_LENGTH = 0x0202;
  private static final int XMP = 700;
  private static final int IPTC = 33723;
  private static final int PHOTOSHOP = 34377;
  private static final int ICC = 34675;
  private static final int EXIF_IFD = 0x8769;
  private static final int GPS_IFD = 0x8825;
  private static final int INTEROP_IFD = 0xa005;
  private static final int MAKER_NOTE = 0x927c;
  private static final int C2PA = 52545;
  private static final int TYPE_ASCII = 2;
  private static final int TYPE_UNDEFINED = 7;
  private static final int TYPE_UTF8 = 129;

  private record Pending(long offset, ExifRecord.Ifd ifd) {}

  /// What one directory says of its picture; 0 where it says nothing.
  private record Picture(ExifRecord.Ifd ifd, long width, long height, boolean reduced) {
    long area() {
      return width * height;
    }
  }

  private final Slice block;
  private final ByteOrder order;
  private final boolean big;
  private final String carrier;
  private final Harvest harvest;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private final Set<Long> visited = new HashSet<>();
  private Optional<Picture> fullSize = Optional.empty();

  private TiffDirectories(Slice block, String carrier, Harvest harvest) {
    this.block = block;
    this.order = block.u8(0) == 'M' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    this.big = block.u16(2, order) == 43;
    this.carrier = carrier;
    this.harvest = harvest;
  }

  /// TIFF, BigTIFF, and the magic numbers that Olympus (`RO`, `RS`) and Panasonic (85) put in its place.
  static boolean isHeader(Slice f) {
    if (!f.has(0, 8) || f.u8(0) != f.u8(1) || f.u8(0) != 'I' && f.u8(0) != 'M') {
      return false;
    }
    return switch (f.u16(2, f.u8(0) == 'M' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)) {
      case 42, 43, 85, 0x4f52, 0x5352 -> true;
      default -> false;
    };
  }

  /// An EXIF block of another container, with or without the JPEG preamble `Exif\0\0`.
  static void readExif(Slice block, String carrier, Harvest harvest) {
    Slice tiff = block.startsWith(JpegReader.EXIF_PREAMBLE) ? block.after(JpegReader.EXIF_PREAMBLE.length()) : block;
    if (!isHeader(tiff)) {
      harvest.finding("EXIF_HEADER", "An EXIF block does not begin with a TIFF header", block);
      return;
    }
    new TiffDirectories(tiff, carrier, harvest).directories();
  }

  /// A TIFF file: the same, and its full-size picture's width and height.
  static void readFile(Slice file, Harvest harvest) {
    var directories = new TiffDirectories(file, "TIFF", harvest);
    directories.directories();
    directories.fullSize.ifPresent(p -> harvest.size(p.width(), p.height()));
  }

  private void directories() {
    long first;
    if (big) {
      first = block.has(8, 8) ? block.u64(8, order) : -1;
    } else {
      first = block.u32(4, order);
    }
    pending.add(new Pending(first, ExifRecord.Ifd.IFD0));
    while (!pending.isEmpty()) {
      Pending next = pending.poll();
      if (next.offset() == 0) { // cameras without GPS write a pointer to nowhere
        continue;
      }
      if (!visited.add(next.offset())) {
        harvest.findingOnce("IFD_CYCLE", "A directory is pointed to a second time", harvest.offset(block) + next.offset());
      } else if (visited.size() > Limits.DIRECTORIES) {
        harvest.findingOnce("IFD_LIMIT", "More than " + Limits.DIRECTORIES + " directories; the rest was left unread", harvest.offset(block) + next.offset());
        return;
      } else if (next.offset() < 8 || !block.has(next.offset(), big ? 8 : 2)) {
        harvest.findingOnce("IFD_RANGE", "A directory lies outside its block", harvest.offset(block));
      } else if (!directory((int) next.offset(), next.ifd())) {
        return;
      }
    }
  }

  /// @return false once no further entry is taken from this file
  private boolean directory(int at, ExifRecord.Ifd ifd) {
    int entryBytes = big ? 20 : 12;
    int firstEntry = at + (big ? 8 : 2);
    long declared = big ? block.u64(at, order) : block.u16(at, order);
    long present = Math.max(0, (block.length() - firstEntry) / entryBytes);
    if (declared < 0 || declared > present) {
      harvest.finding("TRUNCATED", "A directory claims more entries than its block has room for", harvest.offset(block) + at);
    }
    int entries = (int) (declared < 0 ? present : Math.min(declared, present));
    long width = 0;
    long height = 0;
    boolean reduced = false;
    int thumbnail = 0;
    int outside = 0;
    for (int i = 0; i < entries; i++) {
      int entry = firstEntry + i * entryBytes;
      int tag = block.u16(entry, order);
      int type = block.u16(entry + 2, order);
      long count = big ? block.u64(entry + 4, order) : block.u32(entry + 4, order);
      int size = sizeOf(type);
      if (size == 0 || count < 0) {
        harvest.findingOnce("VALUE_TYPE", "A value has a type that does not exist", harvest.offset(block) + entry);
        continue;
      }
      int inline = big ? 8 : 4;
      int valueField = entry + (big ? 12 : 8);
      // A count of 2^61 times 8 must not wrap around: what is over the block's length is outside anyway.
      long length = count > block.length() ? Long.MAX_VALUE : count * size;
      long valueAt = length <= inline ? valueField : big ? block.u64(valueField, order) : block.u32(valueField, order);
      if (!block.has(valueAt, length)) {
        outside++;
        continue;
      }
      Slice value = block.clip(valueAt, length);
      switch (tag) {
        case IMAGE_WIDTH -> width = integer(value, type);
        case IMAGE_LENGTH -> height = integer(value, type);
        case NEW_SUBFILE_TYPE -> reduced = (integer(value, type) & 1) != 0;
        case THUMBNAIL_LENGTH -> thumbnail = (int) Math.clamp(integer(value, type), 0, Integer.MAX_VALUE);
        default -> { }
      }
      if (!special(tag, type, value, count) && !keep(ifd, tag, type, count, value)) {
        return false;
      }
    }
    if (outside > 0) {
      harvest.finding("VALUE_RANGE", outside + (outside == 1 ? " value" : " values") + " of a directory outside its block left out", harvest.offset(block) + at);
    }
    if (ifd == ExifRecord.Ifd.IFD1) {
      harvest.thumbnail(thumbnail);
    }
    picture(new Picture(ifd, width, height, reduced));
    int link = firstEntry + entries * entryBytes;
    if (declared == entries && block.has(link, big ? 8 : 4) && (ifd == ExifRecord.Ifd.IFD0 || ifd == ExifRecord.Ifd.IFD1)) {
      long next = big ? block.u64(link, order) : block.u32(link, order);
      if (next != 0) {
        pending.add(new Pending(next, ifd == ExifRecord.Ifd.IFD0 ? ExifRecord.Ifd.IFD1 : ExifRecord.Ifd.SUB));
      }
    }
    return true;
  }

  /// Pointers to directories and blocks of other formats.
  /// @return whether the tag was one of these, so that it is no value of its own
  private boolean special(int tag, int type, Slice value, long count) {
    switch (tag) {
      case EXIF_IFD -> pending.add(new Pending(integer(value, type), ExifRecord.Ifd.EXIF));
      case GPS_IFD -> pending.add(new Pending(integer(value, type), ExifRecord.Ifd.GPS));
      case INTEROP_IFD -> pending.add(new Pending(integer(value, type), ExifRecord.Ifd.INTEROP));
      case SUB_IFDS -> {
        int size = sizeOf(type);
        for (int i = 0; i < Math.min(count, Limits.DIRECTORIES + 1); i++) {
          pending.add(new Pending(integer(value.clip((long) i * size, size), type), ExifRecord.Ifd.SUB));
        }
      }
      case XMP -> XmpReader.read(value, carrier + " XMP", harvest);
      case IPTC, PHOTOSHOP -> IimReader.read(value, carrier + " IPTC", harvest);
      case ICC -> harvest.icc(IccReader.read(value.clip(0, IccReader.BYTES_MAX), "", value.length()));
      case C2PA -> {
        if (harvest.afford(value.length(), value)) {
          harvest.store(carrier + " C2PA", value.copy(), harvest.offset(value));
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean keep(ExifRecord.Ifd ifd, int tag, int type, long count, Slice value) {
    boolean text = type == TYPE_ASCII || type == TYPE_UTF8 || type == TYPE_UNDEFINED || type == 1;
    Slice kept = value;
    if (tag == MAKER_NOTE) {
      kept = value.clip(0, Limits.MAKER_NOTE_BYTES);
    } else if (!text && value.length() > Limits.NUMBERS_BYTES) {
      kept = value.clip(0, Limits.NUMBERS_BYTES);
    } else if (value.length() > Limits.TEXT_BYTES) {
      harvest.finding("TEXT_LIMIT", "An EXIF value of " + value.length() + " bytes; only its beginning was kept", value);
      kept = value.clip(0, Limits.TEXT_BYTES_KEPT);
    }
    return harvest.afford(kept.length(), value)
        && harvest.exif(ifd, tag, new ExifRecord.Value(type, (int) count, kept.copy(), order), carrier);
  }

  /// IFD0 is the picture unless it calls itself a reduced one, as in DNG; then it is the largest full one behind tag 330.
  private void picture(Picture p) {
    if (p.width() <= 0 || p.height() <= 0 || p.ifd() == ExifRecord.Ifd.IFD1 && fullSize.isPresent()) {
      return;
    }
    if (fullSize.isEmpty()) {
      fullSize = Optional.of(p);
      return;
    }
    Picture best = fullSize.get();
    if (best.reduced() && (!p.reduced() || p.area() > best.area()) || !best.reduced() && best.ifd() == ExifRecord.Ifd.SUB && !p.reduced() && p.area() > best.area()) {
      fullSize = Optional.of(p);
    }
  }

  private long integer(Slice value, int type) {
    return switch (sizeOf(type)) {
      case 1 -> value.has(0, 1) ? value.u8(0) : 0;
      case 2 -> value.has(0, 2) ? value.u16(0, order) : 0;
      case 4 -> value.has(0, 4) ? value.u32(0, order) : 0;
      case 8 -> value.has(0, 8) && type >= 16 ? value.u64(0, order) : 0;
      default -> 0;
    };
  }

  /// Bytes of one element, 0 for a type that does not exist. 16 to 18 are BigTIFF's, 129 is EXIF 3.0's UTF-8.
  static int sizeOf(int type) {
    return switch (type) {
      case 1, 2, 6, 7, 129 -> 1;
      case 3, 8 -> 2;
      case 4, 9, 11, 13 -> 4;
      case 5, 10, 12, 16, 17, 18 -> 8;
      default -> 0;
    };
  }
}
