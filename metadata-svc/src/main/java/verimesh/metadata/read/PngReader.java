package verimesh.metadata.read;

import java.util.Locale;
import java.util.zip.CRC32;

/// PNG: every chunk up to IEND, also those after the pixels (PNG specification, third edition; METADATA.md §1).
final class PngReader {
  private static final int SIGNATURE_BYTES = 8;
  /// Length, type and CRC.
  private static final int CHUNK_FRAME_BYTES = 12;
  private static final int COLOUR_TYPE_GREY_ALPHA = 4;
  private static final int COLOUR_TYPE_RGB_ALPHA = 6;
  private static final String XMP_KEYWORD = "XML:com.adobe.xmp";
  private static final String RAW_PROFILE = "raw profile type ";

  private final Slice file;
  private final Harvest harvest;

  private PngReader(Slice file, Harvest harvest) {
    this.file = file;
    this.harvest = harvest;
  }

  static void read(Slice file, Harvest harvest) {
    new PngReader(file, harvest).chunks();
  }

  private void chunks() {
    int at = SIGNATURE_BYTES;
    for (int parts = 0; parts < Limits.PARTS; parts++) {
      if (!file.has(at, 8)) {
        harvest.finding("TRUNCATED", "The file ends before its IEND chunk", harvest.offset(file) + at);
        return;
      }
      long length = file.u32(at);
      String type = file.latin1(at + 4, 4);
      Slice data = file.clip(at + 8L, length);
      boolean whole = file.has(at + 8L, length + 4);
      if (!whole) {
        harvest.finding("TRUNCATED", "Chunk " + printable(type) + " claims " + length + " bytes; " + data.length() + " are there", harvest.offset(file) + at);
      }
      if (isMetadata(type) && whole) {
        checkCrc(type, at, (int) length);
      }
      chunk(type, data, at);
      if (type.equals("IEND") || !whole) {
        return;
      }
      at += CHUNK_FRAME_BYTES + (int) length;
    }
    harvest.finding("PART_LIMIT", "More than " + Limits.PARTS + " chunks; the rest was left unread", harvest.offset(file) + at);
  }

  private void chunk(String type, Slice data, int at) {
    switch (type) {
      case "IHDR" -> header(data);
      case "tEXt" -> latin1Text(data);
      case "zTXt" -> compressedText(data);
      case "iTXt" -> internationalText(data);
      // Some writers put the JPEG preamble before the TIFF header; the specification does not want it.
      case "eXIf", "zxIf" -> TiffDirectories.readExif(data, "PNG eXIf", harvest);
      case "caBX" -> {
        if (harvest.afford(data.length(), data)) {
          harvest.store("PNG caBX", data.copy(), harvest.offset(file) + at);
        }
      }
      case "iCCP" -> colourProfile(data);
      case "acTL" -> {
        if (data.has(0, 4) && data.u32(0) > 1) {
          harvest.animated();
        }
      }
      default -> { }
    }
  }

  private void header(Slice ihdr) {
    if (harvest.hasSize()) {
      harvest.findingOnce("DUPLICATE_HEADER", "A second IHDR chunk was ignored", harvest.offset(ihdr));
      return;
    }
    if (!ihdr.has(0, 8)) {
      return;
    }
    if (ihdr.u32(0) == 0 || ihdr.u32(4) == 0) {
      harvest.finding("BAD_DIMENSIONS", "The header declares no pixels", ihdr);
    }
    harvest.size(ihdr.u32(0), ihdr.u32(4));
    if (ihdr.has(9, 1) && (ihdr.u8(9) == COLOUR_TYPE_GREY_ALPHA || ihdr.u8(9) == COLOUR_TYPE_RGB_ALPHA)) {
      harvest.alpha();
    }
  }

  private void latin1Text(Slice data) {
    int nul = keywordEnd(data);
    text("PNG tEXt", data.latin1(0, nul), data.after(nul + 1L));
  }

  private void compressedText(Slice data) {
    int nul = keywordEnd(data);
    // One byte of method follows the keyword; 0 is the only one there ever was.
    byte[] inflated = Inflation.inflate(data.after(nul + 2L), "A zTXt chunk", harvest);
    text("PNG zTXt", data.latin1(0, nul), Slice.of(inflated));
  }

  private void internationalText(Slice data) {
    int nul = keywordEnd(data);
    String keyword = data.latin1(0, nul);
    if (!data.has(nul + 1L, 2)) {
      harvest.finding("BAD_CHUNK", "An iTXt chunk ends within its header", data);
      return;
    }
    boolean compressed = data.u8(nul + 1) != 0;
    int languageEnd = data.indexOf(0, nul + 3, data.length());
    int translatedEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1, data.length());
    if (translatedEnd < 0) {
      harvest.finding("BAD_CHUNK", "An iTXt chunk ends within its header", data);
      return;
    }
    Slice body = data.after(translatedEnd + 1L);
    if (compressed) {
      body = Slice.of(Inflation.inflate(body, "An iTXt chunk", harvest));
    }
    text("PNG iTXt", keyword, body);
  }

  private void text(String carrier, String keyword, Slice body) {
    if (keyword.equals(XMP_KEYWORD)) {
      XmpReader.read(body, carrier + " XMP", harvest);
      return;
    }
    if (keyword.toLowerCase(Locale.ROOT).startsWith(RAW_PROFILE)) {
      rawProfile(keyword.substring(RAW_PROFILE.length()).toLowerCase(Locale.ROOT), body);
      return;
    }
    if (body.length() > Limits.TEXT_BYTES) {
      harvest.finding("TEXT_LIMIT", "A text of " + body.length() + " bytes; only its beginning was kept", body);
      body = body.clip(0, Limits.TEXT_BYTES_KEPT);
    }
    if (harvest.afford(body.length(), body)) {
      harvest.text(carrier, keyword, carrier.equals("PNG iTXt") ? internationalText(body, keyword) : TextDecoding.utf8OrLatin1(body), body);
    }
  }

  private String internationalText(Slice body, String keyword) {
    String text = TextDecoding.utf8Lenient(body);
    if (text.indexOf('\uFFFD') >= 0 && TextDecoding.utf8(TextDecoding.withoutTrailingNuls(body)).isEmpty()) {
      harvest.findingOnce("INVALID_TEXT", "The iTXt chunk '" + printable(keyword) + "' is not valid UTF-8", harvest.offset(body));
    }
    return text;
  }

  /// ImageMagick's form: LF name LF length LF hexadecimal digits in lines (coders/png.c).
  private void rawProfile(String kind, Slice body) {
    byte[] profile = RawProfile.decode(body);
    if (profile.length == 0) {
      harvest.finding("BAD_CHUNK", "A raw profile holds no hexadecimal text", body);
      return;
    }
    Slice decoded = Slice.of(profile);
    if (!harvest.afford(profile.length, body)) {
      return;
    }
    switch (kind) {
      case "exif", "app1" -> {
        if (decoded.startsWith(JpegReader.XMP_PREAMBLE)) {
          XmpReader.read(decoded.after(JpegReader.XMP_PREAMBLE.length()), "PNG raw profile XMP", harvest);
        } else {
          TiffDirectories.readExif(decoded, "PNG raw profile EXIF", harvest);
        }
      }
      case "xmp" -> XmpReader.read(decoded, "PNG raw profile XMP", harvest);
      case "iptc", "8bim" -> IimReader.read(decoded, "PNG raw profile IPTC", harvest);
      default -> { }
    }
  }

  private void colourProfile(Slice data) {
    if (harvest.hasIcc()) {
      return;
    }
    int nul = keywordEnd(data);
    Slice zlib = data.after(nul + 2L);
    // The names stand in the first kilobytes; the tables behind them are nobody's word.
    Inflation profile = Inflation.of(zlib, IccReader.BYTES_MAX);
    if (profile.stopped()) {
      harvest.finding("INFLATE_LIMIT", "The iCCP chunk inflates without end", zlib);
    } else if (profile.damaged()) {
      harvest.finding("INFLATE_DAMAGED", "The iCCP chunk is no whole zlib stream", zlib);
    }
    harvest.icc(IccReader.read(Slice.of(profile.bytes()), data.latin1(0, nul), data.length()));
  }

  /// The NUL behind a keyword; keywords have at most 79 bytes, but nobody is refused over that.
  private int keywordEnd(Slice data) {
    int nul = data.indexOf(0, 0, data.length());
    if (nul < 0) {
      harvest.finding("BAD_CHUNK", "A text chunk has no NUL behind its keyword", data);
      return Math.min(data.length(), 79);
    }
    return nul;
  }

  private void checkCrc(String type, int at, int length) {
    var crc = new CRC32();
    crc.update(file.bytes(), file.from() + at + 4, length + 4);
    if (crc.getValue() != file.u32(at + 8 + length)) {
      harvest.finding("CHUNK_CRC", "The CRC of chunk " + printable(type) + " does not fit; its text was read all the same", harvest.offset(file) + at);
    }
  }

  private static boolean isMetadata(String type) {
    return switch (type) {
      case "IHDR", "tEXt", "zTXt", "iTXt", "eXIf", "caBX" -> true;
      default -> false;
    };
  }

  private static String printable(String s) {
    return s.codePoints().limit(40).map(c -> c < 0x20 || c > 0x7e ? '.' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }
}
