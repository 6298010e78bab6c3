package verimesh.cli.analyze;

import verimesh.cli.term.Console;

/// `--json`: design/analyze.example.json, one object a line.
final class JsonSink implements Sink {
  private final Console console;

  JsonSink(Console console) {
    this.console = console;
  }

  @Override
  public void accept(FileOutcome outcome) {
    console.line(switch (outcome) {
      case FileOutcome.Answered(FoundFile file, var response) -> Json.object(file.shown(), response, "");
      case FileOutcome.Refused(FoundFile file, Refusal refusal) -> Json.error(file.shown(), refusal);
    });
  }
}
