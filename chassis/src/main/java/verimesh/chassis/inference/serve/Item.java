package verimesh.chassis.inference.serve;

import java.util.concurrent.CompletableFuture;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// One picture or text that waits for its turn.
///
/// @param arrived on the batcher's clock, nanoseconds
/// @param deadline likewise
record Item<I, O>(Lane<I, O> lane, I value, CompletableFuture<O> result, long arrived, long deadline) {
  void fail(Problem problem) {
    result.completeExceptionally(new ProblemException(problem));
  }
}
