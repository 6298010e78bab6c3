package verimesh.chassis.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.testing.Seed;

class DeadlineShareTest {
  @ParameterizedTest // left, a layer's share, the second pass's share; all in milliseconds
  @CsvSource({"10000,9800,6000", "1000,980,600", "999,979,599", "50,30,30", "49,29,29", "21,1,1", "20,0,0", "19,0,0", "0,0,0", "-5,0,0", "60000,58800,36000"})
  void sharesAreThoseOfTheDesign(long left, long layer, long secondPass) {
    assertThat(DeadlineShare.LAYER.of(Duration.ofMillis(left)).toMillis()).isEqualTo(layer);
    assertThat(DeadlineShare.SECOND_PASS.of(Duration.ofMillis(left)).toMillis()).isEqualTo(secondPass);
  }

  @Test
  void noShareReachesIntoTheReserveAndMoreTimeNeverGivesLess() {
    SplittableRandom random = Seed.random("shares");
    for (int i = 0; i < 100_000; i++) {
      var share = new DeadlineShare(random.nextDouble(1e-6, 1), random.nextDouble(0, 0.99), Duration.ofMillis(random.nextLong(100)));
      Duration left = Duration.ofNanos(random.nextLong(100_000_000_000L));
      Duration got = share.of(left);
      assertThat(got.isNegative()).as(Seed.replay()).isFalse();
      assertThat(got).as(Seed.replay()).isLessThanOrEqualTo(left);
      if (!got.isZero()) assertThat(left.minus(got)).as(Seed.replay()).isGreaterThanOrEqualTo(share.reserveMin());
      // A nanosecond is lost to rounding at most.
      assertThat(share.of(left.plusMillis(1)).plusNanos(1)).as(Seed.replay()).isGreaterThanOrEqualTo(got);
    }
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new DeadlineShare(0, 0, Duration.ZERO)).hasMessageContaining("part");
    assertThatThrownBy(() -> new DeadlineShare(1.1, 0, Duration.ZERO)).hasMessageContaining("part");
    assertThatThrownBy(() -> new DeadlineShare(Double.NaN, 0, Duration.ZERO)).hasMessageContaining("part");
    assertThatThrownBy(() -> new DeadlineShare(1, 1, Duration.ZERO)).hasMessageContaining("reservePart");
    assertThatThrownBy(() -> new DeadlineShare(1, 0, Duration.ofMillis(-1))).hasMessageContaining("reserveMin");
  }

  @Test
  void outsideOfACallThereIsNoDeadline() {
    assertThat(DeadlineShare.left()).isEmpty();
  }
}
