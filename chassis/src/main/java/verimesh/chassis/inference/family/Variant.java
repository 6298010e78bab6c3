package verimesh.chassis.inference.family;

import java.util.Locale;
import verimesh.chassis.inference.safetensors.DType;

/// The same weights as different code. Packed variants keep linear and convolution weights in oneDNN's own layouts: up to
/// twice as fast on a CPU, but opaque to gradients and to other devices.
public enum Variant {
  CPU_PACKED_F32(DType.F32, true),
  CPU_PACKED_BF16(DType.BF16, true),
  PLAIN_F32(DType.F32, false),
  PLAIN_BF16(DType.BF16, false),
  PLAIN_F16(DType.F16, false);

  private final DType dtype;
  private final boolean packed;

  Variant(DType dtype, boolean packed) {
    this.dtype = dtype;
    this.packed = packed;
  }

  /// Type of weights and arithmetic; inputs are uint8, int64 or float32, outputs always float32.
  public DType dtype() {
    return dtype;
  }

  public boolean packed() {
    return packed;
  }

  /// As files and commands spell it: `cpu-packed-f32`.
  public String spelling() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// `float32`, `bfloat16` or `float16`, as the contract spells it.
  public String dtypeName() {
    return switch (dtype) {
      case F32 -> "float32";
      case BF16 -> "bfloat16";
      case F16 -> "float16";
      case F64, I64, I32, I16, I8, U8, BOOL -> throw new IllegalStateException("no variant computes in " + dtype);
    };
  }
}
