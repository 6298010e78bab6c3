package verimesh.hash.bank;

import java.time.Instant;

/// A named set of known pictures. Its name was checked by [Limits].
///
/// @param removed taken away, but kept so that the removal can be undone; matches nothing and is not listed
public record Bank(
    String name, BankKind kind, Availability availability, String note, Instant created, boolean removed) {

  public Bank with(Availability changed) {
    return new Bank(name, kind, changed, note, created, removed);
  }

  public Bank removed(boolean changed) {
    return new Bank(name, kind, availability, note, created, changed);
  }

  public boolean isOn(long nowMillis) {
    return !removed && availability.isOn(nowMillis);
  }
}
