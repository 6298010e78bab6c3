package verimesh.hash.index;

import java.util.Set;

/// What one search may find.
///
/// @param banks only these banks; empty: all that are on
/// @param nowMillis the time at which banks and items must be on
public record Scope(Set<String> banks, long nowMillis) {
  public Scope {
    banks = Set.copyOf(banks);
  }

  boolean names(String bank) {
    return banks.isEmpty() || banks.contains(bank);
  }
}
