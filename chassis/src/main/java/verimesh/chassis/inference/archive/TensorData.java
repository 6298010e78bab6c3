package verimesh.chassis.inference.archive;

import java.util.Arrays;
import verimesh.chassis.inference.safetensors.DType;
import verimesh.chassis.inference.safetensors.StoredTensor;

/// A tensor as it goes into an archive: floats from some source, rounded once to `dtype` when written.
///
/// @param shape never changed by anybody
public record TensorData(DType dtype, long[] shape, Source source) {
  /// Where the floats come from, chunk by chunk.
  @FunctionalInterface
  public interface Source {
    void read(long from, float[] into, int count);
  }

  public TensorData {
    if (!dtype.isFloat()) throw new IllegalArgumentException("an archive's tensors are floats, not " + dtype);
  }

  public static TensorData of(DType dtype, float[] values, long... shape) {
    TensorData data = new TensorData(dtype, shape, (from, into, count) -> System.arraycopy(values, Math.toIntExact(from), into, 0, count));
    if (data.size() != values.length) throw new IllegalArgumentException(values.length + " values for " + Arrays.toString(shape));
    return data;
  }

  /// @param shape may differ from the stored one as long as the number of elements is the same
  public static TensorData of(DType dtype, StoredTensor stored, long... shape) {
    TensorData data = new TensorData(dtype, shape, stored::read);
    if (data.size() != stored.size()) throw new IllegalArgumentException(stored + " as " + Arrays.toString(shape));
    return data;
  }

  public long size() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
