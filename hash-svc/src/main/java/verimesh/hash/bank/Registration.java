package verimesh.hash.bank;

import java.util.Map;
import verimesh.hash.match.PdqCode;

/// A picture that somebody wants in a bank, checked by [Banks].
///
/// @param sha256 64 lower-case hex digits; may be empty if there is a vector and an external id
/// @param pdq null where there is none
/// @param vectors as they came, by embedding space; [Banks] makes unit vectors of them
public record Registration(String bank, Item.About about, String sha256, PdqCode pdq, Map<String, float[]> vectors) {
  public Registration {
    vectors = Map.copyOf(vectors);
  }
}
