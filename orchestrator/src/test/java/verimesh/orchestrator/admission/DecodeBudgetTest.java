package verimesh.orchestrator.admission;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import verimesh.chassis.config.Settings;
import verimesh.chassis.images.ImageFormat;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.TestTime;

@Timeout(30)
class DecodeBudgetTest {
  private static final ImageHeader.Known ONE_AND_A_HALF_MEGAPIXELS = new ImageHeader.Known(ImageFormat.PNG, 1_500, 1_000, 1, false, true);

  private final TestTime time = new TestTime();
  private final DecodeBudget budget =
      new DecodeBudget(
          AdmissionConfig.from(Settings.of(Map.of("VERIMESH_ADMISSION_DECODE_BYTES_MAX", "16MiB", "VERIMESH_ADMISSION_DECODE_WAIT", "2s"), "TEST")), time);

  @Test
  void pixelsOverAllCallsAreBounded() throws Exception {
    var first = budget.take(ONE_AND_A_HALF_MEGAPIXELS, true, in(10));
    assertThat(budget.bytesLent()).as("8 bytes a pixel").isEqualTo(12_000_000);
    var second = take(in(10));
    time.awaitAlarms(1);
    first.close();
    try (var lease = second.join()) {
      assertThat(lease.amount()).isEqualTo(12_000_000);
    }
    assertThat(budget.bytesLent()).isZero();
  }

  @Test
  void whoeverFindsNoMemoryInTimeIsToldWhenToComeAgain() throws Exception {
    try (var _ = budget.take(ONE_AND_A_HALF_MEGAPIXELS, true, in(10))) {
      var second = take(in(10));
      time.awaitAlarms(1);
      time.advance(ofSeconds(2)); // its own bound, before the caller's deadline
      var refused = (ProblemException) catchThrowable(second::join).getCause();
      var problem = (Problem.Overloaded) refused.problem();
      assertThat(problem.reason()).isEqualTo("DECODE_BUDGET");
      assertThat(problem.retryAfter()).isPositive();
      assertThat(problem.message()).contains("1500x1000").contains("VERIMESH_ADMISSION_DECODE_BYTES_MAX");
    }
  }

  private CompletableFuture<Gate.Entry.Lease> take(Due due) {
    return CompletableFuture.supplyAsync(() -> budget.take(ONE_AND_A_HALF_MEGAPIXELS, true, due), Executors.newVirtualThreadPerTaskExecutor());
  }

  private Due in(long seconds) {
    return Due.in(time, ofSeconds(seconds));
  }
}
