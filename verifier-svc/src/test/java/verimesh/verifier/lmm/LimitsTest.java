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
    var budget = new TokenBudget(600, () -> now);
    assertThat(budget.enter()).isNull();
    budget.spend(900);
    assertThat(budget.enter()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
    now = now.plusSeconds(31);
    assertThat(budget.enter()).isNull();
    now = now.plus(Duration.ofHours(5));
    budget.spend(600);
    assertThat(budget.enter()).as("five idle hours save up one minute's tokens, not more").isNotNull();
  }
}
