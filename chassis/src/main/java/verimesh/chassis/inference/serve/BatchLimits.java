package verimesh.chassis.inference.serve;

import java.time.Duration;

/// Bounds of a [Batcher].
///
/// @param batchMax most items of one forward pass; 1 or more
/// @param delayMax the longest that a first item waits for others to join it; may be zero
/// @param queueMax most items that wait; the next one is refused with `QUEUE_FULL`
/// @param selfTestEvery how often each worker proves its numbers
/// @param drainMax how long closing waits for what was accepted before
public record BatchLimits(int batchMax, Duration delayMax, int queueMax, Duration selfTestEvery, Duration drainMax) {
  public BatchLimits {
    if (batchMax < 1) throw new IllegalArgumentException("batchMax is " + batchMax + "; expected 1 or more");
    if (queueMax < 1) throw new IllegalArgumentException("queueMax is " + queueMax + "; expected 1 or more");
    if (delayMax.isNegative()) throw new IllegalArgumentException("delayMax is negative");
  }
}
