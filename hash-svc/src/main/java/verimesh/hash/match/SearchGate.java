package verimesh.hash.match;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// Lets so many searches run side by side, and so many wait: interactive ones before batch ones, whatever came first.
/// What finds no place is refused now instead of answered late.
///
/// Thread-safe.
final class SearchGate {
  private final int waitingMax;
  private final ArrayDeque<CompletableFuture<Void>> interactive = new ArrayDeque<>();
  private final ArrayDeque<CompletableFuture<Void>> batch = new ArrayDeque<>();
  private int free;

  SearchGate(int atOnce, int waitingMax) {
    this.free = atOnce;
    this.waitingMax = waitingMax;
  }

  /// @param patience the longest it may wait for its turn
  /// @throws ProblemException QUEUE_FULL, or SEARCH_TIME if its turn did not come in time
  <T> T pass(boolean isBatch, Duration patience, Supplier<T> search) {
    enter(isBatch ? batch : interactive, patience);
    try {
      return search.get();
    } finally {
      leave();
    }
  }

  private void enter(ArrayDeque<CompletableFuture<Void>> line, Duration patience) {
    CompletableFuture<Void> turn = new CompletableFuture<>();
    synchronized (this) {
      if (free > 0) {
        free--;
        return;
      }
      if (interactive.size() + batch.size() >= waitingMax) {
        throw new ProblemException(new Problem.Overloaded("QUEUE_FULL",
            waitingMax + " searches wait already. Come again in a moment.", Duration.ofMillis(200)));
      }
      line.add(turn);
    }
    try {
      turn.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      giveUp(line, turn);
      throw new ProblemException(new Problem.TooLate("SEARCH_TIME", "The search's turn did not come within " + patience.toMillis() + " ms."));
    } catch (InterruptedException e) {
      giveUp(line, turn);
      Thread.currentThread().interrupt();
      throw new ProblemException(new Problem.TooLate("SEARCH_TIME", "The search was interrupted before its turn came."));
    } catch (ExecutionException e) {
      throw new AssertionError("a turn never fails", e);
    }
  }

  private void giveUp(ArrayDeque<CompletableFuture<Void>> line, CompletableFuture<Void> turn) {
    boolean wasWaiting;
    synchronized (this) {
      wasWaiting = line.remove(turn);
    }
    if (!wasWaiting) leave(); // the turn came at this very moment: it goes to the next
  }

  private void leave() {
    CompletableFuture<Void> next;
    synchronized (this) {
      next = interactive.isEmpty() ? batch.poll() : interactive.poll();
      if (next == null) free++;
    }
    if (next != null) next.complete(null);
  }
}
