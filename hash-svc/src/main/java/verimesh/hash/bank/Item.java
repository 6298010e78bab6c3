package verimesh.hash.bank;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import verimesh.hash.match.PdqCode;

/// One known picture: what is said of it and by what it is found again.
///
/// @param sha256 of the file's bytes, 64 lower-case hex digits; empty where only a vector was imported
/// @param pdq null where there is none
/// @param vectors unit vectors by embedding space; nobody changes an array in it. Empty where they were not asked for;
///     [#spaces] names them all the same
/// @param spaces embedding spaces in which it has a vector
/// @param by who registered it
/// @param removed taken away, but kept so that the removal can be undone
public record Item(
    ItemId id,
    String bank,
    About about,
    Instant added,
    String by,
    String sha256,
    PdqCode pdq,
    Map<String, float[]> vectors,
    Set<String> spaces,
    Availability availability,
    boolean removed) {

  /// What whoever registered it says of it.
  /// @param aiEdit the picture is an AI edit of a genuine one, whose original its PDQ matches too
  public record About(
      ItemLabel label, boolean aiEdit, String generator, String source, String externalId, String note) {}

  public Item {
    vectors = Map.copyOf(vectors);
    spaces = Set.copyOf(spaces);
  }

  public Item with(Availability changed) {
    return new Item(id, bank, about, added, by, sha256, pdq, vectors, spaces, changed, removed);
  }

  public Item removed(boolean changed) {
    return new Item(id, bank, about, added, by, sha256, pdq, vectors, spaces, availability, changed);
  }

  public Item with(Map<String, float[]> changed) {
    return new Item(id, bank, about, added, by, sha256, pdq, changed, changed.keySet(), availability, removed);
  }

  /// The same picture in another bank, under the id that it has there.
  public Item in(String otherBank) {
    return new Item(ItemId.of(otherBank, key()), otherBank, about, added, by, sha256, pdq, vectors, spaces, availability, removed);
  }

  /// What makes it this picture and no other; see [ItemId#of].
  public String key() {
    return sha256.isEmpty() ? "external:" + about.externalId() : sha256;
  }
}
