package verimesh.orchestrator.fusion;

/// Probabilities from elsewhere are checked where they enter, so that nobody behind has to ask again.
final class Probabilities {
  private Probabilities() {}

  static void check(double probability) {
    if (!(probability >= 0 && probability <= 1)) throw new IllegalArgumentException("probability " + probability + "; 0 to 1");
  }
}
