package verimesh.orchestrator.witness;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import verimesh.chassis.problem.Problems;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;

/// What a service said of itself, asked again every few seconds and whenever it gave cause to doubt it. Thread-safe; no
/// thread of its own: whoever needs it asks, one at a time, and the others use what is known meanwhile. A service that
/// cannot be reached is not believed any more: what it has may have changed, and its silence must be told.
final class Refreshed<T> {
  /// Used without asking.
  static final Duration FRESH = Duration.ofSeconds(3);

  /// Used while somebody asks; older than that, everybody waits for the answer.
  static final Duration STALE = Duration.ofSeconds(30);

  /// What asking may take: it is not one picture's business, so no picture's deadline bounds it.
  private static final Duration ASKING = Duration.ofSeconds(5);

  private final Time time;
  private final BooleanSupplier reachable;
  private final Function<Due, CompletableFuture<LayerOutcome<T>>> question;
  private Known<T> known; // guarded by this, as everything below
  private boolean doubted;
  private CompletableFuture<LayerOutcome<T>> asking; // null while nobody asks

  private record Known<T>(T value, long atNanos) {}

  /// @param reachable false once it is known to be away
  /// @param question asks the service
  Refreshed(Time time, BooleanSupplier reachable, Function<Due, CompletableFuture<LayerOutcome<T>>> question) {
    this.time = time;
    this.reachable = reachable;
    this.question = question;
  }

  /// What may be relied on without asking.
  synchronized Optional<T> fresh() {
    return isBelieved(FRESH) ? Optional.of(known.value) : Optional.empty();
  }

  /// Waits where it has to be asked, on a virtual thread.
  LayerOutcome<T> get(Due due) {
    CompletableFuture<LayerOutcome<T>> answer;
    boolean begins = false;
    T usable = null;
    synchronized (this) {
      if (isBelieved(FRESH)) return new LayerOutcome.Answered<>(known.value, Duration.ZERO);
      if (asking == null) {
        asking = new CompletableFuture<>();
        begins = true;
      }
      answer = asking;
      if (isBelieved(STALE)) usable = known.value;
    }
    if (begins) {
      question.apply(Due.in(time, ASKING))
          .exceptionally(_ -> new LayerOutcome.Failed<>(Problems.internal())) // else everybody would wait for it, for ever
          .thenAccept(outcome -> heard(outcome, answer));
    }
    if (usable != null) return new LayerOutcome.Answered<>(usable, Duration.ZERO);
    Duration share = due.left();
    LayerOutcome<T> outcome = due.answerOf(answer);
    return outcome == null ? new LayerOutcome.TimedOut<>(share) : outcome;
  }

  /// The last that was heard, however old.
  synchronized Optional<T> last() {
    return Optional.ofNullable(known).map(Known::value);
  }

  /// What was heard is no longer to be believed.
  synchronized void doubt() {
    doubted = true;
  }

  private boolean isBelieved(Duration age) {
    return known != null && !doubted && time.nanos() - known.atNanos <= age.toNanos() && reachable.getAsBoolean();
  }

  private void heard(LayerOutcome<T> outcome, CompletableFuture<LayerOutcome<T>> answer) {
    synchronized (this) {
      if (outcome instanceof LayerOutcome.Answered<T>(var value, _)) known = new Known<>(value, time.nanos());
      doubted = !outcome.answered();
      asking = null;
    }
    answer.complete(outcome);
  }
}
