package verimesh.cli;

import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.TlsConfig;
import verimesh.chassis.telemetry.Telemetry;

/// `--target` and how to trust it.
public final class TargetOptions {
  @Option(names = "--target", paramLabel = "HOST:PORT[,...]", description = "A running service, or several: an orchestrator (7400), for ./mesh index and match hash-svc (7420).")
  private String target;

  @Option(names = "--tls-ca", paramLabel = "FILE", description = "TLS: authorities to believe, PEM.")
  private Path trusted;

  @Option(names = "--tls-cert", paramLabel = "FILE", description = "Mutual TLS: the certificate to show, PEM.")
  private Path certificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Mutual TLS: its key, PEM.")
  private Path key;

  public boolean given() {
    return target != null;
  }

  /// @param whenNotGiven where to connect to without `--target`
  /// @throws UsageProblem if the options do not fit together
  public ManagedChannel connect(Telemetry telemetry, String whenNotGiven) {
    return connect(telemetry, whenNotGiven, Optional.empty());
  }

  /// @param secret the key to show with every call, where no certificate says who calls
  public ManagedChannel connect(Telemetry telemetry, String whenNotGiven, Optional<String> secret) {
    String to = target == null ? whenNotGiven : target;
    for (Path file : new Path[] {trusted, certificate, key}) {
      if (file != null && !Files.isReadable(file)) throw new UsageProblem("cannot read " + file);
    }
    if ((certificate == null) != (key == null)) throw new UsageProblem("--tls-cert and --tls-key go together");
    if (certificate != null && trusted == null) throw new UsageProblem("--tls-cert needs --tls-ca, the authorities to believe");
    try {
      ChannelConfig config = ChannelConfig.to(to);
      if (trusted != null) {
        config = config.withTls(new TlsConfig(
            Optional.ofNullable(certificate), Optional.ofNullable(key), Optional.of(trusted), TlsConfig.ClientCertificates.NONE));
      }
      return Channels.connect(secret.map(config::withKey).orElse(config), telemetry);
    } catch (IllegalArgumentException e) {
      throw new UsageProblem("--target is \"" + to + "\"; expected host:port, several with commas between");
    }
  }
}
