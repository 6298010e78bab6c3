package verimesh.chassis.images.cut;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import verimesh.chassis.images.SrgbPixels;

/// Pillow 13's `resize` to the last bit (golden/README.md §4): two passes with 8-bit samples between them, a pass left out
/// where the size stays. Integer sums may be added in any order, so only the rounding must be Pillow's.
final class Resizer {
  private Resizer() {}

  /// @return each target's wanted window, three bytes a pixel
  static List<byte[]> resize(SrgbPixels picture, List<Target> targets) {
    var jobs = new RowPass.Job[targets.size()];
    for (int i = 0; i < jobs.length; i++) jobs[i] = rowsFirst(picture, targets.get(i));
    RowPass.run(picture.rgb(), 0, picture.width() * 3, Arrays.stream(jobs).filter(job -> job != null).toList());
    var resized = new ArrayList<byte[]>();
    for (int i = 0; i < jobs.length; i++) {
      resized.add(jobs[i] == null ? withoutRowsFirst(picture, targets.get(i)) : finish(picture, targets.get(i), jobs[i]));
    }
    return resized;
  }

  /// null if this target does not begin with a pass along rows.
  private static RowPass.Job rowsFirst(SrgbPixels picture, Target target) {
    boolean narrower = picture.width() != target.width();
    boolean lower = picture.height() != target.height();
    if (!narrower || lower && columnsFirst(picture, target)) return null;
    Kernel across = target.across(picture.width());
    if (!lower) return new RowPass.Job(across, target.top(), target.wantedHeight());
    Kernel down = target.down(picture.height());
    return new RowPass.Job(across, down.first()[0], down.end() - down.first()[0]);
  }

  private static byte[] finish(SrgbPixels picture, Target target, RowPass.Job job) {
    if (picture.height() == target.height()) return job.out();
    int rowBytes = target.wantedWidth() * 3;
    return columns(job.out(), 0, rowBytes, rowBytes, job.top(), target.down(picture.height()));
  }

  private static byte[] withoutRowsFirst(SrgbPixels picture, Target target) {
    int rowBytes = picture.width() * 3;
    if (picture.height() == target.height()) return cropped(picture, target);
    Kernel down = target.down(picture.height());
    if (picture.width() == target.width()) {
      return columns(picture.rgb(), target.left() * 3, rowBytes, target.wantedWidth() * 3, 0, down);
    }
    Kernel across = target.across(picture.width());
    int left = across.first()[0]; // only the columns that the second pass reads
    int squeezedBytes = (across.end() - left) * 3;
    byte[] squeezed = columns(picture.rgb(), left * 3, rowBytes, squeezedBytes, 0, down);
    var job = new RowPass.Job(across, 0, target.wantedHeight());
    RowPass.run(squeezed, -left * 3, squeezedBytes, List.of(job));
    return job.out();
  }

  /// Pillow up to 12 always began with the rows. Since 13 it begins with the columns where the height shrinks by more than twice
  /// what the width does (python-pillow/Pillow#9549), and rounding between the passes shows it.
  private static boolean columnsFirst(SrgbPixels picture, Target target) {
    int lower = picture.height() - target.height();
    return lower > 0 && lower > 2L * (picture.width() - target.width());
  }

  private static byte[] cropped(SrgbPixels picture, Target target) {
    int rowBytes = target.wantedWidth() * 3;
    byte[] cut = new byte[Math.multiplyExact(rowBytes, target.wantedHeight())];
    for (int y = 0; y < target.wantedHeight(); y++) {
      int from = ((target.top() + y) * picture.width() + target.left()) * 3;
      System.arraycopy(picture.rgb(), from, cut, y * rowBytes, rowBytes);
    }
    return cut;
  }

  /// Resamples along columns: each row of the result is a sum of whole rows.
  /// @param from where the wanted part of the first row begins
  /// @param stride bytes from row to row
  /// @param rowBytes how much of each row is wanted
  /// @param top the source row that the first row is
  private static byte[] columns(byte[] source, int from, int stride, int rowBytes, int top, Kernel kernel) {
    int height = kernel.outputs();
    byte[] out = new byte[Math.multiplyExact(height, rowBytes)];
    int[] sums = new int[rowBytes];
    int[] weights = kernel.weights();
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, Kernel.HALF);
      int w = y * kernel.stride();
      int row = from + (kernel.first()[y] - top) * stride;
      int k = 0;
      for (; k + 4 <= kernel.count()[y]; k += 4, row += 4 * stride) {
        add(source, row, stride, weights[w + k], weights[w + k + 1], weights[w + k + 2], weights[w + k + 3], sums);
      }
      for (; k < kernel.count()[y]; k++, row += stride) add(source, row, weights[w + k], sums);
      for (int i = 0; i < rowBytes; i++) out[y * rowBytes + i] = Kernel.clamp(sums[i]);
    }
    return out;
  }

  // The way from byte over float to int is a detour that the compiler makes vector instructions of, ten times as fast as the
  // straight way, which it does not.

  private static void add(byte[] rows, int from, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) sums[i] += ((int) (float) rows[from + i] & 0xFF) * weight;
  }

  private static void add(byte[] rows, int a, int stride, int wa, int wb, int wc, int wd, int[] sums) {
    int b = a + stride;
    int c = b + stride;
    int d = c + stride;
    for (int i = 0; i < sums.length; i++) {
      sums[i] += ((int) (float) rows[a + i] & 0xFF) * wa + ((int) (float) rows[b + i] & 0xFF) * wb
          + ((int) (float) rows[c + i] & 0xFF) * wc + ((int) (float) rows[d + i] & 0xFF) * wd;
    }
  }
}
