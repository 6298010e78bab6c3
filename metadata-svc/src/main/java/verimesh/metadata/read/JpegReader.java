package verimesh.metadata.read;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// JPEG: every segment up to the first scan, then the trailer behind EOI (ITU-T T.81 Annex B; METADATA.md §1).
final class JpegReader {
  static final String EXIF_PREAMBLE = "Exif\0\0";
  static final String XMP_PREAMBLE = "http://ns.adobe.com/xap/1.0/\0";
  private static final String XMP_EXTENSION_PREAMBLE = "http://ns.adobe.com/xmp/extension/\0";
  private static final String PHOTOSHOP_PREAMBLE = "Photoshop 3.0\0";
  private static final String ICC_PREAMBLE = "ICC_PROFILE\0";
  private static final int GUID_BYTES = 32;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int DQT = 0xdb;
  private static final int COM = 0xfe;
  private static final int APP0 = 0xe0;
  private static final int MARKERS_LISTED = 1_000;
  private static final int EXTENSIONS_MAX = 8;

  private record ExtensionPart(long offset, Slice data) {}

  private final Slice file;
  private final Harvest harvest;
  private final List<String> markers = new ArrayList<>();
  private final int[][] tables = new int[4][];
  private final JumbfSegments jumbf;
  private final List<Slice> exif = new ArrayList<>();
  private final List<Slice> photoshop = new ArrayList<>();
  private final Map<String, List<ExtensionPart>> extensions = new LinkedHashMap<>();
  private boolean jfif;
  private Optional<Frame> frame = Optional.empty();

  /// @param sampling horizontal and vertical factor of each component
  private record Frame(int components, boolean progressive, int[] horizontal, int[] vertical, int[] table) {}

  private JpegReader(Slice file, Harvest harvest) {
    this.file = file;
    this.harvest = harvest;
    this.jumbf = new JumbfSegments(harvest);
  }

  static void read(Slice file, Harvest harvest) {
    var reader = new JpegReader(file, harvest);
    int scan = reader.segments();
    boolean whole = scan >= 0 && reader.trailer(scan);
    reader.finish(!whole);
  }

  /// @return the position of the first SOS, -1 if the file ends before it
  private int segments() {
    markers.add("SOI");
    int at = 2;
    for (int parts = 0; parts < Limits.PARTS; parts++) {
      int marker = nextMarker(at);
      if (marker < 0) {
        break;
      }
      if (marker > at) {
        harvest.findingOnce("STRAY_BYTES", "Bytes between two JPEG segments were skipped", harvest.offset(file) + at);
      }
      int code = file.u8(marker + 1);
      list(code);
      if (code == EOI) {
        return -1;
      }
      if (isBare(code)) {
        at = marker + 2;
        continue;
      }
      if (!file.has(marker + 2L, 2)) {
        break;
      }
      int length = file.u16(marker + 2);
      if (length < 2) {
        harvest.findingOnce("BAD_SEGMENT", "A JPEG segment has an impossible length", harvest.offset(file) + marker);
        at = marker + 2;
        continue;
      }
      Slice data = file.clip(marker + 4L, length - 2L);
      if (data.length() < length - 2) {
        harvest.finding("TRUNCATED", "Segment " + name(code) + " claims " + (length - 2) + " bytes; " + data.length() + " are there", harvest.offset(file) + marker);
      }
      if (code == SOS) {
        return marker;
      }
      segment(code, data, marker);
      at = marker + 2 + length;
    }
    harvest.findingOnce("TRUNCATED", "The file ends before its first scan", harvest.offset(file) + file.length());
    return -1;
  }

  /// The next 0xFF that a marker code follows, fill bytes skipped.
  private int nextMarker(int at) {
    for (int i = at; file.has(i, 2); i++) {
      i = file.indexOf(0xff, i, file.length() - 1);
      if (i < 0) {
        return -1;
      }
      int code = file.u8(i + 1);
      if (code != 0 && code != 0xff) {
        return i;
      }
    }
    return -1;
  }

  private void segment(int code, Slice data, int marker) {
    if (code >= APP0 && code <= APP0 + 15) {
      application(code - APP0, data, marker);
    } else if (code == COM) {
      String text = TextDecoding.utf8OrLatin1(data);
      if (!text.isEmpty() && harvest.afford(data.length(), data)) {
        harvest.text("JPEG COM", "", text, data);
      }
    } else if (code == DQT) {
      quantisation(data);
    } else if (isFrame(code)) {
      frame(code, data);
    }
  }

  private void application(int number, Slice data, int marker) {
    switch (number) {
      case 0 -> jfif |= data.startsWith("JFIF\0");
      case 1 -> {
        // Some cameras write another byte than the second NUL.
        if (data.startsWith(EXIF_PREAMBLE) || data.startsWith("Exif\0") && TiffDirectories.isHeader(data.after(EXIF_PREAMBLE.length()))) {
          exif.add(data.after(EXIF_PREAMBLE.length()));
        } else if (data.startsWith(XMP_PREAMBLE)) {
          XmpReader.read(data.after(XMP_PREAMBLE.length()), "JPEG APP1 XMP", harvest);
        } else if (data.startsWith(XMP_EXTENSION_PREAMBLE)) {
          extension(data.after(XMP_EXTENSION_PREAMBLE.length()));
        } else {
          other(number, data);
        }
      }
      case 2 -> {
        // Profiles over 64 KB go on in further segments; the names stand in the first one.
        if (data.startsWith(ICC_PREAMBLE)) {
          harvest.icc(IccReader.read(data.after(ICC_PREAMBLE.length() + 2L), "", data.length() - ICC_PREAMBLE.length() - 2));
        } else {
          other(number, data);
        }
      }
      case 11 -> {
        if (data.startsWith("JP")) {
          jumbf.segment(data, harvest.offset(file) + marker);
        } else {
          other(number, data);
        }
      }
      case 13 -> {
        if (data.startsWith(PHOTOSHOP_PREAMBLE)) {
          photoshop.add(data.after(PHOTOSHOP_PREAMBLE.length()));
        } else {
          other(number, data);
        }
      }
      default -> other(number, data);
    }
  }

  /// A TC260 label glued into an APP segment as `AIGC{...}` (METADATA.md §7); nothing else of foreign segments is text.
  private void other(int number, Slice data) {
    int label = data.clip(0, 64).indexOf("AIGC", 0);
    if (label >= 0 && harvest.afford(data.length(), data)) {
      harvest.text("JPEG APP" + number, "AIGC", TextDecoding.utf8OrLatin1(data.after(label)), data);
    }
  }

  private void quantisation(Slice data) {
    int at = 0;
    while (data.has(at, 1)) {
      int precision = data.u8(at) >> 4;
      int id = data.u8(at) & 15;
      int bytes = precision == 0 ? 64 : 128;
      if (precision > 1 || id > 3 || !data.has(at + 1L, bytes)) {
        harvest.findingOnce("BAD_SEGMENT", "A quantisation table is cut off or of no known kind", harvest.offset(data));
        return;
      }
      int[] table = new int[64];
      for (int i = 0; i < 64; i++) {
        table[i] = precision == 0 ? data.u8(at + 1 + i) : data.u16(at + 1 + 2 * i);
      }
      tables[id] = table;
      at += 1 + bytes;
    }
  }

  private void frame(int code, Slice data) {
    if (frame.isPresent() || !data.has(0, 6)) {
      return;
    }
    harvest.size(data.u16(3), data.u16(1));
    int components = data.u8(5);
    if (components == 0 || components > 4 || !data.has(6, 3L * components)) {
      harvest.findingOnce("BAD_SEGMENT", "The frame header is cut off or has " + components + " components", harvest.offset(data));
      return;
    }
    int[] horizontal = new int[components];
    int[] vertical = new int[components];
    int[] table = new int[components];
    for (int i = 0; i < components; i++) {
      horizontal[i] = data.u8(7 + 3 * i) >> 4;
      vertical[i] = data.u8(7 + 3 * i) & 15;
      table[i] = data.u8(8 + 3 * i) & 3;
    }
    boolean progressive = code == 0xc2 || code == 0xc6 || code == 0xca || code == 0xce;
    frame = Optional.of(new Frame(components, progressive, horizontal, vertical, table));
  }

  private void extension(Slice data) {
    if (!data.has(0, GUID_BYTES + 8L)) {
      harvest.findingOnce("BAD_SEGMENT", "An extended XMP segment is cut off", harvest.offset(data));
      return;
    }
    String guid = data.latin1(0, GUID_BYTES).toUpperCase(Locale.ROOT);
    if (!extensions.containsKey(guid) && extensions.size() >= EXTENSIONS_MAX) {
      harvest.findingOnce("XMP_EXTENSION", "More than " + EXTENSIONS_MAX + " extended XMP packets; the rest was left unread", harvest.offset(data));
      return;
    }
    extensions.computeIfAbsent(guid, g -> new ArrayList<>()).add(new ExtensionPart(data.u32(GUID_BYTES + 4), data.after(GUID_BYTES + 8L)));
  }

  /// Joins by offset, as far as there is no gap: declared lengths are not believed and nothing is allocated for them.
  private void joinExtensions() {
    if (extensions.isEmpty()) {
      return;
    }
    String named = harvest.xmpFirst("HasExtendedXMP").map(g -> g.toUpperCase(Locale.ROOT)).orElse("");
    if (!named.isEmpty() && !extensions.containsKey(named)) {
      harvest.finding("XMP_EXTENSION", "The extended XMP that the main packet names is not there; what is there was read", -1);
    }
    extensions.forEach((guid, parts) -> {
      if (named.isEmpty() || guid.equals(named) || !extensions.containsKey(named)) {
        joinExtension(parts);
      }
    });
  }

  private void joinExtension(List<ExtensionPart> parts) {
    parts.sort(Comparator.comparingLong(ExtensionPart::offset));
    var joined = new ByteArrayOutputStream();
    for (ExtensionPart part : parts) {
      long overlap = joined.size() - part.offset();
      if (overlap < 0) {
        harvest.finding("XMP_EXTENSION", "A part of an extended XMP packet is missing; what stands before was read", part.data());
        break;
      }
      Slice rest = part.data().after(overlap);
      joined.write(rest.bytes(), rest.from(), rest.length());
    }
    XmpReader.read(Slice.of(joined.toByteArray()), "JPEG APP1 extended XMP", harvest);
  }

  /// EXIF of more than 64 KB goes on in further segments, which begin with no TIFF header of their own.
  private void joinExif() {
    int i = 0;
    while (i < exif.size()) {
      int end = i + 1;
      while (end < exif.size() && !TiffDirectories.isHeader(exif.get(end))) {
        end++;
      }
      TiffDirectories.readExif(end == i + 1 ? exif.get(i) : join(exif.subList(i, end)), "JPEG EXIF", harvest);
      i = end;
    }
  }

  private static Slice join(List<Slice> parts) {
    var joined = new ByteArrayOutputStream();
    for (Slice part : parts) {
      joined.write(part.bytes(), part.from(), part.length());
    }
    return Slice.of(joined.toByteArray());
  }

  /// Looks for EOI from the file's end: a trailer is short, and entropy-coded data holds no FF D9.
  /// @return whether there is one
  private boolean trailer(int scan) {
    SamsungTrailer.read(file, harvest);
    for (int i = file.length() - 2; i >= scan; i--) {
      if (file.u8(i) == 0xff && file.u8(i + 1) == EOI) {
        return true;
      }
    }
    harvest.finding("TRUNCATED", "The file ends before its EOI marker", harvest.offset(file) + file.length());
    return false;
  }

  private void finish(boolean truncated) {
    joinExif();
    joinExtensions();
    if (!photoshop.isEmpty()) {
      IimReader.read(photoshop.size() == 1 ? photoshop.getFirst() : join(photoshop), "JPEG APP13 IPTC", harvest);
    }
    jumbf.finish();
    int[] luminance = frame.map(f -> tables[f.table[0]]).orElse(null);
    int[] chrominance = frame.filter(f -> f.components >= 3).map(f -> tables[f.table[1]]).orElse(null);
    harvest.jpeg(new FileRecord.JpegRecord(
        luminance == null ? new int[0] : luminance, chrominance == null ? new int[0] : chrominance,
        luminance == null ? 0 : JpegTables.ijgQuality(luminance, chrominance), frame.map(JpegReader::sampling).orElse(""),
        frame.map(Frame::components).orElse(0), frame.map(Frame::progressive).orElse(false), jfif, markers, truncated));
  }

  private static String sampling(Frame f) {
    if (f.components < 3 || f.horizontal[1] == 0 || f.vertical[1] == 0) {
      return "";
    }
    int h = f.horizontal[0] / f.horizontal[1];
    int v = f.vertical[0] / f.vertical[1];
    return switch (10 * h + v) {
      case 11 -> "4:4:4";
      case 21 -> "4:2:2";
      case 12 -> "4:4:0";
      case 22 -> "4:2:0";
      case 41 -> "4:1:1";
      case 42 -> "4:1:0";
      default -> h + "x" + v;
    };
  }

  private void list(int code) {
    if (markers.size() < MARKERS_LISTED) {
      markers.add(name(code));
    }
  }

  private static boolean isBare(int code) {
    return code == SOI || code == 0x01 || code >= 0xd0 && code <= 0xd7;
  }

  private static boolean isFrame(int code) {
    return code >= 0xc0 && code <= 0xcf && code != 0xc4 && code != 0xc8 && code != 0xcc;
  }

  private static String name(int code) {
    if (code >= APP0 && code <= APP0 + 15) {
      return "APP" + (code - APP0);
    }
    if (isFrame(code)) {
      return "SOF" + (code - 0xc0);
    }
    if (code >= 0xd0 && code <= 0xd7) {
      return "RST" + (code - 0xd0);
    }
    return switch (code) {
      case SOI -> "SOI";
      case EOI -> "EOI";
      case SOS -> "SOS";
      case DQT -> "DQT";
      case 0xc4 -> "DHT";
      case 0xcc -> "DAC";
      case 0xdd -> "DRI";
      case COM -> "COM";
      default -> String.format(Locale.ROOT, "FF%02X", code);
    };
  }
}
