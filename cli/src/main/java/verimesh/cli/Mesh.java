package verimesh.cli;
import picocli.CommandLine;
import picocli.CommandLine.Command;
@Command(name="mesh", mixinStandardHelpOptions = true, subcommands = {CommandLine.HelpCommand.class})
public final class Mesh implements Runnable {
  public static void main(String[] args) { System.exit(new CommandLine(new Mesh()).execute(args)); }
  @Command(name="warm-up", hidden=true) int warmUp() { new CommandLine(new Mesh()).usage(System.out); return 0; }
  public void run() { CommandLine.usage(this, System.out); }
}
