package verimesh.verifier.lmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void aCircuitLetsOneCallTryAfterItsPause() {
    var circuit = new Circuit(2, Duration.ofSeconds(10), () -> now);
    circuit.failed();
    assertThat(circuit.enter()).isNull();
    circuit.failed();
    assertThat(circuit.enter()).isEqualTo(Duration.ofSeconds(10));
    now = now.plusSeconds(10);
    assertThat(circuit.enter()).isNull();
    assertThat(circuit.enter()).as("a second one while the first tries").isNotNull();
    circuit.failed();
    assertThat(circuit.isOpen()).isTrue();
    now = now.plusSeconds(10);
    assertThat(circuit.enter()).isNull();
    circuit.succeeded();
    assertThat(circuit.enter()).isNull();
    assertThat(circuit.enter()).isNull();
  }

  @Test
  void aBudgetRefillsEvenlyAndDebtsAreWaitedFor() {
    var budget = new MinuteBudget(600, () -> now);
    assertThat(budget.enter()).isNull();
    budget.spend(900);
    assertThat(budget.enter()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
    now = now.plusSeconds(31);
    assertThat(budget.enter()).isNull();
    now = now.plus(Duration.ofHours(5));
    budget.spend(600);
    assertThat(budget.enter()).as("five idle hours save up one minute's tokens, not more").isNotNull();
  }

  @Test
  void aBudgetOfMoneyKnowsFractions() {
    var budget = new MinuteBudget(0.06, () -> now);
    budget.spend(0.07);
    assertThat(budget.enter()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
    now = now.plusSeconds(11);
    assertThat(budget.enter()).isNull();
  }

  @Test
  void placesAreGivenToTheUrgentFirstAndOnlyToAsManyAsThereAre() throws Exception {
    var places = new Places(1, 2, () -> now);
    assertThat(places.enter(true, now.plusSeconds(60))).isNull();
    var order = new java.util.concurrent.LinkedBlockingQueue<String>();
    var batch = waiting(places, false, order, "batch");
    await(() -> places.waiting() == 1);
    var urgent = waiting(places, true, order, "urgent");
    await(() -> places.waiting() == 2);
    assertThat(places.enter(true, now.plusSeconds(60))).as("the queue has its bound").contains("2 wait already");
    places.leave(null);
    assertThat(order.take()).isEqualTo("urgent");
    assertThat(places.running()).isEqualTo(1);
    places.leave(null);
    assertThat(order.take()).isEqualTo("batch");
    places.leave(null);
    batch.join();
    urgent.join();
    assertThat(places.running()).isZero();
  }

  @Test
  void whoCouldNotBeServedInTimeDoesNotWait() throws Exception {
    var places = new Places(1, 10, () -> now);
    assertThat(places.enter(true, now.plusSeconds(60))).isNull();
    places.leave(Duration.ofSeconds(3)); // a call takes three seconds
    assertThat(places.enter(true, now.plusSeconds(60))).isNull();
    assertThat(places.enter(true, now.plusSeconds(2))).contains("a call takes 3000 ms");
    assertThat(places.waiting()).isZero();
    var order = new java.util.concurrent.LinkedBlockingQueue<String>();
    var patient = waiting(places, true, order, "patient");
    await(() -> places.waiting() == 1);
    assertThat(places.enter(true, now.plusSeconds(5))).as("six seconds with the one ahead").contains("1 calls are ahead");
    places.leave(Duration.ofSeconds(3));
    assertThat(order.take()).isEqualTo("patient");
    patient.join();
  }

  @Test
  void whoseTimeRanLowWhileWaitingIsNotAskedForNothing() throws Exception {
    var places = new Places(1, 10, () -> now);
    assertThat(places.enter(true, now.plusSeconds(60))).isNull();
    var served = new java.util.concurrent.LinkedBlockingQueue<String>();
    var late = waiting(places, true, served, "late");
    await(() -> places.waiting() == 1);
    var last = now.plusSeconds(200);
    var patient = Thread.ofVirtual().start(() -> {
      try {
        if (places.enter(false, last) == null) served.add("patient");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    await(() -> places.waiting() == 2);
    now = now.plusSeconds(58); // two are left to the first one, and a call takes three
    places.leave(Duration.ofSeconds(3));
    assertThat(served.take()).as("the place goes to who can use it").isEqualTo("patient");
    late.join();
    patient.join();
    assertThat(served).isEmpty();
    assertThat(places.running()).isEqualTo(1);
    places.leave(null);
    assertThat(places.running()).isZero();
  }

  @Test
  void whoGivesUpLeavesNoPlaceTaken() throws Exception {
    var places = new Places(1, 10, java.time.InstantSource.system());
    java.time.Instant real = java.time.Instant.now();
    assertThat(places.enter(true, real.plusSeconds(60))).isNull();
    assertThat(places.enter(true, real.plusMillis(30))).contains("run already");
    var interrupted = Thread.ofVirtual().unstarted(() -> {
      try {
        places.enter(true, real.plusSeconds(60));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    interrupted.start();
    await(() -> places.waiting() == 1);
    interrupted.interrupt();
    interrupted.join();
    assertThat(places.waiting()).isZero();
    places.leave(null);
    assertThat(places.running()).isZero();
  }

  private Thread waiting(Places places, boolean urgent, java.util.Queue<String> order, String name) {
    return Thread.ofVirtual().start(() -> {
      try {
        if (places.enter(urgent, now.plusSeconds(60)) == null) order.add(name);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  private static void await(java.util.function.BooleanSupplier event) {
    while (!event.getAsBoolean()) Thread.onSpinWait();
  }
}
