package verimesh.verifier.lmm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Turns at one endpoint: so many calls at a time, the urgent ones first, so many that wait, and nobody who could not be
/// served in time. Thread-safe.
final class Places {
  /// Of the mean time that a call holds its place: the newest counts a fifth.
  private static final double NEWEST = 0.2;

  private final int atOnce;
  private final int waitingMax;
  private final InstantSource clock;
  private final Deque<Waiter> urgent = new ArrayDeque<>(); // guarded by this, as everything below
  private final Deque<Waiter> others = new ArrayDeque<>();
  private int running;
  private double meanNanos; // 0: nothing is known yet

  /// @param atOnce at least 1
  /// @param waitingMax 0 or more
  Places(int atOnce, int waitingMax, InstantSource clock) {
    this.atOnce = atOnce;
    this.waitingMax = waitingMax;
    this.clock = clock;
  }

  private static final class Waiter {
    private final Instant until;
    private final CountDownLatch turn = new CountDownLatch(1);
    private boolean has; // guarded by Places.this, as below
    private String refusal;

    Waiter(Instant until) {
      this.until = until;
    }
  }

  /// Takes a place, after waiting for it if need be.
  ///
  /// @return null if the caller has one and must [#leave]; else why it has none, in words for operators
  String enter(boolean isUrgent, Instant until) throws InterruptedException {
    var waiter = new Waiter(until);
    synchronized (this) {
      if (!Duration.between(clock.instant(), until).isPositive()) return "no time was left to wait";
      if (running < atOnce && waiting() == 0) {
        running++;
        return null;
      }
      if (waiting() >= waitingMax) return atOnce + " calls run and " + waitingMax + " wait already";
      int ahead = isUrgent ? urgent.size() : waiting();
      if (tooLate(ahead, until)) return ahead + " calls are ahead, and a call takes " + Math.round(meanNanos / 1e6) + " ms";
      (isUrgent ? urgent : others).addLast(waiter);
    }
    try {
      waiter.turn.await(Math.max(0, Duration.between(clock.instant(), until).toNanos()), TimeUnit.NANOSECONDS);
      return answerOf(waiter);
    } catch (InterruptedException e) {
      if (answerOf(waiter) == null) leave(null);
      throw e;
    }
  }

  /// Even if every call ahead were to end this moment in turns of `atOnce`, this one would not be through in time.
  private boolean tooLate(int ahead, Instant until) {
    double rounds = ahead / atOnce + 1.0;
    return meanNanos > 0 && rounds * meanNanos > Duration.between(clock.instant(), until).toNanos();
  }

  /// After the wait: a place that came at the last moment is the caller's after all.
  private synchronized String answerOf(Waiter waiter) {
    urgent.remove(waiter);
    others.remove(waiter);
    if (waiter.has) return null;
    return waiter.refusal == null ? atOnce + " calls run already" : waiter.refusal;
  }

  /// @param held how long an answered call held its place; null where it tells nothing of the next one
  synchronized void leave(Duration held) {
    if (held != null) meanNanos = meanNanos == 0 ? held.toNanos() : meanNanos + NEWEST * (held.toNanos() - meanNanos);
    while (true) {
      Waiter next = urgent.isEmpty() ? others.pollFirst() : urgent.pollFirst();
      if (next == null) {
        running--;
        return;
      }
      // Asked now, it would be cut off, and an endpoint may not notice and think on in a place that we believe free.
      if (tooLate(0, next.until)) next.refusal = "too little time was left: a call takes " + Math.round(meanNanos / 1e6) + " ms";
      else next.has = true;
      next.turn.countDown();
      if (next.has) return;
    }
  }

  synchronized int running() {
    return running;
  }

  synchronized int waiting() {
    return urgent.size() + others.size();
  }
}
