package verimesh.orchestrator.witness;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;

/// What a service said of itself, asked again every few seconds and whenever it gave cause to doubt it. Thread-safe; no
/// thread of its own: whoever needs it asks, one at a time, and the others use what is known meanwhile.
final class Refreshed<T> {
  /// Used without asking.
  static final Duration FRESH = Duration.ofSeconds(3);

  /// Used while somebody asks; older than that, everybody waits for the answer.
  static final Duration STALE = Duration.ofSeconds(30);

  /// What asking may take: it is not one picture's business, so no picture's deadline bounds it.
  private static final Duration ASKING = Duration.ofSeconds(5);

  private final Time time;
  private final Function<Due, LayerOutcome<T>> question;
  private Known<T> known; // guarded by this
  private CompletableFuture<LayerOutcome<T>> asking; // guarded by this; null while nobody asks

  private record Known<T>(T value, long atNanos) {}

  /// @param question asks the service, on a virtual thread
  Refreshed(Time time, Function<Due, LayerOutcome<T>> question) {
    this.time = time;
    this.question = question;
  }

  LayerOutcome<T> get(Due due) {
    CompletableFuture<LayerOutcome<T>> answer;
    synchronized (this) {
      long age = known == null ? Long.MAX_VALUE : time.nanos() - known.atNanos;
      if (age <= FRESH.toNanos()) return new LayerOutcome.Answered<>(known.value, Duration.ZERO);
      if (asking == null) {
        asking = new CompletableFuture<>();
        Thread.ofVirtual().name("refresh").start(this::ask);
      }
      if (age <= STALE.toNanos()) return new LayerOutcome.Answered<>(known.value, Duration.ZERO);
      answer = asking;
    }
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
    if (known != null) known = new Known<>(known.value, time.nanos() - STALE.toNanos() - 1);
  }

  private void ask() {
    LayerOutcome<T> outcome = question.apply(Due.in(time, ASKING));
    CompletableFuture<LayerOutcome<T>> answer;
    synchronized (this) {
      if (outcome instanceof LayerOutcome.Answered<T>(var value, _)) known = new Known<>(value, time.nanos());
      answer = asking;
      asking = null;
    }
    answer.complete(outcome);
  }
}
