package verimesh.chassis.images.cut;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.images.InputSpec.Filter;
import verimesh.chassis.images.Pictures;
import verimesh.chassis.images.SrgbPixels;

class ResizerTest {
  /// Side by side and windowed, against one sample after the other over the whole picture.
  @Test
  void everyWindowOfEverySizeIsWhatTheFormulaGives() {
    long seed = Pictures.seed();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 60; round++) {
      int w = 1 + random.nextInt(round % 5 == 0 ? 300 : 90);
      int h = 1 + random.nextInt(round % 3 == 0 ? 300 : 90);
      byte[] rgb = new byte[w * h * 3];
      random.nextBytes(rgb);
      var picture = new SrgbPixels(w, h, rgb);
      var targets = new ArrayList<Target>();
      for (int t = 0; t < 3; t++) targets.add(target(random, w, h));
      List<byte[]> resized = Resizer.resize(picture, targets);
      for (int t = 0; t < targets.size(); t++) {
        String what = "-Dverimesh.seed=" + seed + ", round " + round + ": " + w + "x" + h + " to " + targets.get(t);
        assertThat(Arrays.mismatch(resized.get(t), byFormula(picture, targets.get(t)))).as(what).isEqualTo(-1);
      }
    }
  }

  private static Target target(SplittableRandom random, int w, int h) {
    int width = random.nextInt(4) == 0 ? w : 1 + random.nextInt(120);
    int height = random.nextInt(4) == 0 ? h : 1 + random.nextInt(120);
    int wantedWidth = 1 + random.nextInt(width);
    int wantedHeight = 1 + random.nextInt(height);
    return new Target(width, height, random.nextInt(width - wantedWidth + 1), random.nextInt(height - wantedHeight + 1), wantedWidth,
        wantedHeight, random.nextBoolean() ? Filter.BICUBIC : Filter.BILINEAR);
  }

  private static byte[] byFormula(SrgbPixels p, Target t) {
    boolean columnsFirst = p.height() > t.height() && p.height() - t.height() > 2 * (p.width() - t.width());
    int[] size = {p.width(), p.height()};
    byte[] rgb = p.rgb();
    for (int pass = 0; pass < 2; pass++) {
      boolean columns = pass == 0 == columnsFirst;
      rgb = columns ? pass(rgb, size, 1, t.height(), t.filter()) : pass(rgb, size, 0, t.width(), t.filter());
    }
    byte[] window = new byte[t.wantedWidth() * t.wantedHeight() * 3];
    for (int y = 0; y < t.wantedHeight(); y++) {
      System.arraycopy(rgb, ((t.top() + y) * t.width() + t.left()) * 3, window, y * t.wantedWidth() * 3, t.wantedWidth() * 3);
    }
    return window;
  }

  private static byte[] pass(byte[] rgb, int[] size, int axis, int to, Filter filter) {
    if (size[axis] == to) return rgb;
    Kernel kernel = Kernel.of(size[axis], to, 0, to, filter);
    int w = size[0];
    size[axis] = to;
    byte[] out = new byte[size[0] * size[1] * 3];
    for (int y = 0; y < size[1]; y++) {
      for (int x = 0; x < size[0]; x++) {
        int o = axis == 0 ? x : y;
        for (int c = 0; c < 3; c++) {
          long sum = Kernel.HALF;
          for (int k = 0; k < kernel.count()[o]; k++) {
            int from = kernel.first()[o] + k;
            int at = axis == 0 ? (y * w + from) * 3 + c : (from * w + x) * 3 + c;
            sum += (long) (rgb[at] & 0xFF) * kernel.weights()[o * kernel.stride() + k];
          }
          out[(y * size[0] + x) * 3 + c] = (byte) Math.clamp(sum >> Kernel.FRACTION_BITS, 0, 255);
        }
      }
    }
    return out;
  }

  @ParameterizedTest
  @CsvSource({"100, 50, 30, 20", "30, 20, 100, 50", "1, 1, 224, 224", "7, 300, 7, 20", "1, 16384, 3, 2"})
  void aFlatPictureStaysFlat(int w, int h, int toW, int toH) {
    byte[] rgb = new byte[w * h * 3];
    Arrays.fill(rgb, (byte) 201);
    byte[] resized = Resizer.resize(new SrgbPixels(w, h, rgb), List.of(new Target(toW, toH, 0, 0, toW, toH, Filter.BICUBIC))).getFirst();
    byte[] flat = new byte[toW * toH * 3];
    Arrays.fill(flat, (byte) 201);
    assertThat(Arrays.equals(resized, flat)).isTrue();
  }

  @Test
  void theWeightsOfEveryOutputAddUpToOne() {
    for (int[] sizes : new int[][] {{4000, 224}, {17, 224}, {300, 299}, {16384, 1}}) {
      for (Filter filter : Filter.values()) {
        Kernel kernel = Kernel.of(sizes[0], sizes[1], 0, sizes[1], filter);
        for (int o = 0; o < kernel.outputs(); o++) {
          long sum = 0;
          for (int k = 0; k < kernel.count()[o]; k++) sum += kernel.weights()[o * kernel.stride() + k];
          // Each weight is rounded on its own.
          assertThat(Math.abs(sum - (1 << Kernel.FRACTION_BITS))).isLessThanOrEqualTo(kernel.count()[o]);
        }
      }
    }
  }
}
