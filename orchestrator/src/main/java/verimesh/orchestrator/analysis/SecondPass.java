package verimesh.orchestrator.analysis;

/// When the LMM is asked again, with clues (DESIGN.md §6).
public enum SecondPass {
  OFF,
  /// Where the verdict so far is uncertain.
  ON_UNCERTAIN,
  /// Only where the LMM's first answer was "real", as published.
  ON_NOT_AI,
  ALWAYS
}
