package verimesh.chassis;

import java.util.function.Function;
import verimesh.chassis.config.Settings;

/// Runs one service as a process.
public final class Chassis {
  private Chassis() {}

  /// Reads the environment, wires the service, serves until asked to stop, drains, closes.
  /// Exits with 3 if it cannot start.
  public static <C> void run(String service, String scope, int defaultPort, Function<Settings, C> config, Wiring<C> wiring) {
    Settings settings = Settings.of(System.getenv(), scope);
    config.apply(settings);
    throw new IllegalStateException(service + " " + defaultPort + " " + wiring);
  }
}
