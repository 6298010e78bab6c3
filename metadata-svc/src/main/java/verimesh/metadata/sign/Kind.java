package verimesh.metadata.sign;

/// What sort of evidence a signature is; `metadata.proto` prints the names, docs/EVIDENCE.md explains them.
public enum Kind {
  /// A generator's own record of a generation: parameters, graph, JSON.
  GENERATOR_RECORD,
  /// A generator's cryptographic signature that verifies.
  GENERATOR_SIGNATURE,
  /// A generator's record hidden in the pixels' lowest bits.
  STEALTH_RECORD,
  C2PA_CLAIM,
  IPTC_SOURCE_TYPE,
  IPTC_AI_PROPERTY,
  CREDIT_LINE,
  TC260_LABEL,
  /// A vendor's mark that holds no record: a Make, a trailer, a job id.
  VENDOR_MARK
}
