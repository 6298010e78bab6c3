package verimesh.cli.models;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import verimesh.cli.Context;
import verimesh.cli.Exit;

/// `./mesh models`: the parent of all commands about models.
@Command(name = "models", description = "Imports, fetches, lists, checks and removes models. No Python is needed.")
public final class ModelsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private final Context context;

  private ModelsCommand(Context context) {
    this.context = context;
  }

  public static CommandLine with(Context context) {
    return new CommandLine(new ModelsCommand(context))
        .addSubcommand(new SetupCommand(context))
        .addSubcommand(new ImportCommand(context))
        .addSubcommand(new FetchCommand(context))
        .addSubcommand(new ListCommand(context))
        .addSubcommand(new CheckCommand(context))
        .addSubcommand(new TrustCommand(context))
        .addSubcommand(new RemoveCommand(context));
  }

  @Override
  public Integer call() {
    context.console().note("mesh models: which one?");
    context.console().note(spec.commandLine().getUsageMessage().stripTrailing());
    return Exit.USAGE;
  }
}
