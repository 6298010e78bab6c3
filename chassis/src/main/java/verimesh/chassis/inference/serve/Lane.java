package verimesh.chassis.inference.serve;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One kind of work, for example "image vectors of this model". Only items of one lane and one bucket share a batch.
///
/// @param <I> an item; belongs to the lane until its future is done
public final class Lane<I, O> {
  /// The work itself, called by one worker at a time (but by several workers at once).
  public interface Work<I, O> {
    /// @return one result for each item, in order
    /// @throws OutOfMemory if the device has no memory for so many
    List<O> run(int worker, List<I> items);

    /// Proves that the worker's device computes right numbers. Called before the first batch and regularly.
    default boolean selfTest(int worker) {
      return true;
    }
  }

  private final Batcher batcher;
  private final String name;
  private final Work<I, O> work;
  /// Smoothed seconds of one item within a batch; 0 before the first. Guarded by the batcher's lock.
  double itemSeconds;

  Lane(Batcher batcher, String name, Work<I, O> work) {
    this.batcher = batcher;
    this.name = name;
    this.work = work;
  }

  /// @param bucket items with equal buckets have equal shapes
  /// @param deadlineNanos on the batcher's clock; an item that cannot make it fails with `WOULD_BE_LATE`
  /// @return completes with the result, or with a [verimesh.chassis.problem.ProblemException]
  public CompletableFuture<O> submit(Object bucket, I item, Urgency urgency, long deadlineNanos) {
    return batcher.submit(this, bucket, item, urgency, deadlineNanos);
  }

  public String name() {
    return name;
  }

  Work<I, O> work() {
    return work;
  }
}
