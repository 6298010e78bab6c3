package verimesh.cli.analyze;

import verimesh.orchestrator.v1.AnalyzeResponse;

/// What became of one file.
public sealed interface FileOutcome {
  FoundFile file();

  /// A verdict was given, whatever it says.
  record Answered(FoundFile file, AnalyzeResponse response) implements FileOutcome {}

  /// There is none.
  record Refused(FoundFile file, Refusal refusal) implements FileOutcome {}
}
