package verimesh.metadata.sign;

/// What a piece of evidence is worth: the rows of DESIGN.md §3.3 that speak of metadata, each once.
///
/// @param level how much it decides on its own
/// @param part which term of the published formula it is
/// @param label what it says of the picture
public record Weight(Level level, Part part, LabelClass label) {
  public enum Level { NONE, DECLARED, PROOF }

  public enum Part { NONE, SIGNATURE, C2PA_AI, C2PA_WITHOUT_AI }

  /// A generator's signature that verifies.
  public static final Weight PROOF = new Weight(Level.PROOF, Part.SIGNATURE, LabelClass.FULLY_GENERATED);

  /// A generator's own record, an unsigned `trainedAlgorithmicMedia`, "Made with Google AI", TC260 label 1.
  public static final Weight DECLARED = new Weight(Level.DECLARED, Part.SIGNATURE, LabelClass.FULLY_GENERATED);

  /// AI in components or edits: a tool's sign, never "fully AI", decides nothing.
  public static final Weight EDITED = new Weight(Level.NONE, Part.SIGNATURE, LabelClass.AI_EDITED);

  /// TC260 label 2, and claims that nobody validated: a tool's sign that decides nothing.
  public static final Weight UNDECIDED = new Weight(Level.NONE, Part.SIGNATURE, LabelClass.FULLY_GENERATED);

  /// A mark of a host or program that mostly, not always, generates: a sign that says nothing of this picture.
  public static final Weight HOST = new Weight(Level.NONE, Part.SIGNATURE, LabelClass.NONE);

  /// TC260 label 3: a platform suspects it. A fact to show, no sign of a tool.
  public static final Weight SUSPECTED = new Weight(Level.NONE, Part.NONE, LabelClass.SUSPECTED);
}
