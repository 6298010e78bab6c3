package verimesh.chassis.rpc;

import io.grpc.Context;
import java.util.List;
import java.util.Optional;

/// Who makes the call that this thread works for, as far as the transport can vouch for it.
///
/// @param sameProcess true over in-process transport: whoever calls could as well write to our memory
/// @param names of the client's certificate, which a trusted authority signed: URIs, DNS names, then the common name.
///     Empty without mutual TLS
/// @param key what the caller presented as `verimesh-key`; vouches for nothing until it is compared with a
///     configured one, in constant time. Never printed
public record CallerIdentity(boolean sameProcess, List<String> names, Optional<String> key) {
  /// Set for every call that the chassis serves.
  public static final Context.Key<CallerIdentity> KEY = Context.keyWithDefault("verimesh-caller", anonymous());

  /// Name of a caller in this process. No certificate makes anybody so.
  public static final String IN_PROCESS = "in-process";

  public CallerIdentity {
    names = names.stream().filter(name -> !name.equals(IN_PROCESS)).toList();
  }

  /// The caller of the call that this thread works for; nobody in particular outside of a call.
  public static CallerIdentity current() {
    return KEY.get();
  }

  public static CallerIdentity anonymous() {
    return new CallerIdentity(false, List.of(), Optional.empty());
  }

  /// The name for logs and records: the certificate's first, [#IN_PROCESS], or empty for nobody in particular.
  public String name() {
    if (sameProcess) return IN_PROCESS;
    return names.isEmpty() ? "" : names.getFirst();
  }

  @Override
  public String toString() {
    return "CallerIdentity[" + name() + (key.isPresent() ? ", key ***" : "") + "]";
  }
}
