package verimesh.hash.bulk;

/// A file that is not what it says it is. The message tells which, what was expected and what was found.
public final class FormatProblem extends Exception {
  private static final long serialVersionUID = 1;

  FormatProblem(String message) {
    super(message, null, false, false);
  }
}
