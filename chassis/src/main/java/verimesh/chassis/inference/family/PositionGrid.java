package verimesh.chassis.inference.family;

/// Resizes a square grid of position embeddings at import, as torch's `interpolate(size=..., mode="bicubic",
/// align_corners=False)` does at run time. In double, rounded once.
final class PositionGrid {
  private PositionGrid() {}

  /// @param grid shape `[from * from, width]`, row by row
  /// @param antialias widens the kernel when shrinking; torch then takes A = -0.5 instead of -0.75
  /// @return shape `[to * to, width]`
  static float[] resize(float[] grid, int from, int to, int width, boolean antialias) {
    if (from == to) return grid;
    double[][] weights = antialias ? antialiased(from, to) : clamped(from, to);
    double[] rows = new double[to * from * width]; // vertical pass first; the order does not matter in double
    for (int y = 0; y < to; y++) {
      for (int sy = 0; sy < from; sy++) {
        double w = weights[y][sy];
        if (w == 0) continue;
        for (int i = 0; i < from * width; i++) rows[y * from * width + i] += w * grid[sy * from * width + i];
      }
    }
    float[] resized = new float[to * to * width];
    double[] sum = new double[width];
    for (int y = 0; y < to; y++) {
      for (int x = 0; x < to; x++) {
        java.util.Arrays.fill(sum, 0);
        for (int sx = 0; sx < from; sx++) {
          double w = weights[x][sx];
          if (w == 0) continue;
          for (int c = 0; c < width; c++) sum[c] += w * rows[(y * from + sx) * width + c];
        }
        for (int c = 0; c < width; c++) resized[(y * to + x) * width + c] = (float) sum[c];
      }
    }
    return resized;
  }

  /// Four taps around the source position; taps outside are moved to the edge.
  private static double[][] clamped(int from, int to) {
    double scale = (double) from / to;
    double[][] weights = new double[to][from];
    for (int i = 0; i < to; i++) {
      double at = scale * (i + 0.5) - 0.5;
      int floor = (int) Math.floor(at);
      for (int tap = -1; tap <= 2; tap++) {
        int source = Math.clamp(floor + tap, 0, from - 1);
        weights[i][source] += cubic(at - (floor + tap), -0.75);
      }
    }
    return weights;
  }

  /// The kernel as wide as the output's step, cut at the edges and normalised (as Pillow does).
  private static double[][] antialiased(int from, int to) {
    double scale = (double) from / to;
    double step = Math.max(1, scale);
    double support = 2 * step;
    double[][] weights = new double[to][from];
    for (int i = 0; i < to; i++) {
      double centre = scale * (i + 0.5);
      int first = Math.max(0, (int) (centre - support + 0.5));
      int end = Math.min(from, (int) (centre + support + 0.5));
      double total = 0;
      for (int j = first; j < end; j++) total += weights[i][j] = cubic((j - centre + 0.5) / step, -0.5);
      for (int j = first; j < end; j++) weights[i][j] /= total;
    }
    return weights;
  }

  /// Keys' cubic convolution kernel with parameter `a`.
  private static double cubic(double x, double a) {
    double d = Math.abs(x);
    if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    if (d < 2) return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
    return 0;
  }
}
