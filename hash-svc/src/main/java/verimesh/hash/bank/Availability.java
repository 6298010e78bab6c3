package verimesh.hash.bank;

import java.time.Instant;

/// Whether a bank or an item takes part in matching, and from when on.
///
/// @param offUntilMillis milliseconds since 1970 at which it is on (again): 0 always was, [Long#MAX_VALUE] never will be
public record Availability(long offUntilMillis) {
  public static final Availability ON = new Availability(0);
  public static final Availability OFF = new Availability(Long.MAX_VALUE);

  public Availability {
    if (offUntilMillis < 0) throw new IllegalArgumentException("before 1970: " + offUntilMillis);
  }

  public static Availability offUntil(Instant time) {
    return new Availability(Math.max(0, time.toEpochMilli()));
  }

  public boolean isOn(long nowMillis) {
    return offUntilMillis <= nowMillis;
  }
}
