package verimesh.chassis.inference.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// One tensor of a file. Valid as long as the file is open.
///
/// @param shape never changed by anybody; empty for a scalar
/// @param data its bytes, little-endian, row by row; exactly as many as type and shape say
public record StoredTensor(String name, DType dtype, long[] shape, MemorySegment data) {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Number of elements.
  public long size() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /// Copies elements as floats. From F64 rounds to nearest; F16 and BF16 are exact.
  /// @param from index of the first element
  public void read(long from, float[] into, int count) {
    switch (dtype) {
      case F32 -> MemorySegment.copy(data, FLOAT, from * 4, into, 0, count);
      case F64 -> {
        for (int i = 0; i < count; i++) into[i] = (float) data.get(DOUBLE, (from + i) * 8);
      }
      case F16 -> {
        for (int i = 0; i < count; i++) into[i] = Float.float16ToFloat(data.get(SHORT, (from + i) * 2));
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) into[i] = DType.fromBFloat16(data.get(SHORT, (from + i) * 2));
      }
      case I64, I32, I16, I8, U8, BOOL -> throw new IllegalStateException(name + " holds " + dtype + ", not floats");
    }
  }

  /// All elements on the heap.
  public float[] floats() {
    float[] values = new float[Math.toIntExact(size())];
    read(0, values, values.length);
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape);
  }
}
