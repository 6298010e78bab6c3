package verimesh.hash.match;

import java.util.Map;
import java.util.Set;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.chassis.images.pdq.PdqConvention;

/// A picture to look for, by what its caller has of it.
///
/// @param sha256 64 lower-case hex digits, or empty
/// @param pdq null where there is none
/// @param turned codes of the same picture turned and mirrored, without the original; compared where `pdq` matches nothing
/// @param pdqConvention how its picture was shrunk
/// @param space embedding space of the vector, or empty
/// @param unit a unit vector, or null
/// @param limit best matches a tier and kind of bank, 1 to 100
/// @param banks only these; empty: all that are on
public record MatchQuery(
    String sha256, PdqCode pdq, Map<Dihedral, PdqCode> turned, PdqConvention pdqConvention, String space, float[] unit, int limit, Set<String> banks) {
  public static final int LIMIT_DEFAULT = 5;
  public static final int LIMIT_MAX = 100;

  public MatchQuery {
    if (limit < 1 || limit > LIMIT_MAX) throw new IllegalArgumentException("limit " + limit);
    if (turned.containsKey(Dihedral.ORIGINAL)) throw new IllegalArgumentException("the original among those that are turned");
    turned = Map.copyOf(turned);
    banks = Set.copyOf(banks);
  }
}
