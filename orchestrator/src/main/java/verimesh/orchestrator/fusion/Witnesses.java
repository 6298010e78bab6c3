package verimesh.orchestrator.fusion;

import java.util.Objects;

/// What the four witnesses said of one picture, or why they did not.
///
/// @param index what is known of the index should `hash` be out
public record Witnesses(
    LayerOutcome<HashAnswer> hash,
    IndexKnowledge index,
    LayerOutcome<MetadataAnswer> metadata,
    LayerOutcome<DetectorAnswer> detector,
    LayerOutcome<LmmAnswer> lmm) {
  public Witnesses {
    Objects.requireNonNull(hash);
    Objects.requireNonNull(index);
    Objects.requireNonNull(metadata);
    Objects.requireNonNull(detector);
    Objects.requireNonNull(lmm);
  }
}
