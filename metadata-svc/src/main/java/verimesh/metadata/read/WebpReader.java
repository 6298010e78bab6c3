package verimesh.metadata.read;

/// WebP: RIFF chunks, padded to even length, metadata behind the pixels (WebP container specification).
final class WebpReader {
  private static final int VP8X_ALPHA = 0x10;
  private static final int VP8X_ANIMATION = 0x02;

  private WebpReader() {}

  static void read(Slice file, Harvest harvest) {
    if (!file.has(0, 12)) {
      return;
    }
    long declared = file.u32le(4) + 8;
    if (declared > file.length()) {
      harvest.finding("TRUNCATED", "The RIFF header claims " + declared + " bytes; " + file.length() + " are there", harvest.offset(file));
    } else if (declared < file.length() - 1L) {
      harvest.finding("RIFF_SIZE", "The RIFF header claims " + declared + " of " + file.length() + " bytes; what lies behind was read too", harvest.offset(file));
    }
    int at = 12;
    for (int parts = 0; file.has(at, 8) && parts < Limits.PARTS; parts++) {
      String type = file.latin1(at, 4);
      long length = file.u32le(at + 4);
      Slice data = file.clip(at + 8L, length);
      if (data.length() < length) {
        harvest.finding("TRUNCATED", "A RIFF chunk claims " + length + " bytes; " + data.length() + " are there", harvest.offset(file) + at);
      }
      chunk(type, data, at, file, harvest);
      long next = at + 8L + length + (length & 1);
      if (next > file.length()) {
        return;
      }
      at = (int) next;
    }
  }

  private static void chunk(String type, Slice data, int at, Slice file, Harvest harvest) {
    switch (type) {
      case "VP8X" -> {
        if (data.has(0, 10)) {
          if ((data.u8(0) & VP8X_ALPHA) != 0) {
            harvest.alpha();
          }
          if ((data.u8(0) & VP8X_ANIMATION) != 0) {
            harvest.animated();
          }
          harvest.size(data.u24le(4) + 1L, data.u24le(7) + 1L);
        }
      }
      case "VP8 " -> {
        // Key frame: three bytes of frame tag, the start code, then 14 bits each with 2 bits of scale (RFC 6386 §9.1).
        if (!harvest.hasSize() && data.has(0, 10) && data.u24(3) == 0x9d012a) {
          harvest.size(data.u16le(6) & 0x3fff, data.u16le(8) & 0x3fff);
        }
      }
      case "VP8L" -> {
        if (data.has(0, 5) && data.u8(0) == 0x2f) {
          long bits = data.u32le(1);
          if (!harvest.hasSize()) {
            harvest.size((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
          }
          if ((bits >> 28 & 1) != 0) {
            harvest.alpha();
          }
        }
      }
      case "ALPH" -> harvest.alpha();
      case "ANIM" -> harvest.animated();
      case "EXIF" -> TiffDirectories.readExif(data, "WebP EXIF", harvest);
      case "XMP " -> XmpReader.read(data, "WebP XMP", harvest);
      case "ICCP" -> harvest.icc(IccReader.read(data.clip(0, IccReader.BYTES_MAX), "", data.length()));
      case "C2PA" -> {
        if (harvest.afford(data.length(), data)) {
          harvest.store("WebP C2PA", data.copy(), harvest.offset(file) + at);
        }
      }
      default -> { }
    }
  }
}
