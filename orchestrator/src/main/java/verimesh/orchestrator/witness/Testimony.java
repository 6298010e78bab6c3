package verimesh.orchestrator.witness;

import verimesh.orchestrator.fusion.IndexKnowledge;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.fusion.Witnesses;

/// What had been said of a picture when time was up, or everything.
///
/// @param index what is known of the index should it be out
public record Testimony(
    LayerOutcome<MetadataReading> metadata,
    LayerOutcome<HashReading> hash,
    IndexKnowledge index,
    LayerOutcome<EmbeddingReading.Detection> detector,
    LayerOutcome<LmmReading> lmm) {

  public Witnesses witnesses() {
    return new Witnesses(
        hash.map(HashReading::answer),
        index,
        metadata.map(MetadataReading::answer),
        detector.map(EmbeddingReading.Detection::answer),
        lmm.map(LmmReading::answer));
  }

  /// True if more time would have told more.
  public boolean cutShort() {
    return metadata instanceof LayerOutcome.TimedOut<?>
        || hash instanceof LayerOutcome.TimedOut<?>
        || detector instanceof LayerOutcome.TimedOut<?>
        || lmm instanceof LayerOutcome.TimedOut<?>
        || lmm instanceof LayerOutcome.Answered<LmmReading>(var reading, _) && reading.answer().secondPassOut()
        || hash instanceof LayerOutcome.Answered<HashReading>(var reading, _) && reading.isIncomplete();
  }

  /// True if everybody who should have spoken did, to the end: only then may the verdict be kept for others.
  public boolean isWhole() {
    boolean out = metadata.out() || hash.out() || detector.out() || lmm.out();
    return !out && !cutShort();
  }
}
