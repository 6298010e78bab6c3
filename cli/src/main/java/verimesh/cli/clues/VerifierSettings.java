package verimesh.cli.clues;

import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.LogConfig;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.verifier.Main;
import verimesh.verifier.VerifierConfig;
import verimesh.verifier.VerifierConfig.BackendConfig;
import verimesh.verifier.lmm.Backend;
import verimesh.verifier.lmm.OpenAiBackend;

/// verifier-svc's settings as its process would read them, for commands that work with the model itself.
final class VerifierSettings {
  private VerifierSettings() {}

  /// @throws CannotStart if one is wrong
  static VerifierConfig of(Context context) {
    Settings settings = Settings.of(context.environment(), "VERIFIER");
    VerifierConfig config = VerifierConfig.from(settings);
    ServerConfig.from(settings, Main.PORT); // read so that their names are known
    LogConfig.from(settings);
    List<String> problems = settings.problems();
    if (!problems.isEmpty()) throw new CannotStart("verifier-svc's settings are wrong\n  " + String.join("\n  ", problems));
    return config;
  }

  /// The first chat endpoint that is configured.
  /// @throws CannotStart if there is none
  static Backend backend(VerifierConfig config, Resources resources) {
    for (BackendConfig backend : config.backends()) {
      if (backend instanceof BackendConfig.OpenAi(var settings)) {
        Telemetry telemetry = resources.add(Telemetry.unscraped("cli"));
        return resources.add(new OpenAiBackend(settings, InstantSource.system(), RandomGenerator.getDefault(), telemetry.meters()));
      }
    }
    throw new CannotStart("no large multimodal model is configured; name one in VERIMESH_VERIFIER_BACKENDS (docs/VERIFIER.md)");
  }
}
