package verimesh.chassis.inference.torch;

import java.util.Arrays;

/// A result on the heap.
///
/// @param values row by row; belongs to whoever received it
/// @param shape never changed by anybody
public record FloatTensor(float[] values, long[] shape) {
  /// Row `i` of the first dimension.
  public float[] row(int i) {
    int width = shape[0] == 0 ? 0 : values.length / Math.toIntExact(shape[0]);
    return Arrays.copyOfRange(values, i * width, (i + 1) * width);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FloatTensor(float[] v, long[] s) && Arrays.equals(values, v) && Arrays.equals(shape, s);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return "FloatTensor" + Arrays.toString(shape);
  }
}
