package verimesh.chassis.images.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.chassis.images.pdq.PdqConvention;

/// Hashing alone, on one thread: pixels are decoded already. The reference in C++ does about 550 pictures of 512x512 a second
/// (issue 12).
public final class PdqBench {
  private static final int PICTURES = 16;
  private static final int ROUNDS = 9;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private PdqBench() {}

  /// @param picturesPerSecond by the clock, on one thread: the middle of all rounds
  /// @param best the fastest round, the nearest to an idle machine
  /// @param picturesPerCpuSecond by the thread's own processor time: what a core does, whatever else the machine does
  public record Result(int side, double picturesPerSecond, double best, double picturesPerCpuSecond, int rounds) {}

  /// @param side of the pictures, in pixels
  /// @param time to measure for, after a third of it for warming up
  public static Result run(int side, Duration time, long seed) {
    StoredPixels[] pictures = new StoredPixels[PICTURES];
    var random = new SplittableRandom(seed);
    for (int i = 0; i < PICTURES; i++) pictures[i] = TestPicture.make(side, side, random.nextLong());
    round(pictures, time.dividedBy(3).toNanos());
    double[] rates = new double[ROUNDS];
    double[] cpuRates = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      Round round = round(pictures, time.dividedBy(ROUNDS).toNanos());
      rates[i] = round.hashed() * 1e9 / round.nanos();
      cpuRates[i] = round.hashed() * 1e9 / round.cpuNanos();
    }
    Arrays.sort(rates);
    Arrays.sort(cpuRates);
    return new Result(side, rates[ROUNDS / 2], rates[ROUNDS - 1], cpuRates[ROUNDS / 2], ROUNDS);
  }

  private record Round(int hashed, long nanos, long cpuNanos) {}

  private static Round round(StoredPixels[] pictures, long nanos) {
    long start = System.nanoTime();
    long startCpu = THREADS.getCurrentThreadCpuTime();
    long spent;
    int hashed = 0;
    int bits = 0;
    do {
      for (StoredPixels picture : pictures) {
        bits += Long.bitCount(Pdq.hash(picture, PdqConvention.SHRUNK_512).hash().w0());
        hashed++;
      }
      spent = System.nanoTime() - start;
    } while (spent < nanos);
    // Half of a hash's bits are set: a use of the result that the compiler cannot drop, and a check.
    if (bits < hashed * 8) throw new IllegalStateException(bits + " bits of " + hashed + " hashes are set: they are not hashes");
    return new Round(hashed, spent, THREADS.getCurrentThreadCpuTime() - startCpu);
  }
}
