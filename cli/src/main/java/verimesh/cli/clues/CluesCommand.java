package verimesh.cli.clues;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import verimesh.cli.Context;
import verimesh.cli.Exit;

/// `./mesh clues`: the parent of all commands about clues.
@Command(name = "clues", description = "The clues of the second look: list them, see which fit a picture, build new ones, test prompts.")
public final class CluesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private final Context context;

  private CluesCommand(Context context) {
    this.context = context;
  }

  public static CommandLine with(Context context) {
    return new CommandLine(new CluesCommand(context))
        .addSubcommand(new ListCommand(context))
        .addSubcommand(new RetrieveCommand(context))
        .addSubcommand(new BuildCommand(context))
        .addSubcommand(new GateCommand(context));
  }

  @Override
  public Integer call() {
    context.console().note("mesh clues: which one?");
    context.console().note(spec.commandLine().getUsageMessage().stripTrailing());
    return Exit.USAGE;
  }
}
