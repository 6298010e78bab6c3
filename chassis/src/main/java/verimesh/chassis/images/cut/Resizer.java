package verimesh.chassis.images.cut;

import java.util.Arrays;
import verimesh.chassis.images.InputSpec.Filter;
import verimesh.chassis.images.SrgbPixels;

/// Pillow 13's `resize` to the last bit (golden/README.md §4): two passes with 8-bit samples between them, a pass left out
/// where the size stays. Integer sums may be added in any order, so only the rounding must be Pillow's.
///
/// Only what is wanted of the resized picture is computed: its other pixels would be cropped away.
final class Resizer {
  /// A rectangle of a picture, in pixels.
  record Window(int left, int top, int width, int height) {}

  private Resizer() {}

  /// @param width of the whole resized picture
  /// @param height of the whole resized picture
  /// @param window what is wanted of it
  /// @return the window's pixels, three bytes each
  static byte[] resize(SrgbPixels picture, int width, int height, Window window, Filter filter) {
    Kernel across = Kernel.of(picture.width(), width, window.left(), window.width(), filter);
    Kernel down = Kernel.of(picture.height(), height, window.top(), window.height(), filter);
    boolean narrower = picture.width() != width;
    boolean lower = picture.height() != height;
    int rowBytes = picture.width() * 3;
    if (lower && narrower && columnsFirst(picture, width, height)) {
      // Only the columns that the second pass reads.
      int left = across.first()[0];
      int columns = across.end() - left;
      byte[] squeezed = columns(picture.rgb(), left * 3, rowBytes, columns * 3, 0, down);
      return rows(squeezed, 0, columns * 3, window.height(), left, across);
    }
    if (!narrower) {
      return lower
          ? columns(picture.rgb(), window.left() * 3, rowBytes, window.width() * 3, 0, down)
          : cropped(picture, window);
    }
    int top = lower ? down.first()[0] : window.top();
    int rows = lower ? down.end() - top : window.height();
    byte[] narrowed = rows(picture.rgb(), top * rowBytes, rowBytes, rows, 0, across);
    return lower ? columns(narrowed, 0, window.width() * 3, window.width() * 3, top, down) : narrowed;
  }

  /// Pillow up to 12 always began with the rows. Since 13 it begins with the columns where the height shrinks by more than twice
  /// what the width does (python-pillow/Pillow#9549), and rounding between the passes shows it.
  private static boolean columnsFirst(SrgbPixels picture, int width, int height) {
    int lower = picture.height() - height;
    return lower > 0 && lower > 2L * (picture.width() - width);
  }

  private static byte[] cropped(SrgbPixels picture, Window window) {
    byte[] cut = new byte[window.width() * window.height() * 3];
    int rowBytes = window.width() * 3;
    for (int y = 0; y < window.height(); y++) {
      int from = ((window.top() + y) * picture.width() + window.left()) * 3;
      System.arraycopy(picture.rgb(), from, cut, y * rowBytes, rowBytes);
    }
    return cut;
  }

  /// Resamples along rows.
  /// @param from where the first row begins
  /// @param stride bytes from row to row
  /// @param left the source column that a row's first pixel is
  private static byte[] rows(byte[] source, int from, int stride, int rows, int left, Kernel kernel) {
    int width = kernel.first().length;
    byte[] out = new byte[Math.multiplyExact(rows, width * 3)];
    for (int y = 0; y < rows; y++) row(source, from + y * stride - left * 3, kernel, out, y * width * 3);
    return out;
  }

  private static void row(byte[] source, int rowAt, Kernel kernel, byte[] into, int to) {
    int[] weights = kernel.weights();
    for (int x = 0; x < kernel.first().length; x++) {
      int r = Kernel.HALF;
      int g = Kernel.HALF;
      int b = Kernel.HALF;
      int w = x * kernel.stride();
      int from = rowAt + kernel.first()[x] * 3;
      for (int k = 0; k < kernel.count()[x]; k++, from += 3) {
        int weight = weights[w + k];
        r += (source[from] & 0xFF) * weight;
        g += (source[from + 1] & 0xFF) * weight;
        b += (source[from + 2] & 0xFF) * weight;
      }
      into[to++] = Kernel.clamp(r);
      into[to++] = Kernel.clamp(g);
      into[to++] = Kernel.clamp(b);
    }
  }

  /// Resamples along columns: each row of the result is a sum of whole rows.
  /// @param from where the wanted part of the first row begins
  /// @param stride bytes from row to row
  /// @param rowBytes how much of each row is wanted
  /// @param top the source row that the first row is
  private static byte[] columns(byte[] source, int from, int stride, int rowBytes, int top, Kernel kernel) {
    int height = kernel.first().length;
    byte[] out = new byte[Math.multiplyExact(height, rowBytes)];
    int[] sums = new int[rowBytes];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, Kernel.HALF);
      for (int k = 0; k < kernel.count()[y]; k++) {
        add(source, from + (kernel.first()[y] - top + k) * stride, kernel.weights()[y * kernel.stride() + k], sums);
      }
      for (int i = 0; i < rowBytes; i++) out[y * rowBytes + i] = Kernel.clamp(sums[i]);
    }
    return out;
  }

  /// A loop of its own, so that the compiler makes vector instructions of it.
  private static void add(byte[] rows, int from, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) sums[i] += (rows[from + i] & 0xFF) * weight;
  }
}
