package verimesh.chassis.images.pdq;

/// The box filter along rows by a running sum in the reference's order (`box1DFloat`): add what enters on the right, subtract what
/// leaves on the left, divide by how many there are.
///
/// Each step of such a sum waits for the one before. Four rows are summed side by side, so that the processor always has
/// something to do.
///
/// Output `i` averages the inputs `i + half - window` to `i + half - 1`, as far as they exist. So the first outputs only add, the
/// last ones only subtract.
final class RowBox {
  /// Rows that are filtered at once.
  static final int ROWS = 4;

  /// Rows that are sampled at once: nothing is written for most inputs, so that there is room for more of them.
  static final int SAMPLED_ROWS = 6;

  /// The window of every picture that was shrunk, and of any other between 385 and 512 pixels.
  private static final int WINDOW_USUAL = 4;

  private final int length;
  private final int window;
  private final int half;
  private final boolean powerOfTwo;
  private final float[][] bright; // the parts added

  RowBox(int length, int window) {
    this.length = length;
    this.window = window;
    half = (window + 2) / 2;
    powerOfTwo = Integer.bitCount(window) == 1;
    bright = new float[ROWS][length];
  }

  /// @param parts four rows as [Luma] gives them
  /// @param out four rows
  void filter(float[][] parts, float[][] out) {
    boolean usual = window == WINDOW_USUAL && window < length;
    for (int r = 0; r < ROWS; r++) add(parts[r], bright[r], usual ? window : length);
    float[] sums = new float[ROWS];
    for (int r = 0; r < ROWS; r++) sums[r] = head(bright[r], out[r]);
    if (usual) middleOfFour(parts, bright, out, sums);
    else if (window < length) middle(bright, out, sums);
    for (int r = 0; r < ROWS; r++) tail(bright[r], out[r], sums[r]);
  }

  private static void add(float[] parts, float[] bright, int pixels) {
    for (int x = 0; x < pixels; x++) bright[x] = parts[3 * x] + parts[3 * x + 1] + parts[3 * x + 2];
  }

  private float head(float[] in, float[] out) {
    float sum = 0;
    for (int i = 0; i < half - 1; i++) sum += in[i];
    for (int i = 0; i < window - half + 1; i++) {
      sum += in[i + half - 1];
      out[i] = sum / (half + i);
    }
    return sum;
  }

  private void middle(float[][] in, float[][] out, float[] sums) {
    float[] a0 = in[0];
    float[] a1 = in[1];
    float[] a2 = in[2];
    float[] a3 = in[3];
    float[] b0 = out[0];
    float[] b1 = out[1];
    float[] b2 = out[2];
    float[] b3 = out[3];
    float s0 = sums[0];
    float s1 = sums[1];
    float s2 = sums[2];
    float s3 = sums[3];
    float count = window;
    float inverse = 1 / count;
    int lag = half - 1; // from an output to the input that enters with it
    for (int right = window; right < length; right++) {
      s0 = s0 + a0[right] - a0[right - window];
      s1 = s1 + a1[right] - a1[right - window];
      s2 = s2 + a2[right] - a2[right - window];
      s3 = s3 + a3[right] - a3[right - window];
      // Multiplying is several times as fast, and the same where the count is a power of two.
      b0[right - lag] = powerOfTwo ? s0 * inverse : s0 / count;
      b1[right - lag] = powerOfTwo ? s1 * inverse : s1 / count;
      b2[right - lag] = powerOfTwo ? s2 * inverse : s2 / count;
      b3[right - lag] = powerOfTwo ? s3 * inverse : s3 / count;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
  }

  /// As [#middle], but adds the parts in passing and keeps what will leave the window at hand: half the reading and writing.
  /// @param bright holds the first four pixels before, and the last four afterwards
  private void middleOfFour(float[][] parts, float[][] bright, float[][] out, float[] sums) {
    float[] a0 = parts[0];
    float[] a1 = parts[1];
    float[] a2 = parts[2];
    float[] a3 = parts[3];
    float[] b0 = out[0];
    float[] b1 = out[1];
    float[] b2 = out[2];
    float[] b3 = out[3];
    float s0 = sums[0];
    float s1 = sums[1];
    float s2 = sums[2];
    float s3 = sums[3];
    float e0 = bright[0][0]; float f0 = bright[0][1]; float g0 = bright[0][2]; float h0 = bright[0][3];
    float e1 = bright[1][0]; float f1 = bright[1][1]; float g1 = bright[1][2]; float h1 = bright[1][3];
    float e2 = bright[2][0]; float f2 = bright[2][1]; float g2 = bright[2][2]; float h2 = bright[2][3];
    float e3 = bright[3][0]; float f3 = bright[3][1]; float g3 = bright[3][2]; float h3 = bright[3][3];
    float inverse = 1f / WINDOW_USUAL;
    int lag = half - 1; // from an output to the input that enters with it
    for (int right = WINDOW_USUAL; right < length; right++) {
      float enters0 = a0[3 * right] + a0[3 * right + 1] + a0[3 * right + 2];
      s0 = s0 + enters0 - e0;
      e0 = f0;
      f0 = g0;
      g0 = h0;
      h0 = enters0;
      b0[right - lag] = s0 * inverse;
      float enters1 = a1[3 * right] + a1[3 * right + 1] + a1[3 * right + 2];
      s1 = s1 + enters1 - e1;
      e1 = f1;
      f1 = g1;
      g1 = h1;
      h1 = enters1;
      b1[right - lag] = s1 * inverse;
      float enters2 = a2[3 * right] + a2[3 * right + 1] + a2[3 * right + 2];
      s2 = s2 + enters2 - e2;
      e2 = f2;
      f2 = g2;
      g2 = h2;
      h2 = enters2;
      b2[right - lag] = s2 * inverse;
      float enters3 = a3[3 * right] + a3[3 * right + 1] + a3[3 * right + 2];
      s3 = s3 + enters3 - e3;
      e3 = f3;
      f3 = g3;
      g3 = h3;
      h3 = enters3;
      b3[right - lag] = s3 * inverse;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    bright[0][length - 4] = e0; bright[0][length - 3] = f0; bright[0][length - 2] = g0; bright[0][length - 1] = h0;
    bright[1][length - 4] = e1; bright[1][length - 3] = f1; bright[1][length - 2] = g1; bright[1][length - 1] = h1;
    bright[2][length - 4] = e2; bright[2][length - 3] = f2; bright[2][length - 2] = g2; bright[2][length - 1] = h2;
    bright[3][length - 4] = e3; bright[3][length - 3] = f3; bright[3][length - 2] = g3; bright[3][length - 1] = h3;
  }

  private void tail(float[] in, float[] out, float sumBefore) {
    float sum = sumBefore;
    for (int i = length - half + 1, count = window - 1; i < length; i++, count--) {
      sum -= in[i + half - 1 - window];
      out[i] = sum / count;
    }
  }

  /// The same sums over rows that are added already, of which only some outputs are wanted.
  /// @param in [#SAMPLED_ROWS] rows
  /// @param out [#SAMPLED_ROWS] rows, as long as `at`
  /// @param at which outputs, ascending
  void sample(float[][] in, float[][] out, int[] at) {
    float[] a0 = in[0];
    float[] a1 = in[1];
    float[] a2 = in[2];
    float[] a3 = in[3];
    float[] a4 = in[4];
    float[] a5 = in[5];
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    int right = 0;
    for (int j = 0; j < at.length; j++) {
      int until = at[j] + half; // one past the input that enters with this output; past the row's end in its last outputs
      int adding = Math.min(until, window);
      for (; right < adding; right++) {
        s0 += a0[right];
        s1 += a1[right];
        s2 += a2[right];
        s3 += a3[right];
        s4 += a4[right];
        s5 += a5[right];
      }
      int both = Math.min(until, length);
      for (; right < both; right++) {
        s0 = s0 + a0[right] - a0[right - window];
        s1 = s1 + a1[right] - a1[right - window];
        s2 = s2 + a2[right] - a2[right - window];
        s3 = s3 + a3[right] - a3[right - window];
        s4 = s4 + a4[right] - a4[right - window];
        s5 = s5 + a5[right] - a5[right - window];
      }
      for (; right < until; right++) {
        s0 -= a0[right - window];
        s1 -= a1[right - window];
        s2 -= a2[right - window];
        s3 -= a3[right - window];
        s4 -= a4[right - window];
        s5 -= a5[right - window];
      }
      int count = Math.min(until, length) - Math.max(0, until - window);
      out[0][j] = s0 / count;
      out[1][j] = s1 / count;
      out[2][j] = s2 / count;
      out[3][j] = s3 / count;
      out[4][j] = s4 / count;
      out[5][j] = s5 / count;
    }
  }
}
