package verimesh.cli.bench;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import verimesh.cli.term.Console;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.Bank;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;
import verimesh.hash.bank.ItemLabel;
import verimesh.hash.index.Batch;
import verimesh.hash.index.Edit;
import verimesh.hash.index.ItemIndex;
import verimesh.hash.index.Near;
import verimesh.hash.index.Scope;
import verimesh.hash.match.PdqCode;

/// Made-up vectors into an engine, and searches in it held against exact search over the same vectors.
final class VectorBench {
  private static final String SPACE = "bench/vectors";
  private static final String BANK = "bench";
  private static final int TOP = 10;
  private static final int BATCH = 1_000;
  private static final int BATCHES_UNDER_WAY = 4;

  /// @param seconds how long each speed is measured
  /// @param callers at once, for queries a second
  record Plan(int items, int dimension, int queries, int seconds, int callers, long seed) {}

  private final Plan plan;
  private final Console console;
  private final ClusteredVectors made;
  private final float[][] asked;
  private final ExactNeighbours exact;

  VectorBench(Plan plan, Console console) {
    this.plan = plan;
    this.console = console;
    this.made = new ClusteredVectors(plan.seed(), plan.dimension());
    this.asked = new float[plan.queries()][];
    for (int q = 0; q < asked.length; q++) asked[q] = made.query(q);
    this.exact = new ExactNeighbours(asked, TOP);
  }

  void compareAll() {
    long start = System.nanoTime();
    for (int i = 0; i < plan.items(); i++) {
      exact.offer(i, made.vector(i));
      if (i % 20_000 == 0) console.progress("exact: " + i + " of " + plan.items());
    }
    console.progress("");
    console.line(String.format(Locale.ROOT, "exact      found by comparing all in %.1f s", since(start)));
  }

  /// Whether the index holds exactly these vectors already.
  boolean isBuilt(ItemIndex index) {
    if (index.catalogue().items() != plan.items()) return false;
    int last = plan.items() - 1;
    Optional<float[]> held = index.item(id(last)).map(item -> item.vectors().get(SPACE));
    return held.isPresent() && held.get().length == plan.dimension() && dot(held.get(), made.vector(last)) > 0.9999;
  }

  /// @return seconds until all were acknowledged
  double build(ItemIndex index) {
    index.write(new Batch(List.of(new Edit.PutBank(new Bank(BANK, BankKind.POSITIVE, Availability.ON, "", Instant.EPOCH, false))), null)).join();
    long start = System.nanoTime();
    ArrayDeque<CompletableFuture<List<Boolean>>> underWay = new ArrayDeque<>();
    var random = new SplittableRandom(plan.seed());
    for (int from = 0; from < plan.items(); from += BATCH) {
      List<Edit> edits = new ArrayList<>();
      for (int i = from; i < Math.min(plan.items(), from + BATCH); i++) edits.add(new Edit.Add(item(i, random)));
      if (underWay.size() == BATCHES_UNDER_WAY) underWay.remove().join();
      underWay.add(index.write(new Batch(edits, null)));
      if (from % 20_000 == 0) console.progress(index.engine() + ": " + from + " of " + plan.items() + " acknowledged");
    }
    underWay.forEach(CompletableFuture::join);
    console.progress("");
    double took = since(start);
    console.line(String.format(Locale.ROOT, "%-10s %d items acknowledged on disk in %.1f s, %.0f items/s", index.engine(), plan.items(), took, plan.items() / took));
    return took;
  }

  private Item item(int number, SplittableRandom random) {
    return new Item(id(number), BANK, new Item.About(ItemLabel.AI, false, "", "", Integer.toString(number), ""), Instant.EPOCH, "bench", "",
        new PdqCode(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong(), 100),
        Map.of(SPACE, made.vector(number)), Set.of(SPACE), Availability.ON, false);
  }

  private static ItemId id(int number) {
    return new ItemId(number * 0x9E3779B97F4A7C15L, number);
  }

  /// @param how for the line
  void measure(ItemIndex index, String how) throws Exception {
    Scope scope = new Scope(Set.of(), System.currentTimeMillis());
    int first = 0;
    int found = 0;
    for (int q = 0; q < asked.length; q++) {
      List<Near> near = index.nearest(SPACE, asked[q], BankKind.POSITIVE, TOP, scope);
      Set<Long> got = new HashSet<>();
      near.forEach(n -> got.add(n.item().id().low()));
      if (!near.isEmpty() && near.getFirst().item().id().low() == exact.of(q)[0]) first++;
      for (long number : exact.of(q)) if (got.contains(number)) found++;
    }
    load(index, scope, 1, Math.max(1, plan.seconds() / 2)); // C2 has done its work afterwards
    Histogram alone = load(index, scope, 1, plan.seconds());
    Histogram together = load(index, scope, plan.callers(), plan.seconds());
    console.line(String.format(Locale.ROOT,
        "%-10s %-11s recall@1 %.4f  recall@10 %.4f  p50 %.2f ms  p99 %.2f ms (one caller, %.0f/s)  %.0f/s with %d callers, p99 %.2f ms",
        index.engine(), how, first / (double) asked.length, found / (double) (TOP * asked.length), millis(alone, 50), millis(alone, 99),
        alone.getTotalCount() / (double) plan.seconds(), together.getTotalCount() / (double) plan.seconds(), plan.callers(), millis(together, 99)));
  }

  private Histogram load(ItemIndex index, Scope scope, int callers, int seconds) throws Exception {
    ExecutorService calling = Executors.newFixedThreadPool(callers);
    var next = new AtomicInteger();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    try {
      List<Future<Histogram>> all = new ArrayList<>();
      for (int c = 0; c < callers; c++) {
        all.add(calling.submit(() -> {
          var times = new Histogram(3);
          for (long now = System.nanoTime(); now < end; ) {
            index.nearest(SPACE, asked[next.getAndIncrement() % asked.length], BankKind.POSITIVE, TOP, scope);
            long after = System.nanoTime();
            times.recordValue(after - now);
            now = after;
          }
          return times;
        }));
      }
      var sum = new Histogram(3);
      for (Future<Histogram> one : all) sum.add(one.get());
      return sum;
    } finally {
      calling.shutdown();
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
    return sum;
  }

  static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static double millis(Histogram times, double percentile) {
    return times.getValueAtPercentile(percentile) / 1e6;
  }
}
