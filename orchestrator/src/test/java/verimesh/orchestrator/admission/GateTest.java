package verimesh.orchestrator.admission;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import verimesh.orchestrator.admission.Gate.Entry;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.TestTime;

@Timeout(30)
class GateTest {
  private final TestTime time = new TestTime();

  @Test
  void whatIsFreeIsLentAtOnce() {
    var gate = new Gate(time, 10, 0);
    var six = (Entry.Lease) gate.enter(6, true, soon());
    var four = (Entry.Lease) gate.enter(4, true, soon());
    assertThat(gate.lent()).isEqualTo(10);
    assertThat(gate.enter(1, true, soon())).isInstanceOf(Entry.QueueFull.class);
    six.close();
    six.close(); // once is enough
    assertThat(gate.lent()).isEqualTo(4);
    four.close();
    assertThat(gate.lent()).isZero();
  }

  @Test
  void whatIsLargerThanTheWholeIsLentAlone() {
    var gate = new Gate(time, 10, 0);
    try (var lease = (Entry.Lease) gate.enter(1_000, true, soon())) {
      assertThat(gate.lent()).isEqualTo(10);
      assertThat(lease.amount()).isEqualTo(10);
    }
  }

  @Test
  void nobodySmallOvertakesWhoeverWaits() throws Exception {
    var gate = new Gate(time, 10, 10);
    var most = (Entry.Lease) gate.enter(8, true, soon());
    var large = waiting(gate, 5, true, 1);
    var small = waiting(gate, 1, true, 2); // would fit, and would starve the large one
    most.close();
    large.join().close();
    small.join().close();
    assertThat(gate.lent()).isZero();
  }

  @Test
  void interactiveGoesBeforeBatchAndEachInItsOrder() throws Exception {
    var gate = new Gate(time, 1, 10);
    var held = (Entry.Lease) gate.enter(1, true, soon());
    List<String> order = new ArrayList<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      boolean interactive = i % 2 == 1;
      String name = (interactive ? "interactive " : "batch ") + i;
      all.add(waiting(gate, 1, interactive, i + 1).thenAccept(lease -> {
        synchronized (order) {
          order.add(name);
        }
        lease.close();
      }));
    }
    held.close();
    all.forEach(CompletableFuture::join);
    assertThat(order).containsExactly("interactive 1", "interactive 3", "interactive 5", "batch 0", "batch 2", "batch 4");
  }

  @Test
  void whoeverWaitsTooLongLeavesAndBlocksNobody() throws Exception {
    var gate = new Gate(time, 10, 10);
    var most = (Entry.Lease) gate.enter(8, true, soon());
    var large = CompletableFuture.supplyAsync(() -> gate.enter(5, true, Due.in(time, ofSeconds(1))), Executors.newVirtualThreadPerTaskExecutor());
    awaitWaiting(gate, 1);
    time.awaitAlarms(1);
    var small = waiting(gate, 2, true, 2);
    time.awaitAlarms(2);
    time.advance(ofSeconds(1));
    assertThat(large.join()).isInstanceOfSatisfying(Entry.TooLate.class, late -> assertThat(late.retryAfter()).isPositive());
    small.join().close();
    most.close();
    assertThat(gate.lent()).isZero();
    assertThat(gate.waiting()).isZero();
  }

  private CompletableFuture<Entry.Lease> waiting(Gate gate, long amount, boolean interactive, int waitingThen) {
    var entered = CompletableFuture.supplyAsync(() -> (Entry.Lease) gate.enter(amount, interactive, soon()), Executors.newVirtualThreadPerTaskExecutor());
    awaitWaiting(gate, waitingThen);
    return entered;
  }

  private static void awaitWaiting(Gate gate, int count) {
    while (gate.waiting() != count) Thread.onSpinWait();
  }

  private Due soon() {
    return Due.in(time, ofSeconds(60));
  }
}
