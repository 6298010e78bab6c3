package verimesh.cli.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.local.MeshService;

/// `./mesh down`.
@Command(name = "down", description = "Stops the services that `up` started: each drains first, and is ended by force after 20 s.")
public final class DownCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", paramLabel = "SERVICE", description = "Only these (default: all).")
  private List<String> names = List.of();

  private final Context context;

  public DownCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    var fleet = new Fleet(context.home().resolve("run"), context.environment());
    // The one that asks goes first, so that its last answers still find the others.
    var order = new ArrayList<>(UpCommand.named(names).reversed());
    int stopped = 0;
    for (MeshService service : order) {
      boolean noted = fleet.note(service).isPresent();
      boolean alive = fleet.note(service).map(RunningService::isAlive).orElse(false);
      if (!noted) continue;
      context.console().progress("stopping " + service.id());
      boolean drained = fleet.stop(service);
      context.console().progress("");
      context.console().line(service.id() + (!alive ? " was not running any more" : drained ? " stopped" : " did not end by itself, so it was ended"));
      stopped++;
    }
    if (stopped == 0) context.console().line("nothing runs");
    return Exit.OK;
  }
}
