package verimesh.chassis.inference.serve;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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

  private final BatchLimits limits;
  private final LongSupplier nanos;
  private final BatchMeters meters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final WaitingItems waiting;
  private final List<Lane<?, ?>> lanes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final int[] batchMax; // by worker; halved when a device runs out of memory
  private int healthy;
  private int idle; // workers that wait for work
  private int ready; // workers that passed their first self-test
  private boolean started;
  private boolean closing;

  /// @param workers threads, 1 or more; worker `w` is the same thread for life
  /// @param nanos a monotonic clock in nanoseconds, `System::nanoTime` but for tests
  public Batcher(BatchLimits limits, int workers, LongSupplier nanos, MeterRegistry meters) {
    if (workers < 1) throw new IllegalArgumentException(workers + " workers");
    this.limits = limits;
    this.nanos = nanos;
    this.meters = new BatchMeters(meters);
    this.waiting = new WaitingItems(limits.delayMax());
    this.batchMax = new int[workers];
    java.util.Arrays.fill(batchMax, limits.batchMax());
    this.healthy = workers;
    meters.gauge("verimesh.embedding.queue.items", this, b -> b.waiting.size());
    meters.gauge("verimesh.embedding.workers.healthy", this, b -> b.healthy);
  }

  /// Adds a kind of work; before [#start].
  public <I, O> Lane<I, O> lane(String name, Lane.Work<I, O> work) {
    if (started) throw new IllegalStateException("lanes are added before the start");
    Lane<I, O> lane = new Lane<>(this, name, work);
    lanes.add(lane);
    // There from the start, so that the first refusal has a rate and none reads as none.
    for (String reason : List.of("queue_full", "would_be_late", "warming_up", "shutting_down", "device_faulty")) meters.refusals(lane, reason);
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
        meters.refused(lane, refusal);
        return result;
      }
      waiting.add(item, bucket, urgency);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return result;
  }

  private Problem refusal(Lane<?, ?> lane, Urgency urgency, long now, long deadline) {
    if (closing) return new Problem.Unavailable("SHUTTING_DOWN", "This replica is shutting down; ask another one.", Duration.ofMillis(100));
    if (healthy == 0) return faulty();
    if (ready == 0) return new Problem.Unavailable("WARMING_UP", "The models are still being loaded and tested.", Duration.ofSeconds(2));
    double before = waiting.secondsBefore(urgency) / healthy;
    if (waiting.size() >= limits.queueMax()) {
      return new Problem.Overloaded(
          "QUEUE_FULL", waiting.size() + " pictures and texts wait already, the most that is allowed.", Duration.ofMillis(Math.clamp((long) (before * 1000), 50, 10_000)));
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
      waiting.removeAll(item -> item.fail(faulty()));
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
        WaitingItems.Next next = waiting.next(now, batchMax[worker], closing);
        if (next.bucket() != null && next.in() == 0) return waiting.poll(next.bucket(), shareOf(next.bucket(), worker), now);
        if (closing && waiting.size() == 0) return null;
        idle++;
        try {
          changed.awaitNanos(Math.min(next.in(), until - now));
        } finally {
          idle--;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /// What waits is shared with the workers that have nothing to do: two halves at the same time are done sooner than one whole.
  private int shareOf(WaitingItems.Bucket bucket, int worker) {
    int share = Math.ceilDiv(waiting.size(bucket), 1 + idle);
    if (idle > 0) changed.signalAll();
    return Math.min(batchMax[worker], share);
  }

  // All items of a batch are of one lane, so its types fit; the queue holds many lanes and cannot say so.
  @SuppressWarnings("unchecked")
  private void process(int worker, List<Item<?, ?>> batch) {
    runBatch(worker, (Lane<Object, Object>) batch.getFirst().lane(), (List<Item<Object, Object>>) (List<?>) batch);
  }

  private void runBatch(int worker, Lane<Object, Object> lane, List<Item<Object, Object>> batch) {
    long start = nanos.getAsLong();
    List<Object> values = batch.stream().map(Item::value).toList();
    try {
      List<Object> results = lane.work().run(worker, values);
      if (results.size() != batch.size()) throw new IllegalStateException(lane.name() + " gave " + results.size() + " results for " + batch.size());
      learn(lane, batch, start);
      for (int i = 0; i < batch.size(); i++) batch.get(i).result().complete(results.get(i));
    } catch (OutOfMemory e) {
      shrink(worker, lane, batch);
    } catch (ProblemException e) { // its cause lies outside, and the caller is told
      batch.forEach(item -> item.result().completeExceptionally(e));
    } catch (RuntimeException | Error e) {
      log.atError().setMessage("batch failed").addKeyValue("lane", lane.name()).addKeyValue("items", batch.size()).setCause(e).log();
      batch.forEach(item -> item.result().completeExceptionally(e));
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
    meters.ran(lane, batch, start, end);
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
