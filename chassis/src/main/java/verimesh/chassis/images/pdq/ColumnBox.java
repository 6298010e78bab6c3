package verimesh.chassis.images.pdq;

/// The box filter along columns, fed row by row: the running sums of all columns side by side, in the order of [RowBox].
final class ColumnBox {
  private final int height;
  private final int window;
  private final int half;
  private final boolean powerOfTwo;
  private final float[] sums;
  /// The rows that are in the window, and those that come next.
  private final float[][] rows;
  private int in;
  private int out;

  /// @param width columns
  /// @param height rows that will come, at least `window`
  ColumnBox(int width, int height, int window) {
    this.height = height;
    this.window = window;
    half = (window + 2) / 2;
    powerOfTwo = Integer.bitCount(window) == 1;
    sums = new float[width];
    rows = new float[window + RowBox.SAMPLED_ROWS][width];
  }

  /// Where the next row but `ahead` is to be written before it is pushed; `ahead` is less than [RowBox#SAMPLED_ROWS].
  float[] input(int ahead) {
    return rows[(in + ahead) % rows.length];
  }

  /// Takes the row that was written to `input(0)`.
  /// @param into gets the next output, if there is one
  /// @return whether there is one
  boolean push(float[] into) {
    float[] enters = input(0);
    int left = in - window;
    in++;
    if (left >= 0) {
      float[] leaves = rows[left % rows.length];
      if (powerOfTwo) slide(sums, enters, leaves, into, 1f / window);
      else slideAndDivide(sums, enters, leaves, into, window);
    } else {
      add(sums, enters);
      if (in < half) return false;
      divide(sums, into, in);
    }
    out++;
    return true;
  }

  /// After the last row: the outputs whose window reaches past it, one a call.
  /// @return false if none is left
  boolean drain(float[] into) {
    if (out == height) return false;
    int left = out + half - 1 - window;
    subtract(sums, rows[left % rows.length]);
    divide(sums, into, height - 1 - left);
    out++;
    return true;
  }

  // Loops of their own, with every array at the same index: the shape that the compiler makes vector instructions of.

  private static void add(float[] sums, float[] enters) {
    for (int x = 0; x < sums.length; x++) sums[x] += enters[x];
  }

  private static void subtract(float[] sums, float[] leaves) {
    for (int x = 0; x < sums.length; x++) sums[x] -= leaves[x];
  }

  private static void divide(float[] sums, float[] into, float count) {
    for (int x = 0; x < sums.length; x++) into[x] = sums[x] / count;
  }

  private static void slide(float[] sums, float[] enters, float[] leaves, float[] into, float inverse) {
    for (int x = 0; x < sums.length; x++) {
      float sum = sums[x] + enters[x] - leaves[x];
      sums[x] = sum;
      into[x] = sum * inverse;
    }
  }

  private static void slideAndDivide(float[] sums, float[] enters, float[] leaves, float[] into, float count) {
    for (int x = 0; x < sums.length; x++) {
      float sum = sums[x] + enters[x] - leaves[x];
      sums[x] = sum;
      into[x] = sum / count;
    }
  }
}
