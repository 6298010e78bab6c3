package verimesh.orchestrator.time;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// The moment until which something has to be done.
///
/// @param atNanos on the scale of [Time#nanos]
public record Due(Time time, long atNanos) {
  public static Due in(Time time, Duration left) {
    return new Due(time, time.nanos() + left.toNanos());
  }

  /// Negative when it is over.
  public Duration left() {
    return Duration.ofNanos(atNanos - time.nanos());
  }

  public boolean isOver() {
    return atNanos - time.nanos() <= 0;
  }

  public boolean isBefore(Due other) {
    return atNanos - other.atNanos < 0;
  }

  public Due earlier(Due other) {
    return other.isBefore(this) ? other : this;
  }

  /// Waits, on a virtual thread, until `future` is done or the moment has come.
  ///
  /// @return true if the future is done
  public boolean await(CompletableFuture<?> future) {
    if (future.isDone()) return true;
    Duration left = left();
    if (!left.isPositive()) return false;
    var either = new CompletableFuture<Void>();
    Time.Alarm alarm = time.after(left, () -> either.complete(null));
    future.whenComplete((_, _) -> either.complete(null));
    try {
      either.join();
    } finally {
      alarm.callOff();
    }
    return future.isDone();
  }

  /// As [#await], with the answer.
  ///
  /// @return null if the moment came first
  /// @throws RuntimeException what the future failed with
  public <T> T answerOf(CompletableFuture<T> future) {
    if (!await(future)) return null;
    try {
      return future.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) throw cause;
      if (failed.getCause() instanceof Error cause) throw cause;
      throw failed;
    }
  }
}
