package verimesh.cli;

/// What `./mesh` ends with (DESIGN.md §10). The verdict is never in it.
public final class Exit {
  /// Every file was answered, every check passed.
  public static final int OK = 0;
  /// Some file was not answered, some check did not pass.
  public static final int SOME_FAILED = 1;
  /// The command line is wrong.
  public static final int USAGE = 2;
  /// Could not start: no port, no setting, no place to write to.
  public static final int CANNOT_START = 3;

  private Exit() {}
}
