package verimesh.cli;

/// A command line that picocli could parse and that makes no sense all the same: [Exit#USAGE].
public final class UsageProblem extends RuntimeException {
  public UsageProblem(String message) {
    super(message, null, false, false);
  }
}
