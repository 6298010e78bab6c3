package verimesh.cli.index;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import verimesh.cli.Context;

/// `./mesh index`: the room; each subcommand is a class of its own.
@Command(
    name = "index",
    description = {"Known pictures: have we seen it before?", "Works on the index that is configured, or on a running hash-svc with --target."},
    footer = {
      "",
      "  ./mesh index banks --create known-ai --kind positive",
      "  ./mesh index add known-ai folder/ --generator 'Midjourney 7'",
      "  ./mesh index match upload.jpg",
      "  ./mesh index changes        what was done, by whom; ./mesh index undo ID takes it back"
    })
public final class IndexCommand implements Runnable {
  @Spec private CommandSpec spec;

  private IndexCommand() {}

  /// The command with everything below it.
  public static CommandLine commandLine(Context context) {
    return new CommandLine(new IndexCommand())
        .addSubcommand(new AddCommand(context))
        .addSubcommand(new FindCommand(context))
        .addSubcommand(new ImportCommand(context))
        .addSubcommand(new ExportCommand(context))
        .addSubcommand(new ReindexCommand(context))
        .addSubcommand(new StatsCommand(context))
        .addSubcommand(new BanksCommand(context))
        .addSubcommand(new ItemsCommand(context))
        .addSubcommand(new HashCommand(context))
        .addSubcommand(new ChangesCommand(context))
        .addSubcommand(new UndoCommand(context))
        .addSubcommand(new PurgeCommand(context));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
