package verimesh.chassis.images.pdq;

import verimesh.chassis.images.StoredPixels;

/// From stored pixels to the 64x64 floats that are transformed: luma, the Jarosz filter (two box passes each way, together a
/// tent), one sample from each block.
final class Downscale {
  static final int SIDE = 64;

  private Downscale() {}

  static float[] to64(StoredPixels stored, PdqConvention convention) {
    boolean shrink = convention == PdqConvention.SHRUNK_512
        && (stored.width() > PdqConvention.SIDE || stored.height() > PdqConvention.SIDE);
    int width = shrink ? PdqConvention.SIDE : stored.width();
    int height = shrink ? PdqConvention.SIDE : stored.height();
    var luma = new Luma(stored, width, height);
    float[] a = new float[Math.multiplyExact(width, height)];
    for (int y = 0; y < height; y++) luma.row(y, a, y * width);
    float[] b = new float[a.length];
    int alongRows = window(width);
    int alongColumns = window(height);
    Box.rows(a, b, width, height, alongRows);
    Box.columns(b, a, width, height, alongColumns);
    Box.rows(a, b, width, height, alongRows);
    Box.columns(b, a, width, height, alongColumns);
    float[] small = new float[SIDE * SIDE];
    for (int i = 0; i < SIDE; i++) {
      int y = (int) ((i + 0.5) * height / SIDE);
      for (int j = 0; j < SIDE; j++) small[i * SIDE + j] = a[y * width + (int) ((j + 0.5) * width / SIDE)];
    }
    return small;
  }

  /// The filter's full window along a direction of so many samples.
  private static int window(int samples) {
    return (samples + 127) / 128;
  }
}
