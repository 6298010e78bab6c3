package verimesh.chassis.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Tells endpoints who calls: [CallerIdentity#current].
final class CallerInterceptor implements ServerInterceptor {
  /// Carries the key of a caller that has no certificate. Send it over TLS only.
  static final Metadata.Key<String> KEY_HEADER = Metadata.Key.of("verimesh-key", Metadata.ASCII_STRING_MARSHALLER);

  // RFC 5280 §4.2.1.6: GeneralName's choices by tag.
  private static final int DNS_NAME = 2;
  private static final int URI = 6;

  private final boolean sameProcess;

  CallerInterceptor(boolean sameProcess) {
    this.sameProcess = sameProcess;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    List<String> names = names(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    Optional<String> key = Optional.ofNullable(headers.get(KEY_HEADER)).filter(presented -> !presented.isEmpty());
    var identity = new CallerIdentity(sameProcess, names, key);
    return Contexts.interceptCall(Context.current().withValue(CallerIdentity.KEY, identity), call, headers, next);
  }

  private static List<String> names(SSLSession session) {
    if (session == null) return List.of();
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate ? names(certificate) : List.of();
    } catch (SSLPeerUnverifiedException none) {
      return List.of(); // TLS without a client certificate
    }
  }

  static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>(alternativeNames(certificate, URI));
    names.addAll(alternativeNames(certificate, DNS_NAME));
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns().reversed()) {
        if (part.getType().equalsIgnoreCase("CN")) names.add(text(part.getValue()));
      }
    } catch (InvalidNameException unreadable) {
      // An authority that we trust signed a subject that is none; its alternative names still count.
    }
    return names;
  }

  private static List<String> alternativeNames(X509Certificate certificate, int type) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        for (List<?> name : all) if (name.get(0).equals(type)) names.add((String) name.get(1));
      }
    } catch (CertificateParsingException unreadable) {
      return List.of();
    }
    return names;
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
  }
}
