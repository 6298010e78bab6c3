package verimesh.hash.bank;

/// What whoever registered a picture says it is. The bank decides which way it counts, not the label.
public enum ItemLabel {
  AI,
  REAL,
  OTHER
}
