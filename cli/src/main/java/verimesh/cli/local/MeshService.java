package verimesh.cli.local;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The five services, in the order in which they are started: those that are asked before the one that asks.
public enum MeshService {
  METADATA("metadata-svc", "METADATA", 7430, "verimesh.metadata.Main"),
  EMBEDDING("embedding-svc", "EMBEDDING", 7410, "verimesh.embedding.Main"),
  HASH("hash-svc", "HASH", 7420, "verimesh.hash.Main"),
  VERIFIER("verifier-svc", "VERIFIER", 7440, "verimesh.verifier.Main"),
  ORCHESTRATOR("orchestrator", "ORCHESTRATOR", 7400, "verimesh.orchestrator.Main");

  /// Port of the orchestrator unless somebody says otherwise (DESIGN.md §10); the others lie at fixed steps from it.
  public static final int BASE_PORT = 7400;

  private final String id;
  private final String scope;
  private final int port;
  private final String mainClass;

  MeshService(String id, String scope, int port, String mainClass) {
    this.id = id;
    this.scope = scope;
    this.port = port;
    this.mainClass = mainClass;
  }

  /// Its name for people: `hash-svc`.
  public String id() {
    return id;
  }

  /// Of its settings: `HASH` in `VERIMESH_HASH_PORT`.
  public String scope() {
    return scope;
  }

  /// gRPC, when the orchestrator has `basePort`; HTTP lies one above.
  public int port(int basePort) {
    return basePort + port - BASE_PORT;
  }

  public String mainClass() {
    return mainClass;
  }

  /// What the orchestrator reads to find this service.
  public String targetSetting() {
    return "VERIMESH_ORCHESTRATOR_" + scope + "_TARGET";
  }

  /// `hash-svc` or `hash`.
  public static Optional<MeshService> of(String name) {
    return Arrays.stream(values()).filter(service -> service.id.equals(name) || service.id.equals(name + "-svc")).findFirst();
  }

  public static List<String> ids() {
    return Arrays.stream(values()).map(MeshService::id).toList();
  }
}
