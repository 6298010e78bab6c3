package verimesh.orchestrator.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import verimesh.orchestrator.time.TestTime;
import verimesh.orchestrator.v1.AnalyzeResponse;

class InProcessVerdictsTest extends VerdictStoreContract {
  private final TestTime time = new TestTime();

  @Override
  VerdictStore open(Duration keep) {
    return new InProcessVerdicts(new VerdictStoreConfig(keep, 1 << 20, Optional.empty()), time);
  }

  @Override
  void pass(Duration passing) {
    time.advance(passing);
  }

  @Test
  void theStoreNeverHoldsMoreBytesThanItMay() {
    try (var store = new InProcessVerdicts(new VerdictStoreConfig(Duration.ofHours(1), 100_000, Optional.empty()), time)) {
      int found = 0;
      for (int i = 0; i < 1_000; i++) {
        store.keep(AnalyzeResponse.newBuilder().setVerdictId(id(i)).setSummary("x".repeat(1_000)).build());
      }
      for (int i = 0; i < 1_000; i++) if (store.find(id(i)).isPresent()) found++;
      assertThat(found).isBetween(1, 97);
    }
  }

  private static String id(int i) {
    return String.format("01JD9Q6W0Z4M8T2R5X7K3N%04d", i);
  }
}
