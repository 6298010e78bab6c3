package verimesh.chassis.inference.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// A fixed number of platform threads that run batches for all lanes. Native inference would pin a virtual thread to its
/// carrier, and every thread of libtorch has workers of its own: so few threads, for life.
///
/// An item is refused at once when the queue is full, or when what waits before it will not be done by its deadline. Thread-safe.
public final class Batcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Batcher.class);
  /// Weight of the newest batch in the smoothed cost: about the last ten count.
  private static final double SMOOTHING = 0.2;
  /// Of waiting and of forward passes: from an idle queue to a caller's whole patience. Fixed, so that replicas add up.
  private static final Duration[] TIME_BUCKETS = {
    Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
    Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2_500), Duration.ofSeconds(5), Duration.ofSeconds(10)
  };

  private final BatchLimits limits;
  private final LongSupplier nanos;
  private final MeterRegistry meters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Bucket, Waiting> waiting = new LinkedHashMap<>();
  private final List<Lane<?, ?>> lanes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final int[] batchMax; // by worker; halved when a device runs out of memory
  private int queued;
  private int healthy;
  private int inFlight;
  private int ready; // workers that passed their first self-test
  private boolean started;
  private boolean closing;

  private record Bucket(Lane<?, ?> lane, Object shape) {}

  private record Item<I, O>(Lane<I, O> lane, I value, CompletableFuture<O> result, long arrived, long deadline) {
    void fail(Problem problem) {
      result.completeExceptionally(new ProblemException(problem));
    }
  }

  /// Items of one bucket, in the order of their arrival.
  private static final class Waiting {
    final ArrayDeque<Item<?, ?>> interactive = new ArrayDeque<>();
    final ArrayDeque<Item<?, ?>> batch = new ArrayDeque<>();

    int size() {
      return interactive.size() + batch.size();
    }

    Item<?, ?> head() {
      return interactive.isEmpty() ? batch.peekFirst() : interactive.peekFirst();
    }

    Item<?, ?> poll() {
      return interactive.isEmpty() ? batch.pollFirst() : interactive.pollFirst();
    }
  }

  /// @param workers threads, 1 or more; worker `w` is the same thread for life
  /// @param nanos a monotonic clock in nanoseconds, `System::nanoTime` but for tests
  public Batcher(BatchLimits limits, int workers, LongSupplier nanos, MeterRegistry meters) {
    if (workers < 1) throw new IllegalArgumentException(workers + " workers");
    this.limits = limits;
    this.nanos = nanos;
    this.meters = meters;
    this.batchMax = new int[workers];
    java.util.Arrays.fill(batchMax, limits.batchMax());
    this.healthy = workers;
    meters.gauge("verimesh.embedding.queue.items", this, b -> b.queued);
    meters.gauge("verimesh.embedding.workers.healthy", this, b -> b.healthy);
  }

  /// Adds a kind of work; before [#start].
  public <I, O> Lane<I, O> lane(String name, Lane.Work<I, O> work) {
    if (started) throw new IllegalStateException("lanes are added before the start");
    Lane<I, O> lane = new Lane<>(this, name, work);
    lanes.add(lane);
    // There from the start, so that the first refusal has a rate and none reads as none.
    for (String reason : List.of("queue_full", "would_be_late", "warming_up", "shutting_down", "device_faulty")) refused(lane, reason);
    return lane;
  }

  /// Starts the workers. Each proves its numbers before it takes work.
  public void start(Runnable prepareThread) {
    started = true;
    for (int w = 0; w < batchMax.length; w++) {
      int worker = w;
      threads.add(Thread.ofPlatform().name("inference-" + w).start(() -> {
        prepareThread.run();
        run(worker);
      }));
    }
  }

  /// Whether a worker is in rotation: it passed its last self-test.
  public boolean isReady() {
    lock.lock();
    try {
      return started && !closing && ready > 0 && healthy > 0;
    } finally {
      lock.unlock();
    }
  }

  /// Blocks until every worker has passed or failed its first self-test.
  public void awaitReady() throws InterruptedException {
    lock.lock();
    try {
      while (ready + (batchMax.length - healthy) < batchMax.length) changed.await();
    } finally {
      lock.unlock();
    }
  }

  /// Now, on the clock that deadlines are told in.
  public long now() {
    return nanos.getAsLong();
  }

  <I, O> CompletableFuture<O> submit(Lane<I, O> lane, Object bucket, I value, Urgency urgency, long deadline) {
    CompletableFuture<O> result = new CompletableFuture<>();
    long now = nanos.getAsLong();
    Item<I, O> item = new Item<>(lane, value, result, now, deadline);
    lock.lock();
    try {
      Problem refusal = refusal(lane, urgency, now, deadline);
      if (refusal != null) {
        item.fail(refusal);
        refused(lane, refusal.reason().toLowerCase(Locale.ROOT)).increment();
        return result;
      }
      Waiting there = waiting.computeIfAbsent(new Bucket(lane, bucket), _ -> new Waiting());
      (urgency == Urgency.INTERACTIVE ? there.interactive : there.batch).addLast(item);
      queued++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return result;
  }

  private Counter refused(Lane<?, ?> lane, String reason) {
    return meters.counter("verimesh.embedding.refused", "lane", lane.name(), "reason", reason);
  }

  private Problem refusal(Lane<?, ?> lane, Urgency urgency, long now, long deadline) {
    if (closing) return new Problem.Unavailable("SHUTTING_DOWN", "This replica is shutting down; ask another one.", Duration.ofMillis(100));
    if (healthy == 0) return faulty();
    if (ready == 0) return new Problem.Unavailable("WARMING_UP", "The models are still being loaded and tested.", Duration.ofSeconds(2));
    double before = secondsBefore(urgency);
    if (queued >= limits.queueMax()) {
      return new Problem.Overloaded(
          "QUEUE_FULL", queued + " pictures and texts wait already, the most that is allowed.", Duration.ofMillis(Math.clamp((long) (before * 1000), 50, 10_000)));
    }
    if (deadline - now < (before + lane.itemSeconds) * 1e9) {
      return new Problem.TooLate(
          "WOULD_BE_LATE",
          "What waits already takes about %.0f ms, and the deadline is in %.0f ms; refused before it cost anything.".formatted(before * 1000, (deadline - now) / 1e6));
    }
    return null;
  }

  private static Problem faulty() {
    return new Problem.Unavailable("DEVICE_FAULTY", "No device of this replica computes right numbers any more; ask another one.", Duration.ofSeconds(5));
  }

  /// How long what waits before a new item of that urgency will take, in seconds.
  private double secondsBefore(Urgency urgency) {
    double seconds = 0;
    for (Map.Entry<Bucket, Waiting> entry : waiting.entrySet()) {
      Waiting there = entry.getValue();
      seconds += entry.getKey().lane.itemSeconds * (urgency == Urgency.INTERACTIVE ? there.interactive.size() : there.size());
    }
    return seconds / healthy;
  }

  private void run(int worker) {
    long nextTest = nanos.getAsLong();
    boolean first = true;
    try {
      while (true) {
        if (nanos.getAsLong() - nextTest >= 0) {
          if (!selfTest(worker)) {
            leaveRotation(worker, first);
            return;
          }
          if (first) announce();
          first = false;
          nextTest = nanos.getAsLong() + limits.selfTestEvery().toNanos();
        }
        List<Item<?, ?>> batch = take(worker, nextTest);
        if (batch == null) return;
        if (!batch.isEmpty()) process(worker, batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody interrupts a worker but the end of the process
    }
  }

  private boolean selfTest(int worker) {
    for (Lane<?, ?> lane : lanes) {
      try {
        if (lane.work().selfTest(worker)) continue;
        log.atError().setMessage("self-test failed").addKeyValue("lane", lane.name()).addKeyValue("worker", worker).log();
      } catch (RuntimeException e) {
        log.atError().setMessage("self-test broke").addKeyValue("lane", lane.name()).addKeyValue("worker", worker).setCause(e).log();
      }
      return false;
    }
    return true;
  }

  private void announce() {
    lock.lock();
    try {
      ready++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void leaveRotation(int worker, boolean wasNeverReady) {
    lock.lock();
    try {
      healthy--;
      if (!wasNeverReady) ready--;
      changed.signalAll();
      if (healthy > 0) return;
      waiting.values().forEach(there -> {
        for (Item<?, ?> item = there.poll(); item != null; item = there.poll()) item.fail(faulty());
      });
      waiting.clear();
      queued = 0;
    } finally {
      lock.unlock();
    }
  }

  /// The next batch; empty if a self-test is due first; null if there will be none any more.
  private List<Item<?, ?>> take(int worker, long until) throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        long now = nanos.getAsLong();
        if (now - until >= 0) return List.of();
        Bucket chosen = null;
        long chosenAt = Long.MAX_VALUE;
        boolean chosenInteractive = false;
        for (Map.Entry<Bucket, Waiting> entry : waiting.entrySet()) {
          long at = Math.max(0, readyAt(entry.getKey().lane, entry.getValue(), worker) - now);
          boolean interactive = !entry.getValue().interactive.isEmpty();
          // Of those that are ready, interactive ones first, then whoever came first; else whoever is ready next.
          boolean better = chosen == null || (at == 0 && chosenAt == 0
              ? interactive != chosenInteractive ? interactive : entry.getValue().head().arrived - waiting.get(chosen).head().arrived < 0
              : at < chosenAt);
          if (better) {
            chosen = entry.getKey();
            chosenAt = at;
            chosenInteractive = interactive;
          }
        }
        if (chosen != null && chosenAt == 0) return poll(chosen, worker, now);
        if (closing && queued == 0) return null;
        changed.awaitNanos(Math.min(chosenAt, until - now));
      }
    } finally {
      lock.unlock();
    }
  }

  /// When a bucket should run: at once if it fills a batch, else when its first item has waited long enough.
  private long readyAt(Lane<?, ?> lane, Waiting there, int worker) {
    Item<?, ?> head = there.head();
    if (closing || there.size() >= batchMax[worker]) return head.arrived;
    long costs = (long) (lane.itemSeconds * (there.size() + 1) * 1e9);
    return Math.min(head.arrived + limits.delayMax().toNanos(), head.deadline - costs);
  }

  private List<Item<?, ?>> poll(Bucket bucket, int worker, long now) {
    Waiting there = waiting.get(bucket);
    List<Item<?, ?>> batch = new ArrayList<>();
    while (batch.size() < batchMax[worker] && there.size() > 0) {
      Item<?, ?> item = there.poll();
      queued--;
      if (item.result.isDone()) continue; // its caller gave up
      if (item.deadline - now < bucket.lane.itemSeconds * 1e9) {
        item.fail(new Problem.TooLate("WOULD_BE_LATE", "It waited too long to be done by its deadline; refused before it cost anything."));
        continue;
      }
      batch.add(item);
    }
    if (there.size() == 0) waiting.remove(bucket);
    if (!batch.isEmpty()) inFlight++;
    return batch;
  }

  // All items of a batch are of one lane, so its types fit; the queue holds many lanes and cannot say so.
  @SuppressWarnings("unchecked")
  private void process(int worker, List<Item<?, ?>> batch) {
    try {
      runBatch(worker, (Lane<Object, Object>) batch.getFirst().lane, (List<Item<Object, Object>>) (List<?>) batch);
    } finally {
      lock.lock();
      try {
        inFlight--;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void runBatch(int worker, Lane<Object, Object> lane, List<Item<Object, Object>> batch) {
    long start = nanos.getAsLong();
    List<Object> values = batch.stream().map(Item::value).toList();
    try {
      List<Object> results = lane.work().run(worker, values);
      if (results.size() != batch.size()) throw new IllegalStateException(lane.name() + " gave " + results.size() + " results for " + batch.size());
      learn(lane, batch, start);
      for (int i = 0; i < batch.size(); i++) batch.get(i).result.complete(results.get(i));
    } catch (OutOfMemory e) {
      shrink(worker, lane, batch);
    } catch (RuntimeException | Error e) {
      log.atError().setMessage("batch failed").addKeyValue("lane", lane.name()).addKeyValue("items", batch.size()).setCause(e).log();
      batch.forEach(item -> item.result.completeExceptionally(e));
    }
  }

  private void learn(Lane<?, ?> lane, List<Item<Object, Object>> batch, long start) {
    long end = nanos.getAsLong();
    double perItem = (end - start) / 1e9 / batch.size();
    lock.lock();
    try {
      lane.itemSeconds = lane.itemSeconds == 0 ? perItem : lane.itemSeconds + SMOOTHING * (perItem - lane.itemSeconds);
    } finally {
      lock.unlock();
    }
    DistributionSummary.builder("verimesh.embedding.batch.items").tag("lane", lane.name()).serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64).register(meters).record(batch.size());
    Timer.builder("verimesh.embedding.forward").tag("lane", lane.name()).serviceLevelObjectives(TIME_BUCKETS).register(meters).record(end - start, TimeUnit.NANOSECONDS);
    Timer wait = Timer.builder("verimesh.embedding.queue.wait").tag("lane", lane.name()).serviceLevelObjectives(TIME_BUCKETS).register(meters);
    batch.forEach(item -> wait.record(start - item.arrived, TimeUnit.NANOSECONDS));
  }

  /// The device had no memory: this worker's batches are halved from now on, and the items tried again in two halves.
  private void shrink(int worker, Lane<Object, Object> lane, List<Item<Object, Object>> batch) {
    if (batch.size() == 1) {
      batch.getFirst().fail(new Problem.Overloaded("DEVICE_MEMORY", "The device has no memory left, not even for one picture.", Duration.ofSeconds(1)));
      return;
    }
    int half = batch.size() / 2;
    lock.lock();
    try {
      batchMax[worker] = Math.max(1, Math.min(batchMax[worker], half));
    } finally {
      lock.unlock();
    }
    log.atWarn().setMessage("device memory short").addKeyValue("worker", worker).addKeyValue("batch_max", half).log();
    runBatch(worker, lane, batch.subList(0, half));
    runBatch(worker, lane, batch.subList(half, batch.size()));
  }

  /// Smoothed cost of one item by lane, in seconds.
  public Map<String, Double> itemSeconds() {
    lock.lock();
    try {
      Map<String, Double> seconds = new HashMap<>();
      lanes.forEach(lane -> seconds.put(lane.name(), lane.itemSeconds));
      return seconds;
    } finally {
      lock.unlock();
    }
  }

  /// Refuses new items, finishes what was accepted (at most `drainMax`), ends the threads.
  @Override
  public void close() {
    long deadline = System.nanoTime() + limits.drainMax().toNanos();
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      for (Thread thread : threads) thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (threads.stream().anyMatch(Thread::isAlive)) log.atError().setMessage("a forward pass did not end in time").log();
  }

  /// Whether a worker still runs after [#close]: then native memory must not be released.
  public boolean isStillRunning() {
    return threads.stream().anyMatch(Thread::isAlive);
  }
}
