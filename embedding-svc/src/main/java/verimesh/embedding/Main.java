package verimesh.embedding;

import verimesh.chassis.Chassis;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.telemetry.Telemetry;

/// embedding-svc as a process.
public final class Main {
  /// Default gRPC port (DESIGN.md §10); HTTP is on the next one.
  public static final int PORT = 7410;

  private Main() {}

  public static void main(String[] args) {
    Chassis.run("embedding-svc", "EMBEDDING", PORT, EmbeddingConfig::from, Main::wire);
  }

  /// The whole service, top to bottom.
  public static Service wire(EmbeddingConfig config, Resources resources, Telemetry telemetry) {
    return Service.of(new EmbeddingEndpoint());
  }
}
