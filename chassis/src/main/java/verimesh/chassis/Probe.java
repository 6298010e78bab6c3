package verimesh.chassis;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.TlsConfig;
import verimesh.chassis.telemetry.Telemetry;

/// Asks a service on this machine whether it serves: exit code 0 if so, 1 if not, 2 for wrong usage. A container's health
/// check without a shell in the image; Kubernetes asks by itself.
public final class Probe {
  private static final Duration PATIENCE = Duration.ofSeconds(4); // a health check that takes longer is given up anyway

  private Probe() {}

  /// @param args the gRPC port, and a dependency's name where not the whole service is meant
  public static void main(String[] args) {
    System.exit(exitCode(args, Settings.ofEnvironment("PROBE"), PATIENCE));
  }

  /// @param settings `VERIMESH_TLS_*` as the service itself has them: where it speaks TLS, so does its probe
  static int exitCode(String[] args, Settings settings, Duration patience) {
    if (args.length < 1 || args.length > 2 || !args[0].matches("[1-9][0-9]{0,4}")) {
      System.err.println("usage: verimesh.chassis.Probe PORT [DEPENDENCY]");
      return 2;
    }
    var tls = TlsConfig.from(settings).filter(files -> files.trusted().isPresent());
    ChannelConfig to = ChannelConfig.to((tls.isPresent() ? "localhost:" : "127.0.0.1:") + args[0]);
    try (var telemetry = Telemetry.unscraped("probe")) {
      ManagedChannel channel = Channels.connect(tls.map(to::withTls).orElse(to), telemetry);
      try {
        var asked = HealthCheckRequest.newBuilder().setService(args.length == 2 ? args[1] : "").build();
        ServingStatus status = HealthGrpc.newBlockingStub(channel).withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS).check(asked).getStatus();
        if (status == ServingStatus.SERVING) return 0;
        System.err.println(status);
      } catch (StatusRuntimeException silent) {
        System.err.println(silent.getStatus());
      } finally {
        channel.shutdownNow();
      }
    }
    return 1;
  }
}
