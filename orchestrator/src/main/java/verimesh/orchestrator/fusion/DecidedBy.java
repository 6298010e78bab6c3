package verimesh.orchestrator.fusion;

/// Which rule gave the verdict (DESIGN.md §3.2 and §3.3).
public enum DecidedBy {
  FORMULA,
  PROOF,
  DECLARED,
  /// Decisive evidence of the same level on both sides.
  CONFLICT,
  /// The formula would have spoken from absences alone.
  ABSENCE,
  LOW_COVERAGE,
  /// A layer that failed or timed out could have changed the verdict.
  OUTAGE,
  NO_EVIDENCE
}
