package verimesh.chassis.images;

import com.google.protobuf.UnsafeByteOperations;
import java.nio.FloatBuffer;

/// Pixels cut for a model: uint8, sRGB, shape `[count, height, width, 3]`. The chassis' side of `verimesh.common.v1.Tensor`.
///
/// @param rgb row by row, R G B; shared, not copied: nobody may write to it
/// @param count pictures or crops, at least 1
/// @param inputSpecDigest [InputSpec#digest] of the spec that it was cut to
public record RgbTensor(byte[] rgb, int count, int height, int width, String inputSpecDigest) {
  public RgbTensor {
    if (count < 1 || height < 1 || width < 1 || (long) count * height * width * 3 != rgb.length) {
      throw new IllegalArgumentException("[" + count + ", " + height + ", " + width + ", 3] is not " + rgb.length + " bytes");
    }
  }

  /// Shares the array.
  public verimesh.common.v1.Tensor toProto() {
    return verimesh.common.v1.Tensor.newBuilder().setRgb(UnsafeByteOperations.unsafeWrap(rgb)).setCount(count)
        .setHeight(height).setWidth(width).setInputSpecDigest(inputSpecDigest).build();
  }

  /// @throws IllegalArgumentException if the shape does not fit the bytes
  public static RgbTensor from(verimesh.common.v1.Tensor proto) {
    return new RgbTensor(proto.getRgb().toByteArray(), proto.getCount(), proto.getHeight(), proto.getWidth(), proto.getInputSpecDigest());
  }

  /// What the model takes: `(sample / 255 - mean) / std`, float32, shape `[count, 3, height, width]`, added at the buffer's
  /// position.
  /// @param spec the one that this was cut to
  /// @throws java.nio.BufferOverflowException if `rgb.length` floats do not fit
  public void normalise(InputSpec spec, FloatBuffer into) {
    if (!spec.digest().equals(inputSpecDigest)) throw new IllegalArgumentException("cut to another spec than " + spec.canonicalText());
    float[] table = spec.normalisation();
    int plane = height * width;
    float[] row = new float[width];
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < height; y++) {
          int from = (n * plane + y * width) * 3 + c;
          for (int x = 0; x < width; x++, from += 3) row[x] = table[c << 8 | rgb[from] & 0xFF];
          into.put(row);
        }
      }
    }
  }
}
