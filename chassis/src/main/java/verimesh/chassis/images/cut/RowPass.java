package verimesh.chassis.images.cut;

import java.util.Arrays;
import java.util.List;

/// Resamples along rows, for several targets in one walk over the source.
///
/// A row's pixels lie three bytes apart and no two outputs share their weights, so nothing along a row can be computed side by
/// side. Rows can: up to 256 of them are turned, so that one source column is one array, and each sum runs over all of them in
/// vector instructions. Only the columns that some kernel still reaches are kept.
final class RowPass {
  /// Rows that are summed side by side.
  private static final int ROWS = 256;
  /// The turned columns should stay in a core's own cache.
  private static final int RING_BYTES_MAX = 2 << 20;

  /// One target's share.
  ///
  /// @param across what to sum
  /// @param top first source row that is wanted
  /// @param rows how many
  /// @param out three bytes an output pixel, row by row
  record Job(Kernel across, int top, int rows, byte[] out) {
    Job(Kernel across, int top, int rows) {
      this(across, top, rows, new byte[Math.multiplyExact(rows, across.outputs() * 3)]);
    }

    int end() {
      return top + rows;
    }
  }

  private final byte[] source;
  private final int origin;
  private final int stride;
  private final List<Job> jobs;
  private final int side;
  private final int[][] ring;
  private final int[] sums;

  private RowPass(byte[] source, int origin, int stride, List<Job> jobs) {
    this.source = source;
    this.origin = origin;
    this.stride = stride;
    this.jobs = jobs;
    int longest = jobs.stream().mapToInt(job -> job.across().longest()).max().orElseThrow();
    int columns = Integer.highestOneBit(longest + 3) * 2; // those that a kernel reaches, and three that are turned ahead
    int rows = jobs.stream().mapToInt(Job::rows).max().orElseThrow();
    side = Math.clamp(RING_BYTES_MAX / (columns * 3 * Integer.BYTES) & -16, 16, Math.min(ROWS, rows + 15 & -16));
    ring = new int[columns][side * 3];
    sums = new int[side * 3];
  }

  /// @param origin where the pixel at row 0, column 0 lies, or would lie, in `source`
  /// @param stride bytes from row to row
  static void run(byte[] source, int origin, int stride, List<Job> jobs) {
    if (!jobs.isEmpty()) new RowPass(source, origin, stride, jobs).run();
  }

  private void run() {
    int top = jobs.stream().mapToInt(Job::top).min().orElseThrow();
    int end = jobs.stream().mapToInt(Job::end).max().orElseThrow();
    for (int y = top; y < end; y += side) block(y, Math.min(side, end - y));
  }

  private void block(int y, int rows) {
    int firstColumn = jobs.stream().mapToInt(job -> job.across().first()[0]).min().orElseThrow();
    int lastColumn = jobs.stream().mapToInt(job -> job.across().end()).max().orElseThrow();
    int[] next = new int[jobs.size()];
    int mask = ring.length - 1;
    for (int x = firstColumn; x < lastColumn; ) {
      int at = origin + y * stride + x * 3;
      if (x + 4 <= lastColumn) {
        turn(source, at, stride, rows, ring[x & mask], ring[x + 1 & mask], ring[x + 2 & mask], ring[x + 3 & mask], side);
        x += 4;
      } else {
        turn(source, at, stride, rows, ring[x & mask], side);
        x++;
      }
      for (int j = 0; j < next.length; j++) {
        Job job = jobs.get(j);
        if (job.top() >= y + rows || job.end() <= y) continue;
        while (next[j] < job.across().outputs() && job.across().endOf(next[j]) <= x) output(job, next[j]++, y, rows);
      }
    }
  }

  /// One source column of so many rows: all reds, then all greens, then all blues.
  private static void turn(byte[] source, int from, int stride, int rows, int[] column, int side) {
    for (int r = 0, at = from; r < rows; r++, at += stride) {
      column[r] = source[at] & 0xFF;
      column[side + r] = source[at + 1] & 0xFF;
      column[2 * side + r] = source[at + 2] & 0xFF;
    }
  }

  /// Four at once: each row lies on a page of its own, and going there is what takes the time.
  private static void turn(byte[] source, int from, int stride, int rows, int[] a, int[] b, int[] c, int[] d, int side) {
    for (int r = 0, at = from; r < rows; r++, at += stride) {
      a[r] = source[at] & 0xFF;
      a[side + r] = source[at + 1] & 0xFF;
      a[2 * side + r] = source[at + 2] & 0xFF;
      b[r] = source[at + 3] & 0xFF;
      b[side + r] = source[at + 4] & 0xFF;
      b[2 * side + r] = source[at + 5] & 0xFF;
      c[r] = source[at + 6] & 0xFF;
      c[side + r] = source[at + 7] & 0xFF;
      c[2 * side + r] = source[at + 8] & 0xFF;
      d[r] = source[at + 9] & 0xFF;
      d[side + r] = source[at + 10] & 0xFF;
      d[2 * side + r] = source[at + 11] & 0xFF;
    }
  }

  private void output(Job job, int x, int y, int rows) {
    Kernel kernel = job.across();
    int mask = ring.length - 1;
    int first = kernel.first()[x];
    int count = kernel.count()[x];
    int w = x * kernel.stride();
    int[] weights = kernel.weights();
    Arrays.fill(sums, Kernel.HALF);
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      int at = first + k;
      add(sums, ring[at & mask], ring[at + 1 & mask], ring[at + 2 & mask], ring[at + 3 & mask],
          weights[w + k], weights[w + k + 1], weights[w + k + 2], weights[w + k + 3]);
    }
    for (; k < count; k++) add(sums, ring[first + k & mask], weights[w + k]);
    int outStride = kernel.outputs() * 3;
    int from = Math.max(0, job.top() - y);
    int to = Math.min(rows, job.end() - y);
    store(sums, side, from, to, job.out(), (y + from - job.top()) * outStride + x * 3, outStride);
  }

  private static void store(int[] sums, int side, int from, int to, byte[] out, int at, int stride) {
    for (int r = from, o = at; r < to; r++, o += stride) {
      out[o] = Kernel.clamp(sums[r]);
      out[o + 1] = Kernel.clamp(sums[side + r]);
      out[o + 2] = Kernel.clamp(sums[2 * side + r]);
    }
  }

  // Loops of their own, with every array at the same index: the shape that the compiler makes vector instructions of.

  private static void add(int[] sums, int[] a, int weight) {
    for (int i = 0; i < sums.length; i++) sums[i] += a[i] * weight;
  }

  private static void add(int[] sums, int[] a, int[] b, int[] c, int[] d, int wa, int wb, int wc, int wd) {
    for (int i = 0; i < sums.length; i++) sums[i] += a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd;
  }
}
