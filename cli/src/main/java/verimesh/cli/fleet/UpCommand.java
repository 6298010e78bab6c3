package verimesh.cli.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.cli.local.MeshService;
import verimesh.cli.term.Console;
import verimesh.cli.term.Ink;
import verimesh.cli.term.Width;

/// `./mesh up`.
@Command(
    name = "up",
    description = {
      "Starts the five services as processes of this machine, on loopback ports, and waits until all are healthy.",
      "With names, only those: a service that was killed is started again where it was."
    },
    footer = {"", "  ./mesh up", "  ./mesh up hash-svc", "  ./mesh up --port 8400        orchestrator on 8400, the others behind it"})
public final class UpCommand implements Callable<Integer> {
  private static final Duration START_PATIENCE = Duration.ofSeconds(90);

  @Parameters(arity = "0..*", paramLabel = "SERVICE", description = "orchestrator, metadata-svc, embedding-svc, hash-svc, verifier-svc.")
  private List<String> names = List.of();

  @Option(names = "--port", paramLabel = "PORT", description = "The orchestrator's; the others lie 10, 20, 30 and 40 above (default: 7400).")
  private Integer port;

  private final Context context;

  public UpCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    var fleet = new Fleet(context.home().resolve("run"), context.environment());
    List<MeshService> wanted = named(names);
    int basePort = basePort(fleet);
    Console console = context.console();
    var started = new ArrayList<MeshService>();
    try {
      for (MeshService service : wanted) {
        if (fleet.note(service).map(RunningService::isAlive).orElse(false)) continue;
        fleet.start(service, basePort);
        started.add(service);
      }
      console.line(console.ink(Ink.FAINT, row("service", "gRPC", "HTTP", "pid", "")));
      for (MeshService service : wanted) {
        console.progress("waiting for " + service.id());
        Duration took = fleet.awaitServing(service, START_PATIENCE);
        console.progress("");
        RunningService running = fleet.note(service).orElseThrow();
        console.line(row(service.id(), Integer.toString(running.port()), Integer.toString(running.port() + 1), Long.toString(running.pid()),
            started.contains(service)
                ? console.ink(Ink.GOOD, "healthy") + String.format(Locale.ROOT, " after %.1f s", took.toMillis() / 1000.0)
                : console.ink(Ink.GOOD, "healthy") + ", ran already"));
      }
    } catch (CannotStart e) {
      console.progress("");
      // Half a mesh is nobody's wish: what this call started, it ends.
      for (MeshService service : started) fleet.stop(service);
      throw e;
    }
    if (names.isEmpty()) {
      console.line("");
      console.line("./mesh analyze PATH --target 127.0.0.1:" + basePort + "    ./mesh logs -f    ./mesh down");
    }
    return Exit.OK;
  }

  private int basePort(Fleet fleet) {
    int of = fleet.basePort().orElse(MeshService.BASE_PORT);
    if (port == null) return of;
    if (port < 1 || port > 65_000) throw new UsageProblem("--port is " + port + "; expected 1 to 65000");
    boolean others = fleet.basePort().isPresent() && of != port
        && List.of(MeshService.values()).stream().anyMatch(s -> fleet.note(s).map(RunningService::isAlive).orElse(false));
    if (others) throw new UsageProblem("services run at port " + of + " already; ./mesh down ends them");
    return port;
  }

  static List<MeshService> named(List<String> names) {
    if (names.isEmpty()) return List.of(MeshService.values());
    return names.stream().map(name -> MeshService.of(name).orElseThrow(() -> new UsageProblem(
        "no service is called \"" + name + "\"; there are " + String.join(", ", MeshService.ids())))).distinct().toList();
  }

  static String row(String service, String grpc, String http, String pid, String rest) {
    return Width.pad(service, 14) + "  " + Width.pad(grpc, 5) + "  " + Width.pad(http, 5) + "  " + Width.pad(pid, 8) + "  " + rest;
  }
}
