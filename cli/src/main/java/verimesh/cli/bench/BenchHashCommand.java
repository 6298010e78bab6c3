package verimesh.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.hash.index.LuceneIndex;
import verimesh.hash.index.RedisIndex;

/// `./mesh bench hash`: how fast the index is built and searched, and how much it finds; the PDQ scan against the speed of
/// memory; and PDQ hashing.
@Command(
    name = "hash",
    description = {
      "Builds an index of made-up vectors in each engine and searches it, against exact search over the same vectors.",
      "Then scans PDQ codes, beside the plain sum of the same memory, and hashes 512x512 pixels."
    },
    footer = {
      "",
      "  ./mesh bench hash --items 40000 --seed 7",
      "  ./mesh bench hash --items 100000 --redis redis://127.0.0.1:6379",
      "  ./mesh bench hash --items 1000000 --codes 0 --directory DIR --keep    # built once, searched by the next run as well"
    })
public final class BenchHashCommand implements Callable<Integer> {
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

  @Option(names = "--links", paramLabel = "N", description = "Of a node in Lucene's graph (default: as hash-svc builds it).")
  private int links = LuceneIndex.Tuning.defaults().graphLinks();

  @Option(names = "--beam", paramLabel = "N", description = "Candidates kept while a node of Lucene's graph is linked (default: as hash-svc builds it).")
  private int beam = LuceneIndex.Tuning.defaults().graphBeam();

  @Option(names = "--codes", paramLabel = "N", description = "PDQ codes to scan; 0 leaves this part out (default: 10000000).")
  private int codes = 10_000_000;

  @Option(names = "--seed", paramLabel = "N", description = "Of everything that is made up (default: 7).")
  private long seed = 7;

  @Option(names = "--directory", paramLabel = "DIR", description = "Where Lucene's index is built and removed again (default: a temporary folder).")
  private Path directory;

  @Option(names = "--keep", description = "Leave the index in --directory, and do not build what lies there already.")
  private boolean keep;

  @Option(names = "--build-only", description = "Build, and search nothing: with --keep, so that searches can be measured at a quieter hour.")
  private boolean buildOnly;

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
    line("vector API " + (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() ? "on, as in hash-svc" : "off: Lucene's distances are slow"));
    if (items > 0) {
      line("data       " + items + " vectors of " + dimension + ", " + queries + " queries, seed " + seed);
      var bench = new VectorBench(new VectorBench.Plan(items, dimension, queries, seconds, threads, seed), context.console());
      if (!buildOnly) bench.compareAll();
      if (!noLucene) lucene(bench);
      if (redis != null) redis(bench);
    }
    if (codes > 0 && !buildOnly) new PdqBench(seed, this::line).scan(codes);
    if (!buildOnly) new PdqBench(seed, this::line).hashing(seconds);
    line("load       " + load() + " at the end");
    return Exit.OK;
  }

  private void lucene(VectorBench bench) throws Exception {
    Path at = directory == null ? Files.createTempDirectory("bench-hash") : directory;
    LuceneIndex.Tuning usual = LuceneIndex.Tuning.defaults();
    try {
      try (LuceneIndex index = openLucene(at, usual.exactVectorsMax(), usual.sketchedVectorsMax(), usual.candidates())) {
        if (bench.isBuilt(index)) {
          line(String.format(Locale.ROOT, "lucene     built by an earlier run; disk %.1f MiB", index.bytes() / 1048576.0));
        } else {
          buildLucene(bench, index);
        }
      }
      if (buildOnly) return;
      if (items <= usual.exactVectorsMax()) {
        try (LuceneIndex index = openLucene(at, usual.exactVectorsMax(), usual.sketchedVectorsMax(), usual.candidates())) {
          bench.measure(index, "exact scan");
        }
      }
      for (int proposed : candidates) {
        try (LuceneIndex index = openLucene(at, 0, Integer.MAX_VALUE, proposed)) {
          bench.measure(index, "codes " + proposed);
          if (proposed == candidates.getLast()) line("lucene     " + memory());
        }
      }
      for (int proposed : candidates) {
        try (LuceneIndex index = openLucene(at, 0, 0, proposed)) {
          bench.measure(index, "graph " + proposed);
        }
      }
    } finally {
      if (!keep) {
        try (Stream<Path> files = Files.walk(at)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
      }
    }
  }

  private void buildLucene(VectorBench bench, LuceneIndex index) {
    double acknowledged = bench.build(index);
    long start = System.nanoTime();
    index.compact();
    double compacted = VectorBench.since(start);
    line(String.format(Locale.ROOT, "lucene     compacted to one segment in %.1f s: %.0f items/s with everything; disk %.1f MiB, %s",
        compacted, items / (acknowledged + compacted), index.bytes() / 1048576.0, memory()));
  }

  private LuceneIndex openLucene(Path at, int exactMax, int sketchedMax, int proposed) {
    return new LuceneIndex(at, new LuceneIndex.Tuning(exactMax, sketchedMax, proposed, links, beam, LuceneIndex.Tuning.defaults().mergeThreads()),
        LuceneIndex.WhenLocked.REFUSE, InstantSource.system(), Telemetry.unscraped("bench"));
  }

  private void redis(VectorBench bench) throws Exception {
    String prefix = "verimesh:bench:" + System.nanoTime() + ":";
    try (RedisIndex index = openRedis(prefix, 100)) {
      long before = index.bytes();
      bench.build(index);
      line(String.format(Locale.ROOT, "redis      server's memory %.1f MiB more than before", (index.bytes() - before) / 1048576.0));
    }
    for (int exploration : candidates) {
      try (RedisIndex index = openRedis(prefix, exploration)) {
        bench.measure(index, "EF " + exploration);
      }
    }
    try (RedisIndex index = openRedis(prefix, 100)) {
      index.eraseEverything();
    }
  }

  private RedisIndex openRedis(String prefix, int exploration) {
    return new RedisIndex(new RedisIndex.Place(redis, false, prefix, 1, 20, exploration, Duration.ofSeconds(30), true),
        InstantSource.system(), Telemetry.unscraped("bench"));
  }

  /// Of the last minute, five and fifteen minutes; empty where the system does not tell.
  private static String load() {
    try {
      return String.join(" ", List.of(Files.readString(Path.of("/proc/loadavg")).split(" ")).subList(0, 3));
    } catch (IOException e) {
      return "";
    }
  }

  /// Heap in use after a collection, and what the kernel counts as resident: that includes pages of files that are mapped.
  private static String memory() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    String heap = String.format(Locale.ROOT, "heap %.0f MiB", (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0);
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) return heap + String.format(Locale.ROOT, ", resident %.0f MiB", Long.parseLong(line.replaceAll("\\D", "")) / 1024.0);
      }
    } catch (IOException e) {
      // Not Linux: the heap alone.
    }
    return heap;
  }

  private void line(String line) {
    context.console().line(line);
  }
}
