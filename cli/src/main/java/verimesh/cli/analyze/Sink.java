package verimesh.cli.analyze;

/// Where outcomes go. Called by one thread, in the order of the files.
interface Sink {
  void accept(FileOutcome outcome);

  /// After the last outcome.
  default void end(Tally tally) {}
}
