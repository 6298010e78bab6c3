package verimesh.chassis.images.pdq;

import java.util.Arrays;

/// The 16 lowest frequencies, but for the constant one, of the 64x64 picture in both directions: `B = D A D'`.
///
/// Sums run over k in ascending order, one float at a time, as the reference's do; the loops are turned inside out so that the
/// innermost one has no order to keep.
final class CosineTransform {
  static final int SIDE = 16;
  private static final int IN = Downscale.SIDE;

  /// `D[i][j] = sqrt(2 / 64) * cos(pi / 128 * (i + 1) * (2 j + 1))`, 16 rows of 64.
  private static final float[] D = matrix();
  /// The same, 64 rows of 16.
  private static final float[] D_TRANSPOSED = transposed(D);

  private CosineTransform() {}

  /// @param a 64x64, row by row
  /// @return 16x16, row by row
  static float[] of(float[] a) {
    float[] t = new float[SIDE * IN]; // D A
    float[] b = new float[SIDE * SIDE];
    float[] sums = new float[IN];
    for (int i = 0; i < SIDE; i++) {
      Arrays.fill(sums, 0);
      for (int k = 0; k < IN; k++) add(sums, D[i * IN + k], a, k * IN, IN);
      System.arraycopy(sums, 0, t, i * IN, IN);
    }
    for (int i = 0; i < SIDE; i++) {
      Arrays.fill(sums, 0, SIDE, 0);
      for (int k = 0; k < IN; k++) add(sums, t[i * IN + k], D_TRANSPOSED, k * SIDE, SIDE);
      System.arraycopy(sums, 0, b, i * SIDE, SIDE);
    }
    return b;
  }

  private static void add(float[] sums, float factor, float[] row, int from, int n) {
    for (int j = 0; j < n; j++) sums[j] += factor * row[from + j];
  }

  private static float[] matrix() {
    float[] d = new float[SIDE * IN];
    float scale = (float) Math.sqrt(2.0 / IN);
    for (int i = 0; i < SIDE; i++) {
      for (int j = 0; j < IN; j++) d[i * IN + j] = (float) (scale * Math.cos(Math.PI / 2 / IN * (i + 1) * (2 * j + 1)));
    }
    return d;
  }

  private static float[] transposed(float[] d) {
    float[] t = new float[d.length];
    for (int i = 0; i < SIDE; i++) {
      for (int j = 0; j < IN; j++) t[j * SIDE + i] = d[i * IN + j];
    }
    return t;
  }
}
