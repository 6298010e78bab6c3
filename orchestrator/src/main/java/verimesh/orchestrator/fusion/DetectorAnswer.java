package verimesh.orchestrator.fusion;

/// What the detector (embedding-svc) made of the pixels.
///
/// @param probabilityAi that a model made them, 0 to 1
public record DetectorAnswer(double probabilityAi) {
  public DetectorAnswer {
    Probabilities.check(probabilityAi);
  }
}
