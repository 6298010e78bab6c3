package verimesh.orchestrator.admission;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;

/// Lends a bounded good, such as turns or bytes of memory. Who finds it lent out waits in line, interactive callers before
/// batch callers, first come first served among each. Thread-safe.
public final class Gate {
  /// Until something was lent and returned, a retry is suggested after this.
  private static final double FIRST_GUESS_NANOS = 1e9;

  private static final Duration RETRY_MIN = Duration.ofMillis(100);
  private static final Duration RETRY_MAX = Duration.ofSeconds(10);

  private final Time time;
  private final long whole;
  private final int queueMax;
  private final Deque<Waiting> interactive = new ArrayDeque<>(); // guarded by this, as everything below
  private final Deque<Waiting> batch = new ArrayDeque<>();
  private long free;
  private double heldNanos = FIRST_GUESS_NANOS; // a running mean

  /// @param whole how much there is, 1 or more
  /// @param queueMax how many may wait, of either kind
  public Gate(Time time, long whole, int queueMax) {
    this.time = time;
    this.whole = whole;
    this.queueMax = queueMax;
    this.free = whole;
  }

  public sealed interface Entry {
    /// Lent until it is closed.
    record Lease(Gate gate, long amount, long sinceNanos, AtomicBoolean returned) implements Entry, AutoCloseable {
      @Override
      public void close() {
        if (returned.compareAndSet(false, true)) gate.takeBack(this);
      }
    }

    /// Too many wait already.
    ///
    /// @param retryAfter when it is worth another try, by how long things were kept lately
    record QueueFull(Duration retryAfter) implements Entry {}

    /// The turn did not come in time.
    record TooLate(Duration retryAfter) implements Entry {}
  }

  private record Waiting(long amount, CompletableFuture<Entry.Lease> turn) {}

  /// Waits, on a virtual thread, for as long as `due` allows.
  ///
  /// @param amount cut to the whole, so that nothing is too large to be lent to alone
  public Entry enter(long amount, boolean isInteractive, Due due) {
    long asked = Math.clamp(amount, 1, whole);
    Waiting waiting;
    synchronized (this) {
      Deque<Waiting> queue = isInteractive ? interactive : batch;
      boolean nobodyBefore = interactive.isEmpty() && (isInteractive || batch.isEmpty());
      if (nobodyBefore && asked <= free) return lend(asked);
      if (queue.size() >= queueMax) return new Entry.QueueFull(retryAfter());
      waiting = new Waiting(asked, new CompletableFuture<>());
      queue.add(waiting);
    }
    if (due.await(waiting.turn)) return waiting.turn.join();
    synchronized (this) {
      if (waiting.turn.isDone()) return waiting.turn.join(); // the turn came just now
      interactive.remove(waiting);
      batch.remove(waiting);
      admitWaiting(); // a smaller one behind it may fit
      return new Entry.TooLate(retryAfter());
    }
  }

  /// How many wait, for metrics.
  public synchronized int waiting() {
    return interactive.size() + batch.size();
  }

  /// How much is lent, for metrics.
  public synchronized long lent() {
    return whole - free;
  }

  private Entry.Lease lend(long amount) {
    free -= amount;
    return new Entry.Lease(this, amount, time.nanos(), new AtomicBoolean());
  }

  private synchronized void takeBack(Entry.Lease lease) {
    free += lease.amount();
    heldNanos += 0.1 * (time.nanos() - lease.sinceNanos() - heldNanos);
    admitWaiting();
  }

  private void admitWaiting() {
    while (true) {
      Deque<Waiting> queue = interactive.isEmpty() ? batch : interactive;
      Waiting first = queue.peek();
      if (first == null || first.amount > free) return;
      queue.remove();
      first.turn.complete(lend(first.amount));
    }
  }

  private Duration retryAfter() {
    double lentOut = Math.max(1, (double) (whole - free));
    Duration guess = Duration.ofNanos((long) (heldNanos * (1 + (interactive.size() + batch.size()) / lentOut)));
    if (guess.compareTo(RETRY_MIN) < 0) return RETRY_MIN;
    return guess.compareTo(RETRY_MAX) > 0 ? RETRY_MAX : guess;
  }
}
