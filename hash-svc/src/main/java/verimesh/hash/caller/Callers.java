package verimesh.hash.caller;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.hash.bank.BankKind;

/// Finds out who calls and holds what each caller may do. Registering without a right to it would let anyone make any
/// press photo "known AI" (DESIGN.md §10).
///
/// Thread-safe.
public final class Callers implements ServerInterceptor {
  /// Carries the key of a caller that has no certificate. Send it over TLS only.
  public static final Metadata.Key<String> KEY_HEADER = Metadata.Key.of("verimesh-key", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<Caller> CALLER = Context.key("verimesh-hash-caller");

  private final CallerConfig config;

  public Callers(CallerConfig config) {
    this.config = config;
  }

  /// Of the call that runs on this thread.
  public static Caller current() {
    Caller caller = CALLER.get();
    return caller == null ? Caller.ANONYMOUS : caller;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return Contexts.interceptCall(Context.current().withValue(CALLER, callerOf(call, headers)), call, headers, next);
  }

  private Caller callerOf(ServerCall<?, ?> call, Metadata headers) {
    String key = headers.get(KEY_HEADER);
    if (key != null) return ownerOf(key);
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session != null) {
      try {
        if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) return new Caller(commonName(certificate));
      } catch (SSLPeerUnverifiedException e) {
        return Caller.ANONYMOUS; // TLS without a client certificate
      }
    }
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InProcessSocketAddress ? Caller.LOCAL : Caller.ANONYMOUS;
  }

  /// Compares with every key in constant time, so that how long it takes tells nothing.
  private Caller ownerOf(String key) {
    Caller owner = Caller.ANONYMOUS;
    byte[] given = key.getBytes(StandardCharsets.UTF_8);
    for (Map.Entry<String, String> known : config.keys().entrySet()) {
      if (MessageDigest.isEqual(given, known.getKey().getBytes(StandardCharsets.UTF_8))) owner = new Caller(known.getValue());
    }
    return owner;
  }

  private static String commonName(X509Certificate certificate) {
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        // Nobody becomes "local" by a certificate that says so.
        if (part.getType().equalsIgnoreCase("CN")) return "local".equals(part.getValue()) ? "anonymous" : part.getValue().toString();
      }
    } catch (InvalidNameException e) {
      // A name that cannot be read is nobody's.
    }
    return Caller.ANONYMOUS.name();
  }

  /// @throws ProblemException CALLER_NOT_ALLOWED
  public void mayWrite(Caller caller) {
    if (!writes(caller)) throw denied(caller, "VERIMESH_HASH_WRITERS");
  }

  /// @param kind of the bank that is registered into
  /// @throws ProblemException CALLER_NOT_ALLOWED
  public void mayRegister(Caller caller, BankKind kind) {
    if (writes(caller) || kind == BankKind.QUARANTINE && config.feedbackWriters().contains(caller.name())) return;
    throw denied(caller, kind == BankKind.QUARANTINE ? "VERIMESH_HASH_FEEDBACK_WRITERS" : "VERIMESH_HASH_WRITERS");
  }

  /// May at least register feedback, so may learn whether a bank is there.
  /// @throws ProblemException CALLER_NOT_ALLOWED
  public void mayRegisterSomewhere(Caller caller) {
    mayRegister(caller, BankKind.QUARANTINE);
  }

  private boolean writes(Caller caller) {
    return config.writers().contains(caller.name()) || config.writers().contains("*");
  }

  private static ProblemException denied(Caller caller, String setting) {
    return new ProblemException(new Problem.Denied("CALLER_NOT_ALLOWED",
        "The caller \"" + caller.name() + "\" may not do this. An operator can add the name to " + setting + "."));
  }
}
