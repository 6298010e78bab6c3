package verimesh.verifier.clue;

/// Unit vectors in a quarter of their memory, with a bound on what that costs: searching ten thousand clues takes as long as
/// reading them takes. Each number is a byte times its vector's scale. Immutable.
///
/// Rows stand in blocks, and in a block all first numbers come first, then all second ones: so one number of the picture meets
/// many rows in a loop that the compiler makes vector instructions of.
final class CoarseVectors {
  private static final int BLOCK = 256;
  private static final int CODE_MAX = 127;
  /// What single precision may add to the bound.
  private static final float ROUNDING = 1e-5f;

  private final int count;
  private final int dimension;
  private final byte[] codes;
  private final float[] scales;
  private final float[] errors;

  /// @param vectors row by row, `count * dimension` numbers
  CoarseVectors(float[] vectors, int count, int dimension) {
    this.count = count;
    this.dimension = dimension;
    this.codes = new byte[Math.multiplyExact((count + BLOCK - 1) / BLOCK * BLOCK, dimension)];
    this.scales = new float[count];
    this.errors = new float[count];
    for (int row = 0; row < count; row++) encode(vectors, row);
  }

  private void encode(float[] vectors, int row) {
    float most = 0;
    for (int j = 0; j < dimension; j++) most = Math.max(most, Math.abs(vectors[row * dimension + j]));
    float scale = most / CODE_MAX;
    double squares = 0;
    for (int j = 0; j < dimension; j++) {
      float value = vectors[row * dimension + j];
      int code = scale == 0 ? 0 : Math.round(value / scale);
      codes[at(row / BLOCK, j) + row % BLOCK] = (byte) code;
      double left = value - (double) code * scale;
      squares += left * left;
    }
    scales[row] = scale;
    errors[row] = (float) Math.sqrt(squares) + ROUNDING;
  }

  private int at(int block, int number) {
    return (block * dimension + number) * BLOCK;
  }

  /// For each row a number that its cosine with the picture never exceeds: the coarse one and, by Cauchy and Schwarz, the length
  /// of what rounding left out.
  ///
  /// @param picture unit vector
  float[] atMost(float[] picture) {
    float[] bounds = new float[count];
    float[] sums = new float[BLOCK];
    for (int block = 0; block * BLOCK < count; block++) {
      java.util.Arrays.fill(sums, 0);
      for (int j = 0; j < dimension; j++) add(at(block, j), picture[j], sums);
      int first = block * BLOCK;
      for (int k = 0; k < BLOCK && first + k < count; k++) bounds[first + k] = sums[k] * scales[first + k] + errors[first + k];
    }
    return bounds;
  }

  private void add(int from, float weight, float[] sums) {
    for (int k = 0; k < BLOCK; k++) sums[k] += codes[from + k] * weight;
  }
}
