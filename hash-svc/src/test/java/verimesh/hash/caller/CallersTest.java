package verimesh.hash.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.rpc.CallerIdentity;
import verimesh.hash.bank.BankKind;

class CallersTest {
  private static final CallerConfig CONFIG =
      new CallerConfig(Set.of("moderation"), Set.of("orchestrator"), Map.of("0123456789abcdef", "moderation"), 100, 500);

  @Test
  void feedbackMayReachQuarantineAndNothingElse() {
    var callers = new Callers(CONFIG);
    assertThatCode(() -> callers.mayRegister(new Caller("orchestrator"), BankKind.QUARANTINE)).doesNotThrowAnyException();
    for (BankKind kind : new BankKind[] {BankKind.POSITIVE, BankKind.NEGATIVE}) {
      assertThatThrownBy(() -> callers.mayRegister(new Caller("orchestrator"), kind)).isInstanceOf(ProblemException.class).hasMessageContaining("CALLER_NOT_ALLOWED");
      assertThatCode(() -> callers.mayRegister(new Caller("moderation"), kind)).doesNotThrowAnyException();
    }
    assertThatThrownBy(() -> callers.mayWrite(new Caller("orchestrator"))).hasMessageContaining("CALLER_NOT_ALLOWED");
    assertThatThrownBy(() -> callers.mayWrite(Caller.ANONYMOUS)).hasMessageContaining("CALLER_NOT_ALLOWED");
    assertThatThrownBy(() -> callers.mayWrite(Caller.LOCAL)).as("only where the configuration says so").hasMessageContaining("CALLER_NOT_ALLOWED");
  }

  @Test
  void aCallerIsKnownByItsKeyOrItsCertificate() {
    var callers = new Callers(CONFIG);
    assertThat(callers.of(new CallerIdentity(true, List.of(), Optional.empty()))).isEqualTo(Caller.LOCAL);
    assertThat(callers.of(CallerIdentity.anonymous())).isEqualTo(Caller.ANONYMOUS);
    assertThat(callers.of(new CallerIdentity(false, List.of(), Optional.of("0123456789abcdef")))).isEqualTo(new Caller("moderation"));
    assertThat(callers.of(new CallerIdentity(true, List.of(), Optional.of("a wrong key")))).isEqualTo(Caller.ANONYMOUS);
    assertThat(callers.of(new CallerIdentity(false, List.of("spiffe://x", "orchestrator"), Optional.empty()))).isEqualTo(new Caller("orchestrator"));
    assertThat(callers.of(new CallerIdentity(false, List.of("stranger"), Optional.empty()))).isEqualTo(new Caller("stranger"));
    assertThat(callers.of(new CallerIdentity(false, List.of("local"), Optional.empty()))).isEqualTo(Caller.ANONYMOUS);
  }

  @Test
  void oneCallersFloodIsBoundedAndTouchesNobodyElse() {
    var nanos = new AtomicLong();
    var rate = new RegistrationRate(CONFIG, nanos::get);
    Caller flood = new Caller("flood");
    for (int i = 0; i < 500; i++) assertThat(rate.take(flood, 1)).isZero();
    assertThat(rate.take(flood, 1)).isEqualTo(Duration.ofMillis(10));
    assertThat(rate.take(new Caller("other"), 500)).isZero();
    nanos.addAndGet(Duration.ofMillis(9).toNanos());
    assertThat(rate.take(flood, 1)).isEqualTo(Duration.ofMillis(1));
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(rate.take(flood, 1)).isZero();
    nanos.addAndGet(Duration.ofHours(1).toNanos());
    assertThat(rate.take(flood, 500)).as("a bucket holds no more than a burst").isZero();
    assertThat(rate.take(flood, 1)).isPositive();
    assertThat(rate.take(Caller.LOCAL, 1_000_000)).isZero();
  }
}
