package verimesh.embedding.explain;

/// A map over the square that the model saw.
///
/// @param values 0 to 1, row by row; belongs to whoever received it
public record Heat(Method method, float[] values, int rows, int columns) {
  public Heat {
    if (values.length != rows * columns) throw new IllegalArgumentException(values.length + " values for " + rows + " x " + columns);
  }

  /// Stretches raw scores to 0 to 1. A constant map says nothing and becomes all zeros.
  static Heat of(Method method, double[] raw, int rows, int columns) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (double v : raw) {
      min = Math.min(min, v);
      max = Math.max(max, v);
    }
    float[] values = new float[raw.length];
    for (int i = 0; i < raw.length; i++) values[i] = max > min ? (float) ((raw[i] - min) / (max - min)) : 0;
    return new Heat(method, values, rows, columns);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Heat h && method == h.method && rows == h.rows && columns == h.columns && java.util.Arrays.equals(values, h.values);
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(values);
  }
}
