package verimesh.chassis.inference.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.problem.Problem;

/// What the outside sees of a [Batcher].
record BatchMeters(MeterRegistry meters) {
  /// Of waiting and of forward passes: from an idle queue to a caller's whole patience. Fixed, so that replicas add up.
  private static final Duration[] TIME_BUCKETS = {
    Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
    Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2_500), Duration.ofSeconds(5), Duration.ofSeconds(10)
  };

  void refused(Lane<?, ?> lane, Problem problem) {
    refusals(lane, problem.reason().toLowerCase(Locale.ROOT)).increment();
  }

  Counter refusals(Lane<?, ?> lane, String reason) {
    return meters.counter("verimesh.embedding.refused", "lane", lane.name(), "reason", reason);
  }

  /// @param start on the clock of the items' arrival, as `end`
  void ran(Lane<?, ?> lane, List<Item<Object, Object>> batch, long start, long end) {
    DistributionSummary.builder("verimesh.embedding.batch.items").tag("lane", lane.name())
        .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64).register(meters).record(batch.size());
    Timer.builder("verimesh.embedding.forward").tag("lane", lane.name())
        .serviceLevelObjectives(TIME_BUCKETS).register(meters).record(end - start, TimeUnit.NANOSECONDS);
    Timer wait = Timer.builder("verimesh.embedding.queue.wait").tag("lane", lane.name()).serviceLevelObjectives(TIME_BUCKETS).register(meters);
    batch.forEach(item -> wait.record(start - item.arrived(), TimeUnit.NANOSECONDS));
  }
}
