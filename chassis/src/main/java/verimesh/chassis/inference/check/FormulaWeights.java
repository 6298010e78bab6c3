package verimesh.chassis.inference.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import verimesh.chassis.inference.safetensors.SafetensorsWriter;

/// Weights that follow a formula, so that two implementations can be compared without a file between them: a counter-based
/// generator (SplitMix64's finaliser) seeded by the tensor's name, scaled by the tensor's role. Reference:
/// golden/README.md, section 1. The first rule that fits decides; all arithmetic is double until one rounding to float.
public final class FormulaWeights {
  private static final Set<String> EMBEDDINGS = Set.of(
      "class_embedding", "cls_token", "mask_token", "register_tokens", "probe", "position_embeddings", "relative_position_bias_table");

  private FormulaWeights() {}

  /// The values of the tensor `name` of shape `shape`; zeros for `num_batches_tracked`, which is an integer.
  public static SafetensorsWriter.Values of(String name, long... shape) {
    long seed = seed(name);
    double[] ab = roles(name, shape);
    double a = ab[0];
    double b = ab[1];
    return index -> (float) (a + b * uniform(seed, index));
  }

  /// 24 random bits as a number in [-1, 1), exact.
  static double uniform(long seed, long index) {
    long z = seed + (index + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z = z ^ (z >>> 31);
    return ((z >>> 40) - 8388608) / 8388608.0;
  }

  /// 64-bit FNV-1a of the name.
  static long seed(String name) {
    long h = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) h = (h ^ (b & 0xff)) * 0x100000001B3L;
    return h;
  }

  private static double[] roles(String name, long[] shape) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return switch (last) {
      case "num_batches_tracked" -> ab(0, 0);
      case "running_mean" -> ab(0, 0.1);
      case "running_var" -> ab(1, 0.2);
      case "logit_scale" -> ab(2.6592, 0);
      case "logit_bias" -> ab(-10, 0);
      case "lambda1", "layer_scale_parameter" -> ab(1, 0.1);
      case "bias", "in_proj_bias" -> ab(0, 0.1);
      default -> {
        if (EMBEDDINGS.contains(last) || name.endsWith("position_embedding.weight") || name.endsWith("token_embedding.weight")) yield ab(0, 0.5);
        if (shape.length < 2) yield ab(1, 0.1);
        long fanIn = Arrays.stream(shape).skip(1).reduce(1, (x, y) -> x * y);
        boolean sharp = name.contains("q_proj.") || name.contains("k_proj.") || name.contains(".query.") || name.contains(".key.") || last.equals("in_proj_weight");
        yield ab(0, (sharp ? 1.5 : 1) * Math.sqrt(3.0 / fanIn));
      }
    };
  }

  private static double[] ab(double a, double b) {
    return new double[] {a, b};
  }

  /// Normalised pixel values `[n, 3, height, width]`: two triangle waves and a little noise (section 2).
  public static float[] pixelValues(int n, int height, int width) {
    float[] values = new float[n * 3 * height * width];
    long seed = seed("pixel_values");
    int i = 0;
    for (int item = 0; item < n; item++) {
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < height; y++) {
          double q = (y + 0.5) / height;
          for (int x = 0; x < width; x++) {
            double p = (x + 0.5) / width;
            double w1 = triangle(((1.5 * p + 0.75 * q) + 0.25 * c) + 0.375 * item);
            double w2 = triangle(((3.25 * q - 2.5 * p) + 0.125 * c) + 0.625 * item);
            values[i] = (float) ((0.9 * w1 + 0.5 * w2) + 0.4 * uniform(seed, i));
            i++;
          }
        }
      }
    }
    return values;
  }

  private static double triangle(double t) {
    return 4.0 * Math.abs(t - Math.floor(t + 0.5)) - 1.0;
  }
}
