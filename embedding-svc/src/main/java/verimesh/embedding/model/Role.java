package verimesh.embedding.model;

/// What a model is used for.
public enum Role {
  /// Pictures and texts in one space.
  CLIP,
  /// Pictures only: the index's vectors.
  DINOV2,
  DETECTOR,
  /// Boxes around things, which CLIP then embeds one by one.
  OBJECTS
}
