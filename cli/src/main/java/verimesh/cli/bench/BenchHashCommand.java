package verimesh.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.chassis.images.ColourProfile;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.hash.bank.Availability;
import verimesh.hash.bank.Bank;
import verimesh.hash.bank.BankKind;
import verimesh.hash.bank.Item;
import verimesh.hash.bank.ItemId;
import verimesh.hash.bank.ItemLabel;
import verimesh.hash.index.Batch;
import verimesh.hash.index.Edit;
import verimesh.hash.index.ItemIndex;
import verimesh.hash.index.LuceneIndex;
import verimesh.hash.index.Near;
import verimesh.hash.index.PdqTable;
import verimesh.hash.index.RedisIndex;
import verimesh.hash.index.Scope;
import verimesh.hash.match.PdqCode;

/// `./mesh bench hash`: how fast the index is built and searched, and how much it finds; the PDQ scan against the speed of
/// memory; and PDQ hashing.
@Command(
    name = "hash",
    description = {
      "Builds an index of made-up vectors in each engine and searches it, against exact search over the same vectors.",
      "Then scans PDQ codes, beside the plain sum of the same memory, and hashes 512x512 pixels."
    },
    footer = {"", "  ./mesh bench hash --items 40000 --seed 7", "  ./mesh bench hash --items 100000 --redis redis://127.0.0.1:6379"})
public final class BenchHashCommand implements Callable<Integer> {
  private static final String SPACE = "bench/vectors";
  private static final String BANK = "bench";
  private static final int TOP = 10;
  private static final int BATCH = 1_000;
  private static final int BATCHES_UNDER_WAY = 4;

  @Option(names = "--items", paramLabel = "N", description = "Vectors; 0 leaves this part out (default: 40000, the published index's size).")
  private int items = 40_000;

  @Option(names = "--dim", paramLabel = "N", description = "Of a vector (default: 384, DINOv2-small).")
  private int dimension = 384;

  @Option(names = "--queries", paramLabel = "N", description = "Different queries (default: 200).")
  private int queries = 200;

  @Option(names = "--seconds", paramLabel = "N", description = "How long each speed is measured (default: 5).")
  private int seconds = 5;

  @Option(names = "--threads", paramLabel = "N", description = "Callers at once, for queries a second (default: 2).")
  private int threads = 2;

  @Option(names = "--candidates", split = ",", paramLabel = "N,...", description = "How many the graph proposes, for each line (default: 50,100,200,400).")
  private List<Integer> candidates = List.of(50, 100, 200, 400);

  @Option(names = "--codes", paramLabel = "N", description = "PDQ codes to scan; 0 leaves this part out (default: 10000000).")
  private int codes = 10_000_000;

  @Option(names = "--seed", paramLabel = "N", description = "Of everything that is made up (default: 7).")
  private long seed = 7;

  @Option(names = "--directory", paramLabel = "DIR", description = "Where Lucene's index is built and removed again (default: a temporary folder).")
  private Path directory;

  @Option(names = "--redis", paramLabel = "URI", description = "A Redis 8 to measure too; keys of this run are removed again.")
  private String redis;

  @Option(names = "--no-lucene", description = "Leave Lucene out.")
  private boolean noLucene;

  private final Context context;

  public BenchHashCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    line("machine    " + Machine.here(context.root()));
    line("load       " + load());
    line("data       " + items + " vectors of " + dimension + ", " + queries + " queries, seed " + seed);
    if (items > 0) vectors();
    if (codes > 0) scan();
    hashing();
    line("load       " + load() + " at the end");
    return Exit.OK;
  }

  // ---- vectors

  private void vectors() throws Exception {
    var made = new ClusteredVectors(seed, dimension);
    float[][] asked = new float[queries][];
    for (int q = 0; q < queries; q++) asked[q] = made.query(q);
    long start = System.nanoTime();
    var exact = new ExactNeighbours(asked, TOP);
    for (int i = 0; i < items; i++) exact.offer(i, made.vector(i));
    line(String.format(Locale.ROOT, "exact      found by comparing all in %.1f s", since(start)));
    if (!noLucene) lucene(made, asked, exact);
    if (redis != null) redis(made, asked, exact);
  }

  private void lucene(ClusteredVectors made, float[][] asked, ExactNeighbours exact) throws Exception {
    Path at = directory == null ? Files.createTempDirectory("bench-hash") : directory;
    try {
      LuceneIndex.Tuning usual = LuceneIndex.Tuning.defaults();
      try (LuceneIndex index = openLucene(at, usual)) {
        build(index, made);
        long start = System.nanoTime();
        index.compact();
        line(String.format(Locale.ROOT, "lucene     compacted to one segment in %.1f s; disk %.1f MiB, process %.0f MiB",
            since(start), index.bytes() / 1048576.0, residentMebibytes()));
      }
      if (items <= usual.exactVectorsMax()) {
        try (LuceneIndex index = openLucene(at, usual)) {
          measure(index, "exact scan", asked, exact);
        }
      }
      for (int proposed : candidates) {
        try (LuceneIndex index = openLucene(at, new LuceneIndex.Tuning(0, proposed, usual.graphLinks(), usual.graphBeam(), usual.mergeThreads()))) {
          measure(index, "graph " + proposed, asked, exact);
        }
      }
    } finally {
      try (Stream<Path> files = Files.walk(at)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
      }
    }
  }

  private static LuceneIndex openLucene(Path at, LuceneIndex.Tuning tuning) {
    return new LuceneIndex(at, tuning, LuceneIndex.WhenLocked.REFUSE, InstantSource.system(), Telemetry.unscraped("bench"));
  }

  private void redis(ClusteredVectors made, float[][] asked, ExactNeighbours exact) throws Exception {
    String prefix = "verimesh:bench:" + System.nanoTime() + ":";
    try (RedisIndex index = openRedis(prefix, 100)) {
      long before = index.bytes();
      build(index, made);
      line(String.format(Locale.ROOT, "redis      server's memory %.1f MiB more than before", (index.bytes() - before) / 1048576.0));
    }
    for (int proposed : candidates) {
      try (RedisIndex index = openRedis(prefix, proposed)) {
        measure(index, "EF " + proposed, asked, exact);
      }
    }
    try (RedisIndex index = openRedis(prefix, 100)) {
      index.eraseEverything();
    }
  }

  private RedisIndex openRedis(String prefix, int exploration) {
    return new RedisIndex(new RedisIndex.Place(redis, false, prefix, 1, 2 * TOP, exploration, Duration.ofSeconds(30), true),
        InstantSource.system(), Telemetry.unscraped("bench"));
  }

  private void build(ItemIndex index, ClusteredVectors made) {
    index.write(new Batch(List.of(new Edit.PutBank(new Bank(BANK, BankKind.POSITIVE, Availability.ON, "", Instant.EPOCH, false))), null)).join();
    long start = System.nanoTime();
    ArrayDeque<CompletableFuture<List<Boolean>>> underWay = new ArrayDeque<>();
    var random = new SplittableRandom(seed);
    for (int from = 0; from < items; from += BATCH) {
      List<Edit> edits = new ArrayList<>();
      for (int i = from; i < Math.min(items, from + BATCH); i++) {
        edits.add(new Edit.Add(item(i, made.vector(i), random)));
      }
      if (underWay.size() == BATCHES_UNDER_WAY) underWay.remove().join();
      underWay.add(index.write(new Batch(edits, null)));
      if (from % 20_000 == 0) context.console().progress(index.engine() + ": " + from + " of " + items + " acknowledged");
    }
    underWay.forEach(CompletableFuture::join);
    context.console().progress("");
    line(String.format(Locale.ROOT, "%-10s built: %d items acknowledged on disk in %.1f s, %.0f items/s",
        index.engine(), items, since(start), items / since(start)));
  }

  private static Item item(int number, float[] unit, SplittableRandom random) {
    ItemId id = new ItemId(number * 0x9E3779B97F4A7C15L, number);
    return new Item(id, BANK, new Item.About(ItemLabel.AI, false, "", "", Integer.toString(number), ""), Instant.EPOCH, "bench", "",
        new PdqCode(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong(), 100),
        Map.of(SPACE, unit), Set.of(SPACE), Availability.ON, false);
  }

  private void measure(ItemIndex index, String how, float[][] asked, ExactNeighbours exact) throws Exception {
    Scope scope = new Scope(Set.of(), System.currentTimeMillis());
    int first = 0;
    int found = 0;
    for (int q = 0; q < queries; q++) {
      List<Near> near = index.nearest(SPACE, asked[q], BankKind.POSITIVE, TOP, scope);
      Set<Long> got = new HashSet<>();
      near.forEach(n -> got.add(n.item().id().low()));
      if (!near.isEmpty() && near.getFirst().item().id().low() == exact.of(q)[0]) first++;
      for (long number : exact.of(q)) if (got.contains(number)) found++;
    }
    load(index, asked, scope, 1, Math.max(1, seconds / 2)); // C2 has done its work afterwards
    Histogram alone = load(index, asked, scope, 1, seconds);
    Histogram together = load(index, asked, scope, threads, seconds);
    line(String.format(Locale.ROOT, "%-10s %-11s recall@1 %.4f  recall@10 %.4f  p50 %.2f ms  p99 %.2f ms (one caller, %.0f/s)  %.0f/s with %d callers, p99 %.2f ms",
        index.engine(), how, first / (double) queries, found / (double) (TOP * queries), millis(alone, 50), millis(alone, 99),
        alone.getTotalCount() / (double) seconds, together.getTotalCount() / (double) seconds, threads, millis(together, 99)));
  }

  private Histogram load(ItemIndex index, float[][] asked, Scope scope, int callers, int seconds) throws Exception {
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

  // ---- PDQ

  private record Probe(PdqCode code, int distanceBitsMax, AtomicInteger hits) implements PdqTable.Probe {
    @Override
    public void hit(ItemId id, int bank, int quality, int distanceBits) {
      hits.incrementAndGet();
    }
  }

  private void scan() {
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
    line(String.format(Locale.ROOT, "pdq        %d codes; plain sum of the same longs %.1f ms, %.1f GB/s: the ceiling", codes, sum * 1e3, bytes / sum / 1e9));
    for (int shared : new int[] {1, 4, 16}) {
      List<Probe> some = probes.subList(0, shared);
      double took = best(() -> {
        table.scan(some);
        return some.getFirst().hits().get();
      });
      line(String.format(Locale.ROOT, "pdq        %2d queries in one pass: %.1f ms, %.1f GB/s read (%.2f of the ceiling), %.0f million codes/s a query, %.1f ms a query",
          shared, took * 1e3, bytes / took / 1e9, sum / took, codes / took / 1e6 * shared, took * 1e3 / shared));
    }
  }

  private static long sum(long[] values) {
    long sum = 0;
    for (long value : values) sum += value;
    return sum;
  }

  /// Seconds of the best of 12 runs.
  private double best(LongSupplier run) {
    double best = Double.MAX_VALUE;
    long kept = 0;
    for (int i = 0; i < 12; i++) {
      long start = System.nanoTime();
      kept += run.getAsLong();
      best = Math.min(best, since(start));
    }
    if (kept == 42) line(""); // so that no run can be thought away
    return best;
  }

  private void hashing() {
    byte[] pixels = new byte[512 * 512 * 3];
    var random = new SplittableRandom(seed);
    for (int i = 0; i < pixels.length; i++) pixels[i] = (byte) (128 + 60 * Math.sin(i / 700.0) + random.nextInt(40));
    var stored = new StoredPixels(512, 512, StoredPixels.Layout.RGB, pixels, ColourProfile.NONE, 1);
    int quality = 0;
    for (int i = 0; i < 500; i++) quality += Pdq.hash(stored).quality();
    long start = System.nanoTime();
    int count = 0;
    while (since(start) < seconds) {
      quality += Pdq.hash(stored).quality();
      count++;
    }
    line(String.format(Locale.ROOT, "pdq        512x512 pixels hashed, one thread: %.0f images/s", count / since(start)));
    if (quality == 42) line("");
  }

  /// Of the last minute, five and fifteen minutes; empty where the system does not tell.
  private static String load() {
    try {
      return String.join(" ", List.of(Files.readString(Path.of("/proc/loadavg")).split(" ")).subList(0, 3));
    } catch (IOException e) {
      return "";
    }
  }

  /// Resident memory of this process; 0 where the system does not tell.
  private static double residentMebibytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return 0;
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static double millis(Histogram times, double percentile) {
    return times.getValueAtPercentile(percentile) / 1e6;
  }

  private void line(String line) {
    context.console().line(line);
  }
}
