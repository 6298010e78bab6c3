package verimesh.cli.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.bench.look.ClueBench;
import verimesh.cli.bench.look.LmmQueueBench;
import verimesh.cli.bench.look.SecondPassBench;

/// `./mesh bench`: the parent of all benchmarks.
@Command(name = "bench", description = "Measures: each benchmark is a command of its own.")
public final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private final Context context;

  private BenchCommand(Context context) {
    this.context = context;
  }

  /// With every benchmark there is; a new one is one line here.
  public static CommandLine with(Context context) {
    return new CommandLine(new BenchCommand(context))
        .addSubcommand(new BenchHashCommand(context))
        .addSubcommand(new BenchRobustnessCommand(context))
        .addSubcommand(new CheckpointCommand(context))
        .addSubcommand(new ClueBench(context))
        .addSubcommand(new DecodeBenchCommand(context))
        .addSubcommand(new EmbedBench(context))
        .addSubcommand(new EmbedSoak(context))
        .addSubcommand(new ExplainBench(context))
        .addSubcommand(new KillBench(context))
        .addSubcommand(new KnownBench(context))
        .addSubcommand(new LmmQueueBench(context))
        .addSubcommand(new MetadataBench(context))
        .addSubcommand(new OrchestratorBench(context))
        .addSubcommand(new SecondPassBench(context));
  }

  @Override
  public Integer call() {
    context.console().note("mesh bench: which one?");
    context.console().note(spec.commandLine().getUsageMessage().stripTrailing());
    return Exit.USAGE;
  }
}
