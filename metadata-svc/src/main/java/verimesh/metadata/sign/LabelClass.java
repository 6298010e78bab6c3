package verimesh.metadata.sign;

/// What a label says of the picture as a whole.
public enum LabelClass { NONE, FULLY_GENERATED, AI_EDITED, CAPTURED, OTHER, SUSPECTED }
