package verimesh.chassis.rpc;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import verimesh.chassis.config.Settings;

/// How a service is served. Everything but the ports is common to all services (`VERIMESH_GRPC_*`, `VERIMESH_TLS_*`).
///
/// @param host address to listen on; loopback unless set, since a port without TLS is everybody's
/// @param port gRPC, 0 to 65535; 0 takes a free one
/// @param httpPort metrics and health, 0 to 65535; 0 takes a free one
/// @param messageBytesMax the transport's own limit, in bytes. Lies well above our 32 MiB an image, so that a file that
///     is too large meets our error (`FILE_TOO_LARGE`) and not the transport's
/// @param callsPerConnectionMax calls in flight on one connection; more wait at the caller's side
/// @param reflection whether `grpc.reflection` answers
/// @param drain how long calls in flight may go on after the service was asked to stop
/// @param connectionAge how long one connection lives before the caller is asked to open another, which is how callers
///     find replicas that were added
/// @param tls empty: plaintext
public record ServerConfig(
    String host,
    int port,
    int httpPort,
    int messageBytesMax,
    int callsPerConnectionMax,
    boolean reflection,
    Duration drain,
    Duration connectionAge,
    Optional<TlsConfig> tls) {
  static final int MESSAGE_BYTES_MAX_DEFAULT = 80 << 20;

  /// Everything as by default, on a free loopback port: what tests start with.
  public static ServerConfig loopback() {
    return from(Settings.of(Map.of(), "SERVER"), 0);
  }

  /// @param settings in the service's own scope: `VERIMESH_<SCOPE>_PORT` and `VERIMESH_<SCOPE>_HTTP_PORT`
  /// @param defaultPort DESIGN.md §10; the HTTP port lies one above
  public static ServerConfig from(Settings settings, int defaultPort) {
    Settings grpc = settings.scope("GRPC");
    int port = settings.integer("PORT", defaultPort, 0, 65_535);
    int httpPort = settings.integer("HTTP_PORT", port == 0 || port == 65_535 ? 0 : port + 1, 0, 65_535);
    Optional<TlsConfig> tls = TlsConfig.from(settings);
    return new ServerConfig(
        grpc.text("HOST", "127.0.0.1").strip(),
        port,
        httpPort,
        (int) grpc.bytes("MESSAGE_BYTES_MAX", MESSAGE_BYTES_MAX_DEFAULT, 1 << 20, 1 << 30),
        grpc.integer("CALLS_PER_CONNECTION_MAX", 1000, 1, 1_000_000),
        grpc.bool("REFLECTION", false),
        grpc.duration("DRAIN", Duration.ofSeconds(10)),
        grpc.duration("CONNECTION_AGE", Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofHours(24)),
        tls.filter(files -> files.certificateChain().isPresent()));
  }

  public ServerConfig withHost(String other) {
    return new ServerConfig(
        other, port, httpPort, messageBytesMax, callsPerConnectionMax, reflection, drain, connectionAge, tls);
  }

  public ServerConfig withReflection(boolean on) {
    return new ServerConfig(
        host, port, httpPort, messageBytesMax, callsPerConnectionMax, on, drain, connectionAge, tls);
  }

  public ServerConfig withPort(int other) {
    return new ServerConfig(
        host, other, httpPort, messageBytesMax, callsPerConnectionMax, reflection, drain, connectionAge, tls);
  }

  public ServerConfig withDrain(Duration other) {
    return new ServerConfig(
        host, port, httpPort, messageBytesMax, callsPerConnectionMax, reflection, other, connectionAge, tls);
  }

  public ServerConfig withTls(TlsConfig files) {
    var own = Optional.of(files);
    return new ServerConfig(
        host, port, httpPort, messageBytesMax, callsPerConnectionMax, reflection, drain, connectionAge, own);
  }
}
