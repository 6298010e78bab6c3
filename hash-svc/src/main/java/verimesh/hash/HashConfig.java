package verimesh.hash;

import java.nio.file.Path;
import java.time.Duration;
import verimesh.chassis.config.Settings;
import verimesh.hash.bank.Limits;
import verimesh.hash.caller.CallerConfig;
import verimesh.hash.index.LuceneIndex;
import verimesh.hash.index.RedisIndex;
import verimesh.hash.match.MatchConfig;

/// Every setting of hash-svc: `VERIMESH_HASH_*`.
public record HashConfig(IndexConfig index, MatchConfig match, Limits limits, CallerConfig callers) {

  /// Where the index lives.
  public sealed interface IndexConfig {
    /// @param directory written by one process at a time; `~/.verimesh/hash` unless set
    record Lucene(Path directory, LuceneIndex.Tuning tuning, LuceneIndex.WhenLocked whenLocked) implements IndexConfig {
      public Lucene {
        if (directory == null) directory = Path.of(System.getProperty("user.home"), ".verimesh", "hash");
      }
    }

    record Redis(RedisIndex.Place place) implements IndexConfig {}
  }

  private enum Engine {
    /// Embedded, on a local disk.
    LUCENE,
    /// Distributed: Redis 8.
    REDIS
  }

  public static HashConfig from(Settings s) {
    Engine engine = s.choice("INDEX", Engine.class, Engine.LUCENE);
    LuceneIndex.Tuning usual = LuceneIndex.Tuning.defaults();
    int mergeThreads = s.integer("MERGE_THREADS", 0, 0, 256);
    var lucene = new IndexConfig.Lucene(
        s.path("DIRECTORY", null),
        new LuceneIndex.Tuning(
            s.integer("EXACT_VECTORS_MAX", usual.exactVectorsMax(), 0, 100_000_000),
            s.integer("SKETCHED_VECTORS_MAX", usual.sketchedVectorsMax(), 0, 100_000_000),
            s.integer("CANDIDATES", usual.candidates(), 10, 10_000),
            usual.graphLinks(),
            usual.graphBeam(),
            mergeThreads == 0 ? usual.mergeThreads() : mergeThreads),
        s.choice("WHEN_LOCKED", LuceneIndex.WhenLocked.class, LuceneIndex.WhenLocked.REFUSE));
    var redis = new IndexConfig.Redis(new RedisIndex.Place(
        s.text("REDIS_URI", "redis://127.0.0.1:6379"),
        s.bool("REDIS_CLUSTER", false),
        s.text("REDIS_PREFIX", "verimesh:hash:"),
        s.integer("REDIS_SHARDS", 4, 1, 4096),
        s.integer("REDIS_CANDIDATES", 20, 10, 10_000),
        s.integer("REDIS_EXPLORATION", 100, 10, 100_000),
        s.duration("REDIS_TIMEOUT", Duration.ofSeconds(2)),
        s.bool("REDIS_SYNC", true)));
    return new HashConfig(
        switch (engine) {
          case LUCENE -> lucene;
          case REDIS -> redis;
        },
        MatchConfig.from(s),
        new Limits(
            s.integer("BANKS_MAX", 1_000, 1, 100_000),
            s.integer("ITEMS_MAX", 50_000_000, 1, Integer.MAX_VALUE),
            s.integer("NOTE_CHARACTERS_MAX", 2_000, 0, 100_000),
            s.integer("FIELD_CHARACTERS_MAX", 500, 1, 100_000)),
        CallerConfig.from(s));
  }
}
