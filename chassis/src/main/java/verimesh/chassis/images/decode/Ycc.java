package verimesh.chassis.images.decode;

/// JPEG's luma and chroma to RGB in libjpeg's fixed point (`jdcolor.c`), equal to the last bit.
final class Ycc {
  private static final int BITS = 16;
  private static final int HALF = 1 << BITS - 1;
  private static final int CR_RED = fix(1.40200);
  private static final int CB_BLUE = fix(1.77200);
  private static final int CR_GREEN = fix(0.71414);
  private static final int CB_GREEN = fix(0.34414);

  private Ycc() {}

  private static int fix(double x) {
    return (int) (x * (1 << BITS) + 0.5);
  }

  /// @param cr chroma less 128
  static int red(int y, int cr) {
    return Math.clamp(y + (CR_RED * cr + HALF >> BITS), 0, 255);
  }

  static int green(int y, int cb, int cr) {
    return Math.clamp(y + (-CB_GREEN * cb - CR_GREEN * cr + HALF >> BITS), 0, 255);
  }

  static int blue(int y, int cb) {
    return Math.clamp(y + (CB_BLUE * cb + HALF >> BITS), 0, 255);
  }
}
