package verimesh.orchestrator.verdict;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import verimesh.orchestrator.time.Time;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.Feedback;

/// Verdicts in this process's memory: the default. They end with the process, and no other replica sees them.
public final class InProcessVerdicts implements VerdictStore {
  private final Cache<String, Kept> verdicts;

  public InProcessVerdicts(VerdictStoreConfig config, Time time) {
    this.verdicts =
        Caffeine.newBuilder()
            .maximumWeight(config.bytesMax())
            .weigher((String id, Kept kept) -> bytes(kept))
            .expireAfterWrite(config.keep())
            .ticker(time::nanos)
            .executor(Runnable::run) // its upkeep is short, and no thread needs to be started for it
            .build();
  }

  private static int bytes(Kept kept) {
    int bytes = kept.verdict().getSerializedSize();
    for (Feedback feedback : kept.feedback()) bytes += feedback.getSerializedSize();
    return bytes;
  }

  @Override
  public void keep(AnalyzeResponse verdict) {
    verdicts.put(verdict.getVerdictId(), new Kept(verdict, List.of()));
  }

  @Override
  public Optional<Kept> find(String verdictId) {
    return Optional.ofNullable(verdicts.getIfPresent(verdictId));
  }

  @Override
  public boolean add(String verdictId, Feedback feedback) {
    Kept kept = verdicts.asMap().computeIfPresent(verdictId, (id, before) -> {
      List<Feedback> all = new ArrayList<>(before.feedback());
      all.add(feedback);
      return new Kept(before.verdict(), all.subList(Math.max(0, all.size() - FEEDBACK_MAX), all.size()));
    });
    return kept != null;
  }

  @Override
  public boolean works() {
    return true;
  }

  @Override
  public void close() {
    verdicts.invalidateAll();
  }
}
