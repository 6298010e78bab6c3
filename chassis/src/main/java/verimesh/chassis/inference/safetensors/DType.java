package verimesh.chassis.inference.safetensors;

import java.util.Optional;

/// Element types of a stored tensor, with the names of the safetensors format.
public enum DType {
  F64(8, "Double", 7),
  F32(4, "Float", 6),
  F16(2, "Half", 5),
  BF16(2, "BFloat16", 15),
  I64(8, "Long", 4),
  I32(4, "Int", 3),
  I16(2, "Short", 2),
  I8(1, "Char", 1),
  U8(1, "Byte", 0),
  BOOL(1, "Bool", 11);

  private final int bytes;
  private final String storage;
  private final int torch;

  DType(int bytes, String storage, int torch) {
    this.bytes = bytes;
    this.storage = storage;
    this.torch = torch;
  }

  /// Size of one element.
  public int bytes() {
    return bytes;
  }

  /// Class name of libtorch's storage in a pickle, for example `FloatStorage`.
  public String storage() {
    return storage + "Storage";
  }

  /// libtorch's number of the type (`c10::ScalarType`), as TorchScript text writes it.
  public int torch() {
    return torch;
  }

  public boolean isFloat() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }

  static Optional<DType> named(String name) {
    for (DType type : values()) if (type.name().equals(name)) return Optional.of(type);
    return Optional.empty();
  }

  /// Round to nearest even; a NaN stays a (quiet) NaN, since rounding its bits could make it an infinity.
  public static short toBFloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) return (short) ((bits >>> 16) | 0x40);
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  public static float fromBFloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
