package verimesh.cli;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import verimesh.chassis.config.Settings;
import verimesh.cli.analyze.AnalyzeCommand;
import verimesh.cli.analyze.FeedbackCommand;
import verimesh.cli.analyze.VerdictCommand;
import verimesh.cli.bench.BenchCommand;
import verimesh.cli.clues.CluesCommand;
import verimesh.cli.dashboard.DashboardsCommand;
import verimesh.cli.doctor.DoctorCommand;
import verimesh.cli.examples.ExamplesCommand;
import verimesh.cli.fleet.DownCommand;
import verimesh.cli.fleet.LogsCommand;
import verimesh.cli.fleet.StatusCommand;
import verimesh.cli.fleet.UpCommand;
import verimesh.cli.index.CompareCommand;
import verimesh.cli.index.IndexCommand;
import verimesh.cli.inspect.InspectCommand;
import verimesh.cli.local.LocalMesh;
import verimesh.cli.models.ModelsCommand;
import verimesh.cli.term.Console;
import verimesh.cli.term.Ink;
import verimesh.cli.term.Language;

/// The command line behind `./mesh`.
@Command(name = "./mesh", subcommands = {})
public final class Mesh implements Runnable {
  private final Context context;

  private Mesh(Context context) {
    this.context = context;
  }

  public static void main(String[] args) {
    Map<String, String> environment = Settings.environment();
    // The front door may have had to change the locale, so that file names can be read; it says what it was.
    String locale = System.getProperty("verimesh.locale", "");
    Language language = Language.of(locale.isEmpty() ? environment : Map.of("LANG", locale));
    Path root = Path.of(System.getProperty("verimesh.root", ".")).toAbsolutePath().normalize();
    System.exit(run(new Context(Console.ofProcess(environment), root, environment, language, LocalMesh.meshes()), args));
  }

  /// One command line, start to end.
  /// @return an [Exit] code
  public static int run(Context context, String... args) {
    if (args.length == 0 || args.length == 1 && List.of("help", "-h", "--help").contains(args[0])) {
      return printing(context, () -> context.console().text(HelpText.of(context.console())));
    }
    if (args.length == 1 && List.of("version", "-V", "--version").contains(args[0])) {
      return printing(context, () -> context.console().line("VeriMesh " + version() + ", Java " + Runtime.version()));
    }
    // `help analyze` and `analyze --help` are the same question.
    if (args[0].equals("help")) {
      if (!commandLine(context).getSubcommands().containsKey(args[1])) return run(context, args[1]); // which is refused
      String[] rest = Arrays.copyOfRange(args, 1, args.length + 1);
      rest[rest.length - 1] = "--help";
      return run(context, rest);
    }
    return commandLine(context).execute(args);
  }

  /// Every command, wired.
  public static CommandLine commandLine(Context context) {
    var line = new CommandLine(new Mesh(context))
        .addSubcommand(new AnalyzeCommand(context))
        .addSubcommand(new InspectCommand(context))
        .addSubcommand(new VerdictCommand(context))
        .addSubcommand(new FeedbackCommand(context))
        .addSubcommand(new UpCommand(context))
        .addSubcommand(new StatusCommand(context))
        .addSubcommand(new LogsCommand(context))
        .addSubcommand(new DownCommand(context))
        .addSubcommand(new DoctorCommand(context))
        .addSubcommand(new DashboardsCommand(context, InstantSource.system()))
        .addSubcommand("index", IndexCommand.commandLine(context))
        .addSubcommand(new CompareCommand(context))
        .addSubcommand("models", ModelsCommand.with(context))
        .addSubcommand("clues", CluesCommand.with(context))
        .addSubcommand("bench", BenchCommand.with(context))
        .addSubcommand(new ExamplesCommand(context))
        .addSubcommand(new WarmUpCommand(context));
    addHelp(line);
    line.setExecutionStrategy(parsed -> execute(context, parsed));
    line.setParameterExceptionHandler((e, _) -> wrongUsage(context, e));
    line.setExecutionExceptionHandler((e, _, _) -> failed(context, e));
    line.setUsageHelpAutoWidth(false).setUsageHelpWidth(Math.clamp(context.console().columns(100), 60, 120));
    return line;
  }

  private static void addHelp(CommandLine line) {
    line.getCommandSpec().mixinStandardHelpOptions(true);
    line.getCommandSpec().version("VeriMesh " + version());
    line.getSubcommands().values().forEach(Mesh::addHelpBelow);
  }

  private static void addHelpBelow(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    spec.addOption(OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this.").build());
    spec.usageMessage().synopsisHeading("usage: ").abbreviateSynopsis(true).sortOptions(false)
        .descriptionHeading("%n").parameterListHeading("%n").optionListHeading("%n").commandListHeading("%n");
    line.getSubcommands().values().forEach(Mesh::addHelpBelow);
  }

  @Override
  public void run() {
    context.console().text(HelpText.of(context.console()));
  }

  private static int execute(Context context, ParseResult parsed) {
    for (ParseResult at = parsed; at != null; at = at.hasSubcommand() ? at.subcommand() : null) {
      if (at.isUsageHelpRequested()) {
        CommandLine asked = at.commandSpec().commandLine();
        Ansi ansi = context.console().ink(Ink.STRONG, "x").equals("x") ? Ansi.OFF : Ansi.ON;
        ColorScheme scheme = CommandLine.Help.defaultColorScheme(ansi);
        return printing(context, () -> context.console().text(asked.getUsageMessage(scheme)));
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int printing(Context context, Runnable printing) {
    try {
      printing.run();
      return Exit.OK;
    } catch (RuntimeException e) {
      return failed(context, e);
    }
  }

  private static int wrongUsage(Context context, ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    Console console = context.console();
    if (command.getParent() == null && e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().getFirst();
      console.note("mesh: there is no command \"" + word + "\"" + Spelling.didYouMean(word, command.getSubcommands().keySet()));
    } else if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().getFirst();
      List<String> options = command.getCommandSpec().options().stream().flatMap(option -> Arrays.stream(option.names())).toList();
      console.note(said(name) + ": " + (word.startsWith("-") ? "there is no option " + word + Spelling.didYouMean(word, options) : "\"" + word + "\" is too much"));
    } else {
      console.note(said(name) + ": " + e.getMessage());
    }
    console.note("  see " + (command.getParent() == null ? "./mesh help" : "./mesh help" + name.substring("./mesh".length())));
    return Exit.USAGE;
  }

  private static int failed(Context context, Exception e) {
    Console console = context.console();
    return switch (e) {
      case Console.ReaderGone _ -> Exit.OK; // as much as was wanted was read
      case CannotStart cannot -> {
        console.note("mesh: " + cannot.getMessage());
        yield Exit.CANNOT_START;
      }
      case UsageProblem wrong -> {
        console.note("mesh: " + wrong.getMessage());
        yield Exit.USAGE;
      }
      case UncheckedIOException io -> {
        console.note("mesh: " + io.getMessage());
        yield Exit.CANNOT_START;
      }
      default -> {
        console.note("mesh: this is a bug of ours: " + e);
        for (StackTraceElement frame : e.getStackTrace()) console.note("    at " + frame);
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) console.note("  caused by " + cause);
        yield Exit.CANNOT_START;
      }
    };
  }

  private static String said(String qualifiedName) {
    return qualifiedName.replace("./mesh", "mesh");
  }

  private static String version() {
    String version = Mesh.class.getPackage().getImplementationVersion();
    return version == null ? "(development)" : version;
  }
}
