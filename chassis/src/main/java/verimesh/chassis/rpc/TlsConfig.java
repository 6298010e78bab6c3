package verimesh.chassis.rpc;

import java.nio.file.Path;
import java.util.Optional;
import verimesh.chassis.config.Settings;

/// Who a process says it is, and whom it believes. The same three files serve its server and its channels.
///
/// @param certificateChain PEM, the own certificate first; a server needs it, a channel only for mutual TLS
/// @param key PEM, PKCS #8, not encrypted
/// @param trusted PEM, the authorities whose certificates are believed; absent: those of the JDK
/// @param clientCertificates what a server asks of its callers
public record TlsConfig(
    Optional<Path> certificateChain,
    Optional<Path> key,
    Optional<Path> trusted,
    ClientCertificates clientCertificates) {
  /// What a server asks of its callers.
  public enum ClientCertificates {
    /// Nothing; whoever connects is served.
    NONE,
    /// A certificate that is shown must hold; none is fine.
    OPTIONAL,
    /// Mutual TLS.
    REQUIRED
  }

  public TlsConfig {
    if (certificateChain.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("a certificate needs its key and a key its certificate");
    }
  }

  /// `VERIMESH_TLS_CERTIFICATE`, `_KEY`, `_TRUSTED`, `_CLIENT_CERTIFICATES`. Empty where none of them is set.
  public static Optional<TlsConfig> from(Settings settings) {
    Settings tls = settings.scope("TLS");
    Optional<Path> chain = Optional.ofNullable(tls.path("CERTIFICATE", null));
    Optional<Path> key = Optional.ofNullable(tls.path("KEY", null));
    Optional<Path> trusted = Optional.ofNullable(tls.path("TRUSTED", null));
    ClientCertificates clients = tls.choice("CLIENT_CERTIFICATES", ClientCertificates.class, ClientCertificates.NONE);
    if (chain.isPresent() && key.isEmpty()) tls.problem("CERTIFICATE", "is set, so VERIMESH_TLS_KEY must be set, too");
    if (key.isPresent() && chain.isEmpty()) tls.problem("KEY", "is set, so VERIMESH_TLS_CERTIFICATE must be set, too");
    if (clients != ClientCertificates.NONE && trusted.isEmpty()) {
      tls.problem("CLIENT_CERTIFICATES", "asks for certificates, so VERIMESH_TLS_TRUSTED must say whose to believe");
    }
    if (chain.isPresent() != key.isPresent()) return Optional.empty(); // reported above
    if (chain.isEmpty() && trusted.isEmpty()) return Optional.empty();
    return Optional.of(new TlsConfig(chain, key, trusted, clients));
  }
}
