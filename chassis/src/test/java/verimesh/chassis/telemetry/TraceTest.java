package verimesh.chassis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";

  @ParameterizedTest
  @ValueSource(strings = {"00-" + ID + "-b7ad6b7169203331-01", "cc-" + ID + "-b7ad6b7169203331-01", "cc-" + ID + "-b7ad6b7169203331-01-what-the-future-adds"})
  void theCallersTraceIsKept(String header) {
    Trace trace = Trace.of(header);
    assertThat(trace).isEqualTo(new Trace(ID, "b7ad6b7169203331", true));
    assertThat(trace.child().traceId()).isEqualTo(ID);
    assertThat(trace.child().spanId()).isNotEqualTo(trace.spanId());
    assertThat(trace.traceparent()).isEqualTo("00-" + ID + "-b7ad6b7169203331-01");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {
    "", "00", "ff-" + ID + "-b7ad6b7169203331-01", "00-" + ID + "-b7ad6b7169203331-01-extra", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-" + ID + "-0000000000000000-01", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "00-" + ID + "-b7ad6b7169203331", "00-" + ID + "-b7ad6b716920333-01"
  })
  void nonsenseBeginsANewTraceAndRefusesNothing(String header) {
    Trace trace = Trace.of(header);
    assertThat(trace.traceId()).isNotEqualTo(ID).matches("[0-9a-f]{32}");
    assertThat(Trace.of(trace.traceparent())).isEqualTo(trace);
  }

  @Test
  void freshOnesDiffer() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 10_000; i++) ids.add(Trace.fresh().traceId());
    assertThat(ids).hasSize(10_000);
  }
}
