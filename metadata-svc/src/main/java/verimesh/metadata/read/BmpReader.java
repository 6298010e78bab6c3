package verimesh.metadata.read;

/// Windows bitmaps: a size, and nothing said.
final class BmpReader {
  private static final int CORE_HEADER_BYTES = 12;

  private BmpReader() {}

  /// `BM` alone begins many a text, so the second header's length must be one that exists.
  static boolean isHeader(Slice f) {
    return f.startsWith("BM") && f.has(0, 18) && switch ((int) f.u32le(14)) {
      case CORE_HEADER_BYTES, 16, 40, 52, 56, 64, 108, 124 -> true;
      default -> false;
    };
  }

  static void read(Slice f, Harvest harvest) {
    if (f.u32le(14) == CORE_HEADER_BYTES) {
      if (f.has(18, 4)) {
        harvest.size(f.u16le(18), f.u16le(20));
      }
    } else if (f.has(18, 8)) {
      // A negative height means that the rows stand from the top down.
      harvest.size(f.u32le(18), Math.abs((int) f.u32le(22)));
    }
  }
}
