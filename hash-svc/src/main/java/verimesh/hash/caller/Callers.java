package verimesh.hash.caller;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.rpc.CallerIdentity;
import verimesh.hash.bank.BankKind;

/// Finds out who calls and holds what each caller may do. Registering without a right to it would let anyone make any
/// press photo "known AI" (DESIGN.md §10).
///
/// Thread-safe.
public final class Callers {
  private final CallerConfig config;

  public Callers(CallerConfig config) {
    this.config = config;
  }

  /// Of the call that runs on this thread: by its key, else by its transport.
  public Caller current() {
    return of(CallerIdentity.current());
  }

  Caller of(CallerIdentity identity) {
    if (identity.key().isPresent()) return ownerOf(identity.key().get());
    if (identity.sameProcess()) return Caller.LOCAL;
    // A certificate may bear several names; the one that has a right here is the one that matters.
    return identity.names().stream().filter(name -> config.writers().contains(name) || config.feedbackWriters().contains(name)).findFirst()
        .or(() -> identity.names().stream().findFirst())
        .filter(name -> !name.equals(Caller.LOCAL.name())) // nobody becomes "local" by a certificate that says so
        .map(Caller::new)
        .orElse(Caller.ANONYMOUS);
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
