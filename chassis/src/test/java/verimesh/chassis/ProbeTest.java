package verimesh.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.Telemetry;

class ProbeTest {
  private final Settings settings = Settings.of(Map.of(), "PROBE");

  @Test
  void saysWhetherAServiceServesAndWhichDependencyDoesNot() throws Exception {
    var works = new AtomicBoolean(true);
    var service = new Service(List.of(), Map.of("index", works::get, "cache", () -> false), List.of("index"));
    int port;
    try (var telemetry = Telemetry.unscraped("probed"); var server = RpcServer.start(ServerConfig.loopback(), service, telemetry)) {
      port = server.port();
      assertThat(probe(Integer.toString(port))).isZero();
      assertThat(probe(Integer.toString(port), "index")).isZero();
      assertThat(probe(Integer.toString(port), "cache")).isEqualTo(1);
      assertThat(probe(Integer.toString(port), "nobody")).isEqualTo(1);
      works.set(false);
      assertThat(probe(Integer.toString(port))).isEqualTo(1);
    }
    assertThat(probe(Integer.toString(port))).as("nobody listens any more").isEqualTo(1);
  }

  @Test
  void refusesWhatIsNoPort() {
    assertThat(probe()).isEqualTo(2);
    assertThat(probe("hash-svc")).isEqualTo(2);
    assertThat(probe("1", "2", "3")).isEqualTo(2);
  }

  private int probe(String... args) {
    return Probe.exitCode(args, settings, Duration.ofSeconds(30));
  }
}
