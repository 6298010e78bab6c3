package verimesh.chassis;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.Telemetry;

/// Runs one service as a process.
public final class Chassis {
  /// Exit code of a process that could not start (DESIGN.md §10).
  public static final int CANNOT_START = 3;

  private Chassis() {}

  /// Reads the environment, wires the service, serves until asked to stop, drains, closes.
  /// Exits with [#CANNOT_START] if it cannot start, after saying on standard error everything that is wrong.
  public static <C> void run(String service, String scope, int defaultPort, Function<Settings, C> config, Wiring<C> wiring) {
    if (!started(service, Settings.ofEnvironment(scope), defaultPort, config, wiring, System.err)) System.exit(CANNOT_START);
  }

  private static <C> boolean started(
      String service, Settings settings, int defaultPort, Function<Settings, C> config, Wiring<C> wiring, PrintStream complaints) {
    C typed = config.apply(settings);
    ServerConfig server = ServerConfig.from(settings, defaultPort);
    List<String> problems = settings.problems(List.of());
    if (!problems.isEmpty()) {
      complaints.println(service + " cannot start: " + problems.size() + (problems.size() == 1 ? " setting is" : " settings are") + " wrong");
      problems.forEach(problem -> complaints.println("  " + problem));
      return false;
    }
    var resources = new Resources();
    try {
      Telemetry telemetry = resources.add(new Telemetry(service));
      RpcServer serving = resources.add(RpcServer.start(server, wiring.wire(typed, resources, telemetry), telemetry));
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(resources::close));
      complaints.println(service + " serves on " + server.host() + ":" + serving.port());
      serving.await();
      return true;
    } catch (Exception e) {
      resources.close();
      complaints.println(service + " cannot start: " + e.getMessage());
      return false;
    }
  }
}
