package verimesh.chassis.inference.torch;

import java.nio.ByteBuffer;

/// An argument of a model's method. Shapes are never changed by anybody.
public sealed interface TensorInput {
  long[] shape();

  /// uint8, for example pixels `[n, side, side, 3]`.
  /// @param bytes a direct buffer is used in place and must not change during the call
  record Bytes(ByteBuffer bytes, long... shape) implements TensorInput {}

  /// int64, for example token ids `[n, tokens]`.
  record Longs(long[] values, long... shape) implements TensorInput {}

  /// float32.
  record Floats(float[] values, long... shape) implements TensorInput {}
}
