package verimesh.orchestrator.fusion;

/// How far evidence may decide on its own, before the formula (DESIGN.md §3.3).
public enum DecisiveSetting {
  /// Not at all: the formula alone.
  OFF,
  /// Cryptography and identity of bytes decide.
  PROOF,
  /// Also what a file's maker says, and near-duplicates of known AI pictures.
  DECLARED;

  Level cut(Level level) {
    return switch (level) {
      case NONE -> Level.NONE;
      case DECLARED -> this == DECLARED ? level : Level.NONE;
      case PROOF -> this == OFF ? Level.NONE : level;
    };
  }
}
