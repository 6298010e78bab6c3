package verimesh.orchestrator.fusion;

/// A verdict and what gave it.
///
/// @param confidence .5 to 1, before rounding
record Rule(Verdict verdict, double confidence, DecidedBy decidedBy) {
  /// The three rules for gaps say no more than that.
  static Rule unsure(DecidedBy decidedBy) {
    return new Rule(Verdict.UNCERTAIN, 0.5, decidedBy);
  }
}
