package verimesh.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;

/// `./mesh bench checkpoint`.
@Command(
    name = "checkpoint",
    description = {
      "Writes a tiny DINOv2 with formula weights, as a checkpoint would be published: ./mesh models import takes it.",
      "For trials of everything around a model; its vectors say nothing about pictures."
    })
final class CheckpointCommand implements Callable<Integer> {
  @Parameters(arity = "1", paramLabel = "FOLDER", description = "Where to; made if it is not there.")
  private Path folder;

  private final Context context;

  CheckpointCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try {
      context.console().line(BenchModel.TINY.write(folder).toString());
      return Exit.OK;
    } catch (IOException e) {
      throw new CannotStart("cannot write to " + folder + ": " + e.getMessage());
    }
  }
}
