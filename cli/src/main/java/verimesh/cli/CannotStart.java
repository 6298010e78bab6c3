package verimesh.cli;

/// Something that a command needs is not there: it ends with [Exit#CANNOT_START] and this message, without a stack trace.
public final class CannotStart extends RuntimeException {
  /// @param message what happened, what was expected and what to do; may have several lines
  public CannotStart(String message) {
    super(message, null, false, false);
  }
}
