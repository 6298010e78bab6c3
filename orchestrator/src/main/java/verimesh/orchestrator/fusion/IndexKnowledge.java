package verimesh.orchestrator.fusion;

/// What is known of an index that did not answer: it bounds what the answer could have been (DESIGN.md §3.2, `OUTAGE`).
public sealed interface IndexKnowledge {
  record Unknown() implements IndexKnowledge {}

  /// @param positiveItems enabled items in positive banks, as the index said a short time ago
  /// @param negativeItems enabled items in negative banks
  record Known(long positiveItems, long negativeItems) implements IndexKnowledge {}

  default boolean mayHoldPositive() {
    return !(this instanceof Known(long positive, _)) || positive > 0;
  }

  default boolean mayHoldNegative() {
    return !(this instanceof Known(_, long negative)) || negative > 0;
  }
}
