package verimesh.orchestrator.fusion;

/// What was concluded, in the order real < uncertain < AI. Never "made by a human": at most likely real.
public enum Verdict {
  LIKELY_REAL,
  UNCERTAIN,
  AI_GENERATED
}
