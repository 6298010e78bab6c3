package verimesh.metadata;

import java.util.Optional;
import verimesh.chassis.Chassis;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.metadata.read.ContainerReader;
import verimesh.metadata.stealth.StealthReader;

/// metadata-svc as a process.
public final class Main {
  /// Default gRPC port (DESIGN.md §10); HTTP is on the next one.
  public static final int PORT = 7430;

  private Main() {}

  public static void main(String[] args) {
    Chassis.run("metadata-svc", "METADATA", PORT, MetadataConfig::from, Main::wire);
  }

  /// The whole service, top to bottom.
  public static Service wire(MetadataConfig config, Resources resources, Telemetry telemetry) {
    var stealth = config.hiddenRecords() ? Optional.of(new StealthReader(config.hiddenMegapixelsMax() * 1_000_000L)) : Optional.<StealthReader>empty();
    var inspector = new Inspector(new ContainerReader(), stealth);
    return Service.of(new MetadataEndpoint(inspector, config, telemetry.meters()));
  }
}
