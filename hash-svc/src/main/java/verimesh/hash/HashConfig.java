package verimesh.hash;

import java.nio.file.Path;
import verimesh.chassis.config.Settings;
import verimesh.hash.bank.Limits;
import verimesh.hash.caller.CallerConfig;
import verimesh.hash.index.LuceneIndex;
import verimesh.hash.match.MatchConfig;

/// Every setting of hash-svc: `VERIMESH_HASH_*`.
public record HashConfig(IndexConfig index, MatchConfig match, Limits limits, CallerConfig callers) {

  /// Where the index lives.
  public sealed interface IndexConfig {
    /// @param directory written by one process at a time
    record Lucene(Path directory, LuceneIndex.Tuning tuning) implements IndexConfig {}
  }

  private enum Engine {
    LUCENE
  }

  public static HashConfig from(Settings s) {
    Engine engine = s.choice("INDEX", Engine.class, Engine.LUCENE);
    LuceneIndex.Tuning usual = LuceneIndex.Tuning.defaults();
    var lucene = new IndexConfig.Lucene(
        s.path("DIRECTORY", Path.of(System.getProperty("user.home"), ".verimesh", "hash")),
        new LuceneIndex.Tuning(
            s.integer("EXACT_VECTORS_MAX", usual.exactVectorsMax(), 0, 100_000_000),
            s.integer("CANDIDATES", usual.candidates(), 10, 10_000),
            usual.graphLinks(),
            usual.graphBeam(),
            s.integer("MERGE_THREADS", usual.mergeThreads(), 1, 256)));
    return new HashConfig(
        switch (engine) {
          case LUCENE -> lucene;
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
