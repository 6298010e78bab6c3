package verimesh.chassis.rpc;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// TLS material read from files, and read again when they change, since short-lived certificates are renewed under
/// running processes. New connections take the new material. Files that cannot be read, or do not fit together because
/// one of them is not written yet, leave the old in force until the next look.
final class TlsCredentials implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5); // at file times alone, so it costs nothing

  private final TlsConfig config;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("tls files").factory());

  TlsCredentials(TlsConfig config) {
    this.config = config;
  }

  /// @throws IOException if a file cannot be read or does not hold what it should, or a server has no certificate
  ServerCredentials server() throws IOException {
    if (config.certificateChain().isEmpty()) throw new IOException("a TLS server needs a certificate and a key");
    var builder = TlsServerCredentials.newBuilder().keyManager(keys());
    if (config.trusted().isPresent()) builder.trustManager(trust());
    return builder.clientAuth(
            switch (config.clientCertificates()) {
              case NONE -> ClientAuth.NONE;
              case OPTIONAL -> ClientAuth.OPTIONAL;
              case REQUIRED -> ClientAuth.REQUIRE;
            })
        .build();
  }

  /// @throws IOException if a file cannot be read or does not hold what it should
  ChannelCredentials channel() throws IOException {
    var builder = TlsChannelCredentials.newBuilder();
    if (config.certificateChain().isPresent()) builder.keyManager(keys());
    if (config.trusted().isPresent()) builder.trustManager(trust());
    return builder.build();
  }

  private AdvancedTlsX509KeyManager keys() throws IOException {
    Path chainFile = config.certificateChain().orElseThrow();
    Path keyFile = config.key().orElseThrow();
    var manager = new AdvancedTlsX509KeyManager();
    load(List.of(chainFile, keyFile), () -> {
      X509Certificate[] chain = certificates(chainFile);
      PrivateKey key = key(keyFile);
      if (!belongTogether(chain[0].getPublicKey(), key)) {
        throw new GeneralSecurityException(
            "the key in " + keyFile + " is not that of the first certificate in " + chainFile);
      }
      manager.updateIdentityCredentials(chain, key);
    });
    return manager;
  }

  private AdvancedTlsX509TrustManager trust() throws IOException {
    Path file = config.trusted().orElseThrow();
    try {
      AdvancedTlsX509TrustManager manager = AdvancedTlsX509TrustManager.newBuilder().build();
      load(List.of(file), () -> manager.updateTrustCredentials(certificates(file)));
      return manager;
    } catch (GeneralSecurityException noTrustManager) {
      throw new IOException("this JDK has no X.509 trust", noTrustManager);
    }
  }

  private interface Loading {
    void load() throws IOException, GeneralSecurityException;
  }

  /// Now, and whenever one of the files has changed.
  private void load(List<Path> files, Loading loading) throws IOException {
    List<FileTime> loaded = times(files);
    try {
      loading.load();
    } catch (GeneralSecurityException damaged) {
      throw new IOException(damaged.getMessage(), damaged);
    }
    long millis = LOOK_EVERY.toMillis();
    ticker.scheduleWithFixedDelay(new Reloading(files, loading, loaded), millis, millis, TimeUnit.MILLISECONDS);
  }

  private static final class Reloading implements Runnable {
    private static final System.Logger LOG = System.getLogger(TlsCredentials.class.getName());

    private final List<Path> files;
    private final Loading loading;
    private List<FileTime> loaded;
    private String complaint = "";

    Reloading(List<Path> files, Loading loading, List<FileTime> loaded) {
      this.files = files;
      this.loading = loading;
      this.loaded = loaded;
    }

    @Override
    public void run() {
      try {
        List<FileTime> now = times(files);
        if (now.equals(loaded)) return;
        loading.load();
        loaded = now;
        complaint = "";
        LOG.log(System.Logger.Level.INFO, "TLS files were read again: " + files);
      } catch (IOException | GeneralSecurityException | RuntimeException refused) {
        // The old material stays, and the next look tries again; the same complaint is told once.
        String now = String.valueOf(refused.getMessage());
        if (now.equals(complaint)) return;
        complaint = now;
        LOG.log(System.Logger.Level.WARNING, "TLS files changed and cannot be used: " + now);
      }
    }
  }

  private static List<FileTime> times(List<Path> files) throws IOException {
    List<FileTime> times = new ArrayList<>();
    for (Path file : files) {
      if (!Files.isReadable(file)) throw new IOException("the TLS file " + file + " does not exist or cannot be read");
      times.add(Files.getLastModifiedTime(file)); // follows links, which is how mounted secrets are swapped
    }
    return times;
  }

  private static X509Certificate[] certificates(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate[] certificates = CertificateUtils.getX509Certificates(in);
      if (certificates.length == 0) throw new GeneralSecurityException(file + " holds no PEM certificates");
      return certificates;
    } catch (GeneralSecurityException | RuntimeException damaged) {
      throw new GeneralSecurityException(file + " holds no PEM certificates: " + damaged.getMessage(), damaged);
    }
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateUtils.getPrivateKey(in);
    } catch (GeneralSecurityException | RuntimeException damaged) {
      throw new GeneralSecurityException(file + " holds no PEM key in PKCS #8 form, not encrypted", damaged);
    }
  }

  /// Asked of the keys themselves: what one signs, the other must verify.
  private static boolean belongTogether(PublicKey publicKey, PrivateKey key) throws GeneralSecurityException {
    if (!publicKey.getAlgorithm().equals(key.getAlgorithm())) return false;
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm(); // Ed25519 and Ed448 sign under their own names
        };
    byte[] text = {1, 2, 3};
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(text);
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(publicKey);
    verifying.update(text);
    return verifying.verify(signing.sign());
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }
}
