package verimesh.chassis.rpc;

import java.util.Optional;
import verimesh.chassis.config.Settings;

/// Where a service is and how it is called.
///
/// @param target `host:port`, several with commas between, or `dns:///host:port` for every address behind a name
/// @param messageBytesMax largest answer taken, in bytes
/// @param tls empty: plaintext
public record ChannelConfig(String target, int messageBytesMax, Optional<TlsConfig> tls) {
  public ChannelConfig {
    if (target.isBlank()) throw new IllegalArgumentException("a channel needs a target");
  }

  /// Plaintext, everything as by default.
  public static ChannelConfig to(String target) {
    return new ChannelConfig(target, ServerConfig.MESSAGE_BYTES_MAX_DEFAULT, Optional.empty());
  }

  /// @param settings in the caller's scope; `name` is read there, for example `HASH_TARGET`
  /// @param defaultTarget empty: not configured unless set
  /// @return empty where no target is configured
  public static Optional<ChannelConfig> from(Settings settings, String name, String defaultTarget) {
    String target = settings.text(name, defaultTarget).strip();
    long messageBytesMax = settings.scope("GRPC").bytes("MESSAGE_BYTES_MAX", ServerConfig.MESSAGE_BYTES_MAX_DEFAULT, 1 << 20, 1 << 30);
    Optional<TlsConfig> tls = TlsConfig.from(settings);
    return target.isEmpty() ? Optional.empty() : Optional.of(new ChannelConfig(target, (int) messageBytesMax, tls));
  }

  public ChannelConfig withTls(TlsConfig files) {
    return new ChannelConfig(target, messageBytesMax, Optional.of(files));
  }
}
