package verimesh.orchestrator.explain;

/// Languages in which we explain.
public enum Tongue {
  ENGLISH,
  KOREAN
}
