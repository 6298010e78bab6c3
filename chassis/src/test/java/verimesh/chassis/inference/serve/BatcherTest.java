package verimesh.chassis.inference.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import verimesh.chassis.problem.ProblemException;

@Timeout(20)
class BatcherTest {
  private static final long NEVER = Long.MAX_VALUE / 2;
  private final List<Batcher> open = new ArrayList<>();

  /// Work that waits for a permit a batch, and tells what it was given.
  private static final class Gate implements Lane.Work<Integer, Integer> {
    final Semaphore permits = new Semaphore(0);
    final Semaphore entered = new Semaphore(0);
    final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
    int memory = Integer.MAX_VALUE;

    @Override
    public List<Integer> run(int worker, List<Integer> items) {
      entered.release();
      permits.acquireUninterruptibly();
      if (items.size() > memory) throw new OutOfMemory(null);
      batches.add(items);
      return items.stream().map(i -> -i).toList();
    }
  }

  @AfterEach
  void close() {
    open.forEach(Batcher::close);
  }

  @Test
  void callsThatWaitTogetherRunTogetherAndEachGetsItsOwn() throws Exception {
    Gate gate = new Gate();
    Lane<Integer, Integer> lane = started(new BatchLimits(4, Duration.ZERO, 100, Duration.ofHours(1), Duration.ofSeconds(5)), gate);
    CompletableFuture<Integer> first = submit(lane, 0, Urgency.INTERACTIVE);
    gate.entered.acquire();
    List<CompletableFuture<Integer>> rest = new ArrayList<>();
    for (int i = 1; i <= 6; i++) rest.add(submit(lane, i, Urgency.INTERACTIVE));
    gate.permits.release(100);
    assertThat(first.join()).isZero();
    for (int i = 1; i <= 6; i++) assertThat(rest.get(i - 1).join()).isEqualTo(-i);
    assertThat(gate.batches).containsExactly(List.of(0), List.of(1, 2, 3, 4), List.of(5, 6));
  }

  @Test
  void idleWorkersShareWhatWaits() throws Exception {
    Gate gate = new Gate();
    Batcher batcher = new Batcher(
        new BatchLimits(4, Duration.ofMillis(50), 100, Duration.ofHours(1), Duration.ofSeconds(5)), 2, System::nanoTime, new SimpleMeterRegistry());
    open.add(batcher);
    Lane<Integer, Integer> lane = batcher.lane("numbers", gate);
    batcher.start(() -> {});
    batcher.awaitReady();
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) all.add(submit(lane, i, Urgency.INTERACTIVE));
    gate.entered.acquire(2); // both are at work, though one batch would have held all four
    gate.permits.release(100);
    all.forEach(CompletableFuture::join);
    assertThat(gate.batches).extracting(List::size).containsExactly(2, 2);
  }

  @Test
  void interactiveGoesFirstAndBatchFillsUp() throws Exception {
    Gate gate = new Gate();
    Lane<Integer, Integer> lane = started(new BatchLimits(3, Duration.ZERO, 100, Duration.ofHours(1), Duration.ofSeconds(5)), gate);
    submit(lane, 0, Urgency.INTERACTIVE);
    gate.entered.acquire();
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i : new int[] {10, 11}) all.add(submit(lane, i, Urgency.BATCH));
    for (int i : new int[] {1, 2}) all.add(submit(lane, i, Urgency.INTERACTIVE));
    gate.permits.release(100);
    all.forEach(CompletableFuture::join);
    assertThat(gate.batches).containsExactly(List.of(0), List.of(1, 2, 10), List.of(11));
  }

  @Test
  void differentShapesNeverShareABatch() throws Exception {
    Gate gate = new Gate();
    Lane<Integer, Integer> lane = started(new BatchLimits(8, Duration.ZERO, 100, Duration.ofHours(1), Duration.ofSeconds(5)), gate);
    submit(lane, 0, Urgency.INTERACTIVE);
    gate.entered.acquire();
    var a = lane.submit("16", 1, Urgency.INTERACTIVE, NEVER);
    var b = lane.submit("32", 2, Urgency.INTERACTIVE, NEVER);
    var c = lane.submit("16", 3, Urgency.INTERACTIVE, NEVER);
    gate.permits.release(100);
    CompletableFuture.allOf(a, b, c).join();
    assertThat(gate.batches).containsExactly(List.of(0), List.of(1, 3), List.of(2));
  }

  @Test
  void theQueueRefusesTheFirstItemBeyondItsBound() throws Exception {
    Gate gate = new Gate();
    Lane<Integer, Integer> lane = started(new BatchLimits(1, Duration.ZERO, 2, Duration.ofHours(1), Duration.ofSeconds(5)), gate);
    submit(lane, 0, Urgency.INTERACTIVE);
    gate.entered.acquire();
    submit(lane, 1, Urgency.INTERACTIVE);
    submit(lane, 2, Urgency.INTERACTIVE);
    assertRefused(() -> submit(lane, 3, Urgency.INTERACTIVE).join(), "QUEUE_FULL");
    gate.permits.release(100);
  }

  @Test
  void whatCannotMakeItsDeadlineIsRefusedBeforeItCostsAnything() throws Exception {
    Gate gate = new Gate();
    Lane<Integer, Integer> lane = started(new BatchLimits(4, Duration.ZERO, 100, Duration.ofHours(1), Duration.ofSeconds(5)), gate);
    gate.permits.release(100);
    submit(lane, 1, Urgency.INTERACTIVE).join(); // now its cost is known, and it is more than a nanosecond
    assertRefused(() -> lane.submit("", 2, Urgency.INTERACTIVE, System.nanoTime() + 1).join(), "WOULD_BE_LATE");
    assertThat(gate.batches).containsExactly(List.of(1));
  }

  @Test
  void aDeviceShortOfMemoryGetsSmallerBatchesAndNobodyIsLost() throws Exception {
    Gate gate = new Gate();
    gate.memory = 2;
    Lane<Integer, Integer> lane = started(new BatchLimits(8, Duration.ZERO, 100, Duration.ofHours(1), Duration.ofSeconds(5)), gate);
    submit(lane, 0, Urgency.INTERACTIVE);
    gate.entered.acquire();
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 1; i <= 8; i++) all.add(submit(lane, i, Urgency.INTERACTIVE));
    gate.permits.release(100);
    for (int i = 1; i <= 8; i++) assertThat(all.get(i - 1).join()).isEqualTo(-i);
    List<CompletableFuture<Integer>> later = new ArrayList<>();
    for (int i = 1; i <= 4; i++) later.add(submit(lane, i, Urgency.INTERACTIVE));
    later.forEach(CompletableFuture::join);
    assertThat(gate.batches).allMatch(batch -> batch.size() <= 2);
  }

  @Test
  void aDeviceThatHasNoRoomForOneSaysSo() throws Exception {
    Gate gate = new Gate();
    gate.memory = 0;
    Lane<Integer, Integer> lane = started(new BatchLimits(8, Duration.ZERO, 100, Duration.ofHours(1), Duration.ofSeconds(5)), gate);
    gate.permits.release(100);
    assertRefused(() -> submit(lane, 1, Urgency.INTERACTIVE).join(), "DEVICE_MEMORY");
  }

  @Test
  void aWorkerThatFailsItsFirstSelfTestNeverAnswers() throws Exception {
    Batcher batcher = batcher(new BatchLimits(1, Duration.ZERO, 10, Duration.ofHours(1), Duration.ofSeconds(5)));
    Lane<Integer, Integer> lane = batcher.lane("broken", new Lane.Work<>() {
      @Override
      public List<Integer> run(int worker, List<Integer> items) {
        return items;
      }

      @Override
      public boolean selfTest(int worker) {
        return false;
      }
    });
    batcher.start(() -> {});
    batcher.awaitReady();
    assertThat(batcher.isReady()).isFalse();
    assertRefused(() -> submit(lane, 1, Urgency.INTERACTIVE).join(), "DEVICE_FAULTY");
  }

  @Test
  void aWorkerThatStartsToComputeWrongNumbersLeavesTheRotation() throws Exception {
    AtomicBoolean sound = new AtomicBoolean(true);
    CountDownLatch failed = new CountDownLatch(1);
    Batcher batcher = batcher(new BatchLimits(1, Duration.ZERO, 10, Duration.ofNanos(1), Duration.ofSeconds(5)));
    Lane<Integer, Integer> lane = batcher.lane("ageing", new Lane.Work<>() {
      @Override
      public List<Integer> run(int worker, List<Integer> items) {
        return items;
      }

      @Override
      public boolean selfTest(int worker) {
        boolean passes = sound.get(); // once, or it could turn between looking and telling
        if (!passes) failed.countDown();
        return passes;
      }
    });
    batcher.start(() -> {});
    batcher.awaitReady();
    assertThat(batcher.isReady()).isTrue();
    sound.set(false);
    assertThat(failed.await(10, TimeUnit.SECONDS)).isTrue();
    batcher.close(); // joins the worker, so that what it did last is seen
    assertThat(batcher.isReady()).isFalse();
    assertThatThrownBy(() -> submit(lane, 1, Urgency.INTERACTIVE).join()).isInstanceOf(CompletionException.class);
  }

  @Test
  void closingFinishesWhatWasAcceptedAndRefusesWhatComesAfter() throws Exception {
    Gate gate = new Gate();
    Lane<Integer, Integer> lane = started(new BatchLimits(1, Duration.ZERO, 100, Duration.ofHours(1), Duration.ofSeconds(10)), gate);
    var accepted = List.of(submit(lane, 1, Urgency.INTERACTIVE), submit(lane, 2, Urgency.BATCH));
    gate.entered.acquire();
    Thread closer = Thread.ofPlatform().start(open.getFirst()::close);
    gate.permits.release(100);
    closer.join();
    assertThat(accepted).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
    assertRefused(() -> submit(lane, 3, Urgency.INTERACTIVE).join(), "SHUTTING_DOWN");
  }

  private Lane<Integer, Integer> started(BatchLimits limits, Gate gate) throws InterruptedException {
    Batcher batcher = batcher(limits);
    Lane<Integer, Integer> lane = batcher.lane("numbers", gate);
    batcher.start(() -> {});
    batcher.awaitReady();
    return lane;
  }

  private Batcher batcher(BatchLimits limits) {
    Batcher batcher = new Batcher(limits, 1, System::nanoTime, new SimpleMeterRegistry());
    open.add(batcher);
    return batcher;
  }

  private static CompletableFuture<Integer> submit(Lane<Integer, Integer> lane, int item, Urgency urgency) {
    return lane.submit("", item, urgency, NEVER);
  }

  private static void assertRefused(ThrowingCallable call, String reason) {
    assertThatThrownBy(call).isInstanceOf(CompletionException.class).cause()
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.problem().reason()).isEqualTo(reason));
  }
}
