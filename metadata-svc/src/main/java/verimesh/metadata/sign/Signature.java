package verimesh.metadata.sign;

/// One sign of an AI tool.
///
/// @param tool the name as answers print it; `unknown AI tool (...)` where a label names none
/// @param verified true only for a cryptographic signature that holds
/// @param signer who vouches, with "(unverified)" unless trusted; empty where nobody does
public record Signature(String tool, Kind kind, Place place, Weight weight, Recipe recipe, boolean verified, String signer) {
  /// A name that every label without a tool's name begins with.
  static final String UNKNOWN_TOOL = "unknown AI tool (";

  /// A generator's own record of this picture.
  static Signature record(String tool, Place place, Recipe recipe) {
    return new Signature(tool, Kind.GENERATOR_RECORD, place, Weight.DECLARED, recipe, false, "");
  }

  static Signature label(String tool, Kind kind, Place place, Weight weight) {
    return new Signature(tool, kind, place, weight, Recipe.UNKNOWN, false, "");
  }

  Signature with(Recipe other) {
    return new Signature(tool, kind, place, weight, other, verified, signer);
  }

  /// The same record found in the pixels' lowest bits instead of a text field.
  Signature hidden() {
    return new Signature(tool, Kind.STEALTH_RECORD, place, weight, recipe, verified, signer);
  }

  /// The same record with the generator's signature over it verified.
  public Signature proven(String signedBy) {
    return new Signature(tool, Kind.GENERATOR_SIGNATURE, place, Weight.PROOF, recipe, true, signedBy);
  }

  public boolean namesATool() {
    return !tool.startsWith(UNKNOWN_TOOL);
  }
}
