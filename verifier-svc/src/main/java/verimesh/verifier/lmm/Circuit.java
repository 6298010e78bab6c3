package verimesh.verifier.lmm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Stops asking an endpoint that keeps failing, then lets one call try. Thread-safe.
///
/// Closed until `failuresMax` failures in a row, open for `pause`, then half open: one call goes through and its outcome
/// closes or opens it again.
final class Circuit {
  private final int failuresMax;
  private final Duration pause;
  private final InstantSource clock;
  private int failures;
  private Instant openUntil;
  private boolean trying;

  /// @param failuresMax failures in a row that open it, at least 1
  /// @param pause how long it stays open
  Circuit(int failuresMax, Duration pause, InstantSource clock) {
    this.failuresMax = failuresMax;
    this.pause = pause;
    this.clock = clock;
  }

  /// @return null if the call may go on (and must report its outcome), else how long to wait
  synchronized Duration enter() {
    if (openUntil == null) return null;
    Duration left = Duration.between(clock.instant(), openUntil);
    if (left.isPositive()) return left;
    if (trying) return pause;
    trying = true;
    return null;
  }

  synchronized void succeeded() {
    failures = 0;
    openUntil = null;
    trying = false;
  }

  synchronized void failed() {
    trying = false;
    failures++;
    if (openUntil != null || failures >= failuresMax) openUntil = clock.instant().plus(pause);
  }

  /// The call ended without telling anything of the endpoint's health.
  synchronized void left() {
    trying = false;
  }

  synchronized boolean isOpen() {
    return openUntil != null && clock.instant().isBefore(openUntil);
  }
}
