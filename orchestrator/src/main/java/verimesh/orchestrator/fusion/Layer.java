package verimesh.orchestrator.fusion;

/// The layers and their published weights, which sum to 1 (DESIGN.md §3.1).
public enum Layer {
  HASH(0.30),
  METADATA(0.40),
  /// Detector and LMM together.
  CONTENT(0.30);

  private final double weight;

  Layer(double weight) {
    this.weight = weight;
  }

  /// @return what it adds to the coverage when it answers
  public double weight() {
    return weight;
  }
}
