package verimesh.chassis.rpc;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority of a test's own.
public final class Certificates {
  private final X500Name name;
  private final KeyPair keys;
  private final X509Certificate certificate;
  private final Path folder;

  private Certificates(X500Name name, KeyPair keys, X509Certificate certificate, Path folder) {
    this.name = name;
    this.keys = keys;
    this.certificate = certificate;
    this.folder = folder;
  }

  public static Certificates authority(Path folder, String name) throws Exception {
    KeyPair keys = keys();
    var subject = new X500Name("CN=" + name);
    var builder = builder(subject, subject, keys);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    return new Certificates(subject, keys, sign(builder, keys.getPrivate()), Files.createDirectories(folder));
  }

  /// Writes this authority's certificate.
  public Path trusted() throws IOException {
    return write(folder.resolve("authority.pem"), pem(certificate));
  }

  /// Issues a certificate for loopback and for a name, and writes chain and key.
  public TlsConfig issue(String subject, GeneralName... names) throws Exception {
    KeyPair own = keys();
    var builder = builder(name, new X500Name(subject), own);
    GeneralName[] all = new GeneralName[names.length + 2];
    all[0] = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
    all[1] = new GeneralName(GeneralName.dNSName, "localhost");
    System.arraycopy(names, 0, all, 2, names.length);
    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
    X509Certificate issued = sign(builder, keys.getPrivate());
    String stem = Integer.toHexString(subject.hashCode());
    Path chain = write(folder.resolve(stem + ".pem"), pem(issued) + pem(certificate));
    Path key = write(folder.resolve(stem + ".key"), pem(new JcaPKCS8Generator(own.getPrivate(), null)));
    return new TlsConfig(Optional.of(chain), Optional.of(key), Optional.of(trusted()), TlsConfig.ClientCertificates.NONE);
  }

  public static TlsConfig believing(Path authority) {
    return new TlsConfig(Optional.empty(), Optional.empty(), Optional.of(authority), TlsConfig.ClientCertificates.NONE);
  }

  private static JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair keys) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer, new BigInteger(64, new java.util.Random()), Date.from(now.minus(Duration.ofHours(1))), Date.from(now.plus(Duration.ofHours(1))), subject, keys.getPublic());
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key) throws Exception {
    return new JcaX509CertificateConverter().getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private static KeyPair keys() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static String pem(Object object) throws IOException {
    var text = new StringWriter();
    try (var pem = new JcaPEMWriter(text)) {
      pem.writeObject(object);
    }
    return text.toString();
  }

  /// As renewal tools do it: whole, in one step.
  private static Path write(Path file, String text) throws IOException {
    Path whole = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
    return Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
