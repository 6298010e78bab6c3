package verimesh.orchestrator.witness;

import java.util.List;
import verimesh.orchestrator.fusion.DetectorAnswer;
import verimesh.orchestrator.fusion.LayerOutcome;

/// What the models made of one picture.
///
/// @param clip a vector among texts, for clues, or why there is none
/// @param dinov2 the index's vector, or why there is none
/// @param detector the detector's answer, or why there is none
public record EmbeddingReading(LayerOutcome<Vector> clip, LayerOutcome<Vector> dinov2, LayerOutcome<Detection> detector) {

  /// A unit vector and the only space that it may be compared in.
  public record Vector(List<Float> values, String embeddingSpace) {}

  /// @param answer folded for fusion
  /// @param calibrated true if the probability was fitted on labelled data
  /// @param generator that the model attributes the picture to, empty where it does not say
  /// @param flips true if the answer does not hold when the picture is resized or compressed again
  public record Detection(
      DetectorAnswer answer, boolean calibrated, String generator, String embeddingSpace, String archiveId, String model, boolean flips) {}
}
