package verimesh.verifier.examine;

import java.time.Instant;
import java.util.List;
import verimesh.verifier.picture.ShownPicture;

/// Pictures in CLIP's space, where clue texts lie, too.
public interface Clip {
  /// @param pictures encoded, 1 to 64
  /// @return one unit vector a picture, with the space they lie in
  /// @throws RuntimeException as embedding-svc refuses
  Embedded embed(List<byte[]> pictures, Instant until);

  record Embedded(String embeddingSpace, List<float[]> vectors) {}

  /// Convenience for one whole picture.
  default Embedded embed(ShownPicture picture, Instant until) {
    return embed(List.of(picture.encoded()), until);
  }
}
