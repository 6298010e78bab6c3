package verimesh.hash.bank;

/// What a match in a bank says.
public enum BankKind {
  /// Known AI: a match speaks for AI.
  POSITIVE,
  /// Known real, such as press archives and own stock: a match speaks for real.
  NEGATIVE,
  /// Not looked at yet: matches nothing.
  QUARANTINE
}
