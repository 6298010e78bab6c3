package verimesh.chassis.rpc;

import java.time.Duration;
import java.util.Optional;
import verimesh.chassis.config.Settings;

/// Where a service is and how it is called.
///
/// @param target `host:port`, several with commas between: every address behind every name, in turn. Or a target of
///     gRPC's own, such as `dns:///host:port`, or `inprocess://name`
/// @param messageBytesMax largest answer taken, in bytes
/// @param hedgeDelay how long the first replica may be silent before the second is asked, for calls that may be hedged
///     (DESIGN.md §5); zero: never
/// @param tls empty: plaintext
/// @param key sent as `verimesh-key` with every call; empty: none
public record ChannelConfig(
    String target, int messageBytesMax, Duration hedgeDelay, Optional<TlsConfig> tls, Optional<String> key) {
  public ChannelConfig {
    if (target.isBlank()) throw new IllegalArgumentException("a channel needs a target");
    if (!target.contains("://")) AddressList.target(target); // refuses what is no list
  }

  /// Plaintext, everything as by default.
  public static ChannelConfig to(String target) {
    return new ChannelConfig(
        target, ServerConfig.MESSAGE_BYTES_MAX_DEFAULT, Duration.ZERO, Optional.empty(), Optional.empty());
  }

  /// @param settings in the caller's scope; `name` is read there, for example `HASH_TARGET`
  /// @param defaultTarget empty: not configured unless set
  /// @return empty where no target is configured
  public static Optional<ChannelConfig> from(Settings settings, String name, String defaultTarget) {
    String target = settings.text(name, defaultTarget).strip();
    Settings grpc = settings.scope("GRPC");
    long messageBytesMax = grpc.bytes("MESSAGE_BYTES_MAX", ServerConfig.MESSAGE_BYTES_MAX_DEFAULT, 1 << 20, 1 << 30);
    Duration hedgeDelay = grpc.duration("HEDGE_DELAY", Duration.ZERO, Duration.ZERO, Duration.ofSeconds(10));
    // A process that only serves TLS has no authorities to believe, and calls the others in plaintext.
    Optional<TlsConfig> tls = TlsConfig.from(settings).filter(files -> files.trusted().isPresent());
    if (target.isEmpty()) return Optional.empty();
    try {
      return Optional.of(new ChannelConfig(target, (int) messageBytesMax, hedgeDelay, tls, Optional.empty()));
    } catch (IllegalArgumentException refused) {
      settings.problem(name, "is \"" + target
          + "\"; expected host:port, several with commas between, or a target such as dns:///host:port");
      return Optional.empty();
    }
  }

  public ChannelConfig withTls(TlsConfig files) {
    return new ChannelConfig(target, messageBytesMax, hedgeDelay, Optional.of(files), key);
  }

  public ChannelConfig withHedgeDelay(Duration delay) {
    return new ChannelConfig(target, messageBytesMax, delay, tls, key);
  }

  public ChannelConfig withKey(String secret) {
    return new ChannelConfig(target, messageBytesMax, hedgeDelay, tls, Optional.of(secret));
  }

  @Override
  public String toString() {
    return "ChannelConfig[" + target + (tls.isPresent() ? ", TLS" : "") + (key.isPresent() ? ", key ***" : "") + "]";
  }
}
