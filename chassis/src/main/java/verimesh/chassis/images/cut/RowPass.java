package verimesh.chassis.images.cut;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

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
  private final int[][] words; // four columns' bytes, three words a row
  private final int[] part;

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
    words = new int[3][side];
    part = new int[side];
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
        turn(at, rows, ring[x & mask], ring[x + 1 & mask], ring[x + 2 & mask], ring[x + 3 & mask]);
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

  /// Four columns at once: each row lies on a page of its own, and going there is what takes the time. The twelve bytes are fetched
  /// as three ints and taken apart afterwards, many rows in one instruction.
  private void turn(int from, int rows, int[] a, int[] b, int[] c, int[] d) {
    fetch(source, from, stride, rows, words[0], words[1], words[2]);
    int[][] columns = {a, b, c, d};
    for (int sample = 0; sample < 12; sample++) {
      shift(words[sample / 4], sample % 4 * 8, part);
      System.arraycopy(part, 0, columns[sample / 3], sample % 3 * side, side);
    }
  }

  private static void fetch(byte[] source, int from, int stride, int rows, int[] first, int[] second, int[] third) {
    for (int r = 0, at = from; r < rows; r++, at += stride) {
      first[r] = (int) INT.get(source, at); // r0 g0 b0 r1, the first in the lowest byte
      second[r] = (int) INT.get(source, at + 4); // g1 b1 r2 g2
      third[r] = (int) INT.get(source, at + 8); // b2 r3 g3 b3
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
    pack(sums, words[0], side);
    int outStride = kernel.outputs() * 3;
    int from = Math.max(0, job.top() - y);
    int to = Math.min(rows, job.end() - y);
    store(words[0], from, to, job.out(), (y + from - job.top()) * outStride + x * 3, outStride, x + 1 == kernel.outputs());
  }

  /// The three samples of each row side by side, the red one in the lowest byte.
  private static void pack(int[] sums, int[] packed, int side) {
    for (int i = 0; i < sums.length; i++) sums[i] = Math.min(255, Math.max(0, sums[i] >> Kernel.FRACTION_BITS));
    for (int i = 0; i < side; i++) packed[i] = sums[i] | sums[side + i] << 8 | sums[2 * side + i] << 16;
  }

  /// @param last whether nothing follows in the row: else a fourth byte may be written, which the next output overwrites
  private static void store(int[] packed, int from, int to, byte[] out, int at, int stride, boolean last) {
    int o = at;
    if (!last) {
      for (int r = from; r < to; r++, o += stride) INT.set(out, o, packed[r]);
      return;
    }
    for (int r = from; r < to; r++, o += stride) {
      out[o] = (byte) packed[r];
      out[o + 1] = (byte) (packed[r] >> 8);
      out[o + 2] = (byte) (packed[r] >> 16);
    }
  }

  // Loops of their own, with every array at the same index: the shape that the compiler makes vector instructions of.

  private static void shift(int[] words, int bits, int[] samples) {
    for (int i = 0; i < samples.length; i++) samples[i] = words[i] >>> bits & 0xFF;
  }

  private static void add(int[] sums, int[] a, int weight) {
    for (int i = 0; i < sums.length; i++) sums[i] += a[i] * weight;
  }

  private static void add(int[] sums, int[] a, int[] b, int[] c, int[] d, int wa, int wb, int wc, int wd) {
    for (int i = 0; i < sums.length; i++) sums[i] += a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd;
  }
}
