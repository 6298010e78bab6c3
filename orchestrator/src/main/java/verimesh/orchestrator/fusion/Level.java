package verimesh.orchestrator.fusion;

/// How much a piece of evidence decides on its own (DESIGN.md §3.3), in rising order.
public enum Level {
  /// Weighs in the formula only.
  NONE,
  /// The file's maker says so, unsigned or by an unverified signer.
  DECLARED,
  /// Cryptography or identity of bytes says so.
  PROOF;

  Level or(Level other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
