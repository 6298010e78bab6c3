package verimesh.verifier.lmm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// What may be spent a minute, of tokens or of money, refilled evenly. Thread-safe. What a call really cost is booked when it
/// is known, so the calls that run can overdraw it; the next ones wait until the debt is paid.
final class MinuteBudget {
  private final double perMinute;
  private final InstantSource clock;
  private double left;
  private Instant at;

  /// @param perMinute 0 means no limit
  MinuteBudget(double perMinute, InstantSource clock) {
    this.perMinute = perMinute;
    this.clock = clock;
    this.left = perMinute;
    this.at = clock.instant();
  }

  /// @return null if something is left, else how long until it is
  synchronized Duration enter() {
    if (perMinute == 0) return null;
    refill();
    if (left > 0) return null;
    double least = perMinute / 60_000; // what a millisecond brings
    return Duration.ofMillis((long) Math.ceil((least - left) / perMinute * 60_000));
  }

  synchronized void spend(double amount) {
    if (perMinute == 0) return;
    refill();
    left -= amount;
  }

  private void refill() {
    Instant now = clock.instant();
    double minutes = Duration.between(at, now).toNanos() / 60e9;
    at = now;
    left = Math.min(perMinute, left + minutes * perMinute);
  }
}
