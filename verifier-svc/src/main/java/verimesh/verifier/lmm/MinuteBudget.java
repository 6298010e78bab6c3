package verimesh.verifier.lmm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Tokens that may be spent a minute, refilled evenly. Thread-safe. What a call really cost is booked when it is known, so
/// one call can overdraw it; the next ones wait until the debt is paid.
final class TokenBudget {
  private final double perMinute;
  private final InstantSource clock;
  private double left;
  private Instant at;

  /// @param perMinute tokens a minute; 0 means no limit
  TokenBudget(long perMinute, InstantSource clock) {
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
    return Duration.ofMillis((long) Math.ceil((1 - left) / perMinute * 60_000));
  }

  synchronized void spend(long tokens) {
    if (perMinute == 0) return;
    refill();
    left -= tokens;
  }

  private void refill() {
    Instant now = clock.instant();
    double minutes = Duration.between(at, now).toNanos() / 60e9;
    at = now;
    left = Math.min(perMinute, left + minutes * perMinute);
  }
}
