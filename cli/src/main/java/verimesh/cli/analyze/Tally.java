package verimesh.cli.analyze;

import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import verimesh.common.v1.Layer;
import verimesh.common.v1.LayerOutcome;
import verimesh.orchestrator.v1.LayerReport;
import verimesh.orchestrator.v1.Verdict;

/// What became of all files together. Not thread-safe.
public final class Tally {
  private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
  private final Map<Layer, Map<String, Integer>> silentLayers = new EnumMap<>(Layer.class);
  private final int notImages;
  private int refused;
  private Duration took = Duration.ZERO;

  Tally(int notImages) {
    this.notImages = notImages;
    verdicts.put(Verdict.VERDICT_AI_GENERATED, 0);
    verdicts.put(Verdict.VERDICT_UNCERTAIN, 0);
    verdicts.put(Verdict.VERDICT_LIKELY_REAL, 0);
  }

  void add(FileOutcome outcome) {
    switch (outcome) {
      case FileOutcome.Refused _ -> refused++;
      case FileOutcome.Answered answered -> {
        verdicts.merge(answered.response().getVerdict(), 1, Integer::sum);
        for (LayerReport layer : answered.response().getLayersList()) {
          if (layer.getOutcome() == LayerOutcome.LAYER_OUTCOME_ANSWERED) continue;
          String why = Words.of(layer.getOutcome()) + (layer.getReason().isEmpty() ? "" : " (" + layer.getReason() + ")");
          silentLayers.computeIfAbsent(layer.getLayer(), _ -> new TreeMap<>()).merge(why, 1, Integer::sum);
        }
      }
    }
  }

  void took(Duration all) {
    took = all;
  }

  public Map<Verdict, Integer> verdicts() {
    return new LinkedHashMap<>(verdicts);
  }

  /// Layer to why it said nothing, to how often.
  public Map<Layer, Map<String, Integer>> silentLayers() {
    return silentLayers;
  }

  public int answered() {
    return verdicts.values().stream().mapToInt(Integer::intValue).sum();
  }

  public int refused() {
    return refused;
  }

  public int notImages() {
    return notImages;
  }

  public Duration took() {
    return took;
  }
}
