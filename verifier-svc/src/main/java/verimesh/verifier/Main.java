package verimesh.verifier;

import verimesh.chassis.Chassis;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.verifier.clue.ClueBase;

/// verifier-svc as a process.
public final class Main {
  /// Default gRPC port (DESIGN.md §10); HTTP is on the next one.
  public static final int PORT = 7440;

  private Main() {}

  public static void main(String[] args) {
    Chassis.run("verifier-svc", "VERIFIER", PORT, VerifierConfig::from, Main::wire);
  }

  /// The whole service, top to bottom.
  public static Service wire(VerifierConfig config, Resources resources, Telemetry telemetry) {
    ClueBase clues = ClueBase.ours();
    telemetry.meters().gauge("verimesh.verifier.clues", clues, base -> base.clues().size());
    return Service.of(new VerifierEndpoint(clues));
  }
}
