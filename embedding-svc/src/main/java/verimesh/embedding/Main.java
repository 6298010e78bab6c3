package verimesh.embedding;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import verimesh.chassis.Chassis;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.embedding.load.LoadedModels;
import verimesh.embedding.load.Models;

/// embedding-svc as a process.
public final class Main {
  /// Default gRPC port (DESIGN.md §10); HTTP is on the next one.
  public static final int PORT = 7410;

  private Main() {}

  public static void main(String[] args) {
    Chassis.run("embedding-svc", "EMBEDDING", PORT, EmbeddingConfig::from, Main::wire);
  }

  /// The whole service, top to bottom. Without a configured model it starts all the same, and no class of DJL is loaded.
  public static Service wire(EmbeddingConfig config, Resources resources, Telemetry telemetry) throws IOException {
    // Closed after the server has drained: no call is in flight when native memory goes.
    Models models = config.hasModels() ? resources.add(LoadedModels.load(config, telemetry)) : Models.none();
    Decoder decoder = Decoder.fastest(DecodeLimits.DEFAULT);
    var endpoint = new EmbeddingEndpoint(config, models, decoder);
    return new Service(List.of(endpoint), Map.of("models", models::isReady), List.of("models"));
  }
}
