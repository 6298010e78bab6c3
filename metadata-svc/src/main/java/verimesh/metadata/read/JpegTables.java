package verimesh.metadata.read;

/// The Independent JPEG Group's quantisation tables: ITU-T T.81 Annex K scaled by libjpeg's `jpeg_quality_scaling`.
///
/// An exact match says that libjpeg or a relative of it encoded the pixels, which most cameras do not use.
final class JpegTables {
  private static final int[] LUMINANCE = {
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
  private static final int[] CHROMINANCE = {
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};
  /// Where the k-th coefficient in zigzag order stands in rows.
  private static final int[] ZIGZAG = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

  private JpegTables() {}

  /// @param luminance 64 numbers in zigzag order
  /// @param chrominance likewise, null for a grey picture
  /// @return the quality, 1 to 100, whose tables these are exactly; 0 if there is none
  static int ijgQuality(int[] luminance, int[] chrominance) {
    for (int quality = 100; quality >= 1; quality--) {
      if (is(LUMINANCE, quality, luminance) && (chrominance == null || is(CHROMINANCE, quality, chrominance))) {
        return quality;
      }
    }
    return 0;
  }

  private static boolean is(int[] base, int quality, int[] table) {
    int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    for (int k = 0; k < 64; k++) {
      if (table[k] != Math.clamp((base[ZIGZAG[k]] * scale + 50L) / 100, 1, 255)) {
        return false;
      }
    }
    return true;
  }
}
