package verimesh.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import verimesh.hash.bank.ItemId;
import verimesh.hash.index.PdqTable;
import verimesh.hash.match.PdqCode;

/// The scan over PDQ codes beside the speed of memory, and how fast pixels become a code.
final class PdqBench {
  private static final int RUNS = 12; // of each scan; the best one is told
  private static final int SIDE = 512; // pixels

  private final long seed;
  private final Consumer<String> out;
  private long kept; // what was computed, so that no run can be thought away

  PdqBench(long seed, Consumer<String> out) {
    this.seed = seed;
    this.out = out;
  }

  private record Probe(PdqCode code, int distanceBitsMax, AtomicInteger hits) implements PdqTable.Probe {
    @Override
    public void hit(ItemId id, int bank, int quality, int distanceBits) {
      hits.incrementAndGet();
    }
  }

  /// @param codes held in memory: 53 bytes each for the table, 32 for the sum beside it
  void scan(int codes) {
    var random = new SplittableRandom(seed);
    var table = new PdqTable();
    long[] flat = new long[4 * codes]; // the same codes again, for the sum
    for (int i = 0; i < codes; i++) {
      for (int w = 0; w < 4; w++) flat[4 * i + w] = random.nextLong();
      table.put(new ItemId(i, i * 0x9E3779B97F4A7C15L), 0, new PdqCode(flat[4 * i], flat[4 * i + 1], flat[4 * i + 2], flat[4 * i + 3], 100));
    }
    List<Probe> probes = new ArrayList<>();
    for (int p = 0; p < 16; p++) {
      probes.add(new Probe(new PdqCode(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong(), 100), 31, new AtomicInteger()));
    }
    double bytes = 32.0 * codes;
    double sum = best(() -> sum(flat));
    out.accept(String.format(Locale.ROOT, "pdq        %d codes; plain sum of the same longs %.1f ms, %.1f GB/s: the ceiling", codes, sum * 1e3, bytes / sum / 1e9));
    for (int shared : new int[] {1, 4, 16}) {
      List<Probe> some = probes.subList(0, shared);
      double took = best(() -> {
        table.scan(some);
        return some.getFirst().hits().get();
      });
      out.accept(String.format(Locale.ROOT,
          "pdq        %2d queries in one pass: %.1f ms, %.1f GB/s read (%.2f of the ceiling), %.0f million codes/s a query, %.1f ms a query",
          shared, took * 1e3, bytes / took / 1e9, sum / took, codes / took / 1e6 * shared, took * 1e3 / shared));
    }
  }

  private static long sum(long[] values) {
    long sum = 0;
    for (long value : values) sum += value;
    return sum;
  }

  /// @return seconds
  private double best(LongSupplier run) {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      kept += run.getAsLong();
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return best;
  }

  void hashing(int seconds) {
    var hashed = verimesh.chassis.images.bench.PdqBench.run(SIDE, Duration.ofSeconds(seconds), seed);
    out.accept(String.format(Locale.ROOT, "pdq        %dx%d pixels hashed, one thread: %.0f images/s at the median of %d rounds, %.0f in the best",
        SIDE, SIDE, hashed.picturesPerSecond(), hashed.rounds(), hashed.best()));
    if (kept == 42) out.accept("");
  }
}
