package verimesh.cli.models;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import verimesh.chassis.inference.CheckpointException;
import verimesh.cli.Context;
import verimesh.cli.Exit;

/// `./mesh models remove`.
@Command(name = "remove", description = "Removes imported models with all their archives. A running service keeps what it has loaded.")
final class RemoveCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(arity = "1..*", paramLabel = "NAME", description = "As list shows it.")
  private List<String> names;

  RemoveCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Places places = Places.of(context);
    boolean all = true;
    for (String name : names) {
      try {
        places.store().remove(name);
        context.console().line("removed " + name);
      } catch (CheckpointException e) {
        context.console().note("mesh models remove: " + e.getMessage());
        all = false;
      }
    }
    return all ? Exit.OK : Exit.SOME_FAILED;
  }
}
