package verimesh.orchestrator.analysis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import verimesh.orchestrator.time.Time;
import verimesh.orchestrator.v1.AnalyzeResponse;

/// Answers to questions that were asked before. An entry counts only while everything that could change the answer is as it
/// was: models, prompts, rules and trust lists, and the index's generation. Thread-safe.
final class VerdictCache {
  private final Cache<Flights.Key, Entry> entries;

  /// What else an answer stands on, each as it was last heard: empty where nothing was heard yet.
  ///
  /// @param models archives that run
  /// @param lmm models and prompts of the LMM
  /// @param rules by which metadata is read
  record Versions(Set<String> models, Set<String> lmm, String rules) {
    /// True if nothing that was known has changed since.
    boolean becameKnownAs(Versions later) {
      return (models.isEmpty() || models.equals(later.models))
          && (lmm.isEmpty() || lmm.equals(later.lmm))
          && (rules.isEmpty() || rules.equals(later.rules));
    }
  }

  /// @param answer complete but for ids and times
  /// @param generation of the index; empty where it was not asked
  record Entry(AnalyzeResponse answer, Versions versions, Optional<Long> generation) {}

  /// @param bytesMax of all answers kept; 0 keeps none
  VerdictCache(long bytesMax, Duration keep, Time time) {
    this.entries =
        Caffeine.newBuilder()
            .maximumWeight(bytesMax)
            .weigher((Flights.Key key, Entry entry) -> entry.answer().getSerializedSize())
            .expireAfterWrite(keep)
            .ticker(time::nanos)
            .executor(Runnable::run)
            .build();
  }

  /// What was kept under these versions. Whether the index still has that generation is for the caller to ask.
  Optional<Entry> find(Flights.Key key, Versions now) {
    Entry entry = entries.getIfPresent(key);
    return entry != null && entry.versions().equals(now) ? Optional.of(entry) : Optional.empty();
  }

  void keep(Flights.Key key, Entry entry) {
    entries.put(key, entry);
  }
}
