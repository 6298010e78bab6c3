package verimesh.chassis.config;

import java.util.List;

/// Every first word that a `VERIMESH_*` name may have. A process judges the names of the scopes that it reads, leaves
/// the others listed here to their owners, and refuses everything else, so that a slip in the first word is seen, too.
///
/// All processes of a mesh may therefore share one environment file.
public final class Scopes {
  /// Read by every service: transport, TLS, logs.
  public static final List<String> COMMON = List.of("GRPC", "TLS", "LOG");

  /// Whoever adds a scope adds it here; [verimesh.chassis.config.Settings#scopes] and a test hold both together.
  public static final List<String> ALL = List.of(
      "GRPC", "TLS", "LOG", // common
      "METADATA", // metadata-svc
      "EMBEDDING", // embedding-svc
      "HASH", // hash-svc
      "VERIFIER", // verifier-svc
      "ORCHESTRATOR", "ADMISSION", // orchestrator
      "MODELS", // ./mesh models: hub, token
      "MESH", "JAVA"); // the front door `./mesh`, whose environment the services that it starts inherit

  private Scopes() {}
}
