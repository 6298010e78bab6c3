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

  private final int length;
  private final int window;
  private final int half;
  private final boolean powerOfTwo;

  RowBox(int length, int window) {
    this.length = length;
    this.window = window;
    half = (window + 2) / 2;
    powerOfTwo = Integer.bitCount(window) == 1;
  }

  /// @param in four rows
  /// @param out four rows, none of them one of `in`
  void filter(float[][] in, float[][] out) {
    float[] sums = new float[ROWS];
    for (int r = 0; r < ROWS; r++) sums[r] = head(in[r], out[r]);
    if (window < length) middle(in, out, sums);
    for (int r = 0; r < ROWS; r++) tail(in[r], out[r], sums[r]);
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

  private void tail(float[] in, float[] out, float sumBefore) {
    float sum = sumBefore;
    for (int i = length - half + 1, count = window - 1; i < length; i++, count--) {
      sum -= in[i + half - 1 - window];
      out[i] = sum / count;
    }
  }

  /// The same sums, but only some outputs are wanted.
  /// @param out four rows, as long as `at`
  /// @param at which outputs, ascending
  void sample(float[][] in, float[][] out, int[] at) {
    float[] a0 = in[0];
    float[] a1 = in[1];
    float[] a2 = in[2];
    float[] a3 = in[3];
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int right = 0;
    for (int j = 0; j < at.length; j++) {
      int until = at[j] + half; // one past the input that enters with this output; past the row's end in its last outputs
      int adding = Math.min(until, window);
      for (; right < adding; right++) {
        s0 += a0[right];
        s1 += a1[right];
        s2 += a2[right];
        s3 += a3[right];
      }
      int both = Math.min(until, length);
      for (; right < both; right++) {
        s0 = s0 + a0[right] - a0[right - window];
        s1 = s1 + a1[right] - a1[right - window];
        s2 = s2 + a2[right] - a2[right - window];
        s3 = s3 + a3[right] - a3[right - window];
      }
      for (; right < until; right++) {
        s0 -= a0[right - window];
        s1 -= a1[right - window];
        s2 -= a2[right - window];
        s3 -= a3[right - window];
      }
      int count = Math.min(until, length) - Math.max(0, until - window);
      out[0][j] = s0 / count;
      out[1][j] = s1 / count;
      out[2][j] = s2 / count;
      out[3][j] = s3 / count;
    }
  }
}
