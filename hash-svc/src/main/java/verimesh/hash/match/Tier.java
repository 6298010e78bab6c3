package verimesh.hash.match;

/// How an item was found, the surest first.
public enum Tier {
  /// The same bytes.
  SHA256,
  /// A PDQ within some bits: the same picture, scaled or compressed again.
  PDQ,
  /// A vector nearby: the same picture after heavier edits, or another one of the same thing.
  EMBEDDING
}
