package verimesh.cli.doctor;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.term.Console;
import verimesh.cli.term.Ink;
import verimesh.cli.term.Plain;
import verimesh.cli.term.Width;

/// `./mesh doctor`.
@Command(
    name = "doctor",
    description = "What is set up, what is missing, and the one command that mends each. Exit code 1 if something is wrong; what is merely optional is not.")
public final class DoctorCommand implements Callable<Integer> {
  private static final int NAME_COLUMNS = 18;

  private final Context context;

  public DoctorCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Console console = context.console();
    var examination = new Examination(context);
    boolean wrong = false;
    for (var chapter : examination.chapters().entrySet()) {
      console.line(console.ink(Ink.STRONG, chapter.getKey()));
      List<Finding> findings = chapter.getValue().get();
      for (Finding finding : findings) {
        show(console, finding);
        wrong |= finding.state() == Finding.State.WRONG;
      }
    }
    return wrong ? Exit.SOME_FAILED : Exit.OK;
  }

  private static void show(Console console, Finding finding) {
    String mark = switch (finding.state()) {
      case GOOD -> console.ink(Ink.GOOD, "ok   ");
      case OPTIONAL -> console.ink(Ink.WARN, "none ");
      case WRONG -> console.ink(Ink.BAD, "WRONG");
    };
    console.line("  " + mark + "  " + Width.pad(finding.name(), NAME_COLUMNS) + "  " + Plain.line(finding.found()));
    if (!finding.mend().isEmpty()) console.line(" ".repeat(NAME_COLUMNS + 11) + console.ink(Ink.NAME, finding.mend()));
  }
}
