package verimesh.cli.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.local.MeshService;
import verimesh.cli.term.Console;
import verimesh.cli.term.Ink;

/// `./mesh status`.
@Command(name = "status", description = "What runs, where, and how it is. Exit code 0 if all five serve.")
public final class StatusCommand implements Callable<Integer> {
  private final Context context;

  public StatusCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    var fleet = new Fleet(context.home().resolve("run"), context.environment());
    Console console = context.console();
    console.line(console.ink(Ink.FAINT, UpCommand.row("service", "gRPC", "HTTP", "pid", "")));
    boolean all = true;
    for (MeshService service : MeshService.values()) {
      Fleet.Health health = fleet.health(service);
      all &= health == Fleet.Health.SERVING;
      Optional<RunningService> note = fleet.note(service);
      boolean alive = note.map(RunningService::isAlive).orElse(false);
      console.line(UpCommand.row(
          service.id(),
          note.map(n -> Integer.toString(n.port())).orElse("-"),
          note.map(n -> Integer.toString(n.port() + 1)).orElse("-"),
          alive ? Long.toString(note.get().pid()) : "-",
          said(console, health, service) + (alive ? since(note.get()) : "")).stripTrailing());
    }
    return all ? Exit.OK : Exit.SOME_FAILED;
  }

  private static String said(Console console, Fleet.Health health, MeshService service) {
    return switch (health) {
      case SERVING -> console.ink(Ink.GOOD, "healthy");
      case NOT_SERVING -> console.ink(Ink.WARN, "not ready") + ", see ./mesh logs " + service.id();
      case SILENT -> console.ink(Ink.BAD, "does not answer") + ", see ./mesh logs " + service.id();
      case DIED -> console.ink(Ink.BAD, "died") + "; ./mesh up " + service.id() + " starts it again";
      case STOPPED -> console.ink(Ink.FAINT, "not started");
    };
  }

  private static String since(RunningService running) {
    long seconds = Math.max(0, Duration.between(running.started(), Instant.now()).toSeconds());
    String up = seconds < 120 ? seconds + " s" : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    return ", up " + up + running.residentMebibytes().map(mebibytes -> ", " + mebibytes + " MiB").orElse("");
  }
}
