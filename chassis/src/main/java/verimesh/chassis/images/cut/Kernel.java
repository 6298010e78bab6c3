package verimesh.chassis.images.cut;

import java.util.Arrays;
import verimesh.chassis.images.InputSpec.Filter;

/// Which source samples make one output sample, and with what weight: Pillow's `precompute_coeffs` and
/// `normalize_coeffs_8bpc` (`Resample.c`), for one direction.
///
/// @param first per output sample: index of its first source sample
/// @param count per output sample: how many source samples follow
/// @param weights fixed point with [#FRACTION_BITS] bits, `stride` a sample, those past `count` are 0
record Kernel(int[] first, int[] count, int[] weights, int stride) {
  static final int FRACTION_BITS = 22;
  static final int HALF = 1 << FRACTION_BITS - 1;

  /// @param in source samples in this direction
  /// @param out samples that the whole picture would be resized to
  /// @param from the first of them that is wanted
  /// @param wanted how many
  static Kernel of(int in, int out, int from, int wanted, Filter filter) {
    double scale = (double) in / out;
    double filterScale = Math.max(scale, 1.0);
    double support = (filter == Filter.BICUBIC ? 2.0 : 1.0) * filterScale;
    int stride = (int) Math.ceil(support) * 2 + 1;
    int[] first = new int[wanted];
    int[] count = new int[wanted];
    int[] weights = new int[Math.multiplyExact(wanted, stride)];
    double[] exact = new double[stride];
    double step = 1.0 / filterScale;
    for (int i = 0; i < wanted; i++) {
      double centre = (from + i + 0.5) * scale;
      int min = Math.max(0, (int) (centre - support + 0.5));
      int n = Math.min(in, (int) (centre + support + 0.5)) - min;
      double sum = 0;
      for (int k = 0; k < n; k++) {
        exact[k] = weight(filter, (k + min - centre + 0.5) * step);
        sum += exact[k];
      }
      for (int k = 0; k < n; k++) {
        double w = sum == 0 ? exact[k] : exact[k] / sum;
        weights[i * stride + k] = (int) ((w < 0 ? -0.5 : 0.5) + w * (1 << FRACTION_BITS));
      }
      first[i] = min;
      count[i] = n;
    }
    return new Kernel(first, count, weights, stride);
  }

  int outputs() {
    return first.length;
  }

  /// One past the last source sample that an output sample reads; never falls from one to the next.
  int endOf(int output) {
    return first[output] + count[output];
  }

  /// One past the last source sample that any output sample reads.
  int end() {
    return endOf(outputs() - 1);
  }

  /// The most source samples that an output sample reads.
  int longest() {
    return Math.min(stride, Arrays.stream(count).max().orElseThrow());
  }

  private static double weight(Filter filter, double distance) {
    double x = Math.abs(distance);
    return switch (filter) {
      case BILINEAR -> x < 1 ? 1 - x : 0;
      case BICUBIC -> {
        double a = -0.5;
        if (x < 1) yield ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
        yield x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
      }
    };
  }

  /// From fixed point to a sample: rounded already by [#HALF], clamped here.
  static byte clamp(int sum) {
    int v = sum >> FRACTION_BITS;
    return (byte) (v < 0 ? 0 : v > 255 ? 255 : v);
  }
}
