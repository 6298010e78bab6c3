package verimesh.orchestrator;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import verimesh.chassis.Chassis;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.orchestrator.admission.Admission;
import verimesh.orchestrator.admission.DecodeBudget;
import verimesh.orchestrator.admission.Turnstile;
import verimesh.orchestrator.analysis.Analysis;
import verimesh.orchestrator.analysis.PixelReader;
import verimesh.orchestrator.analysis.VerdictMeters;
import verimesh.orchestrator.learning.Learning;
import verimesh.orchestrator.time.SystemTime;
import verimesh.orchestrator.time.Time;
import verimesh.orchestrator.verdict.InProcessVerdicts;
import verimesh.orchestrator.verdict.RedisVerdicts;
import verimesh.orchestrator.verdict.VerdictIds;
import verimesh.orchestrator.verdict.VerdictStore;

/// The orchestrator as a process.
public final class Main {
  /// Default gRPC port (DESIGN.md §10); HTTP is on the next one.
  public static final int PORT = 7400;

  private Main() {}

  public static void main(String[] args) {
    Chassis.run("orchestrator", "ORCHESTRATOR", PORT, OrchestratorConfig::from, Main::wire);
  }

  /// The whole service, over the network.
  public static Service wire(OrchestratorConfig config, Resources resources, Telemetry telemetry) {
    return wire(config, Layers.connect(config, resources, telemetry), resources, telemetry);
  }

  /// The whole service, with ways to the others that somebody else opened: the mesh in one process.
  public static Service wire(OrchestratorConfig config, Layers layers, Resources resources, Telemetry telemetry) {
    return wire(config, layers, resources.add(new SystemTime()), resources, telemetry);
  }

  /// Top to bottom.
  static Service wire(OrchestratorConfig config, Layers layers, Time time, Resources resources, Telemetry telemetry) {
    var admission = new Admission(config.admission());
    var turnstile = new Turnstile(config.admission(), time);
    var budget = new DecodeBudget(config.admission(), time);
    var decoder = Decoder.fastest(new DecodeLimits(config.admission().megapixelsMax() * 1_000_000L, config.admission().sidePixelsMax()));
    var pixels = resources.add(new PixelReader(decoder, budget, config.analysis().decodeThreads(), telemetry.meters()));

    VerdictStore store =
        resources.add(
            config.store().redis().isPresent()
                ? new RedisVerdicts(config.store(), telemetry.meters())
                : new InProcessVerdicts(config.store(), time));
    var ids = new VerdictIds(time::now, new SecureRandom());
    var meters = new VerdictMeters(telemetry.meters(), turnstile, budget);
    var analysis = new Analysis(admission, turnstile, layers.panel(time), pixels, config.analysis(), store, ids, meters, time);
    var learning = resources.add(new Learning(config.learning(), layers.hash()));
    var endpoint = new OrchestratorEndpoint(analysis, config, store, learning, time);

    // None is required: with every layer away there still is an answer, and it says so.
    Map<String, BooleanSupplier> dependencies = new HashMap<>(layers.dependencies());
    if (config.store().redis().isPresent()) dependencies.put("verdict-store", store::works);
    return new Service(List.of(endpoint), dependencies, List.of());
  }
}
