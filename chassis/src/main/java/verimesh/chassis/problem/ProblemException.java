package verimesh.chassis.problem;

/// Carries a [Problem] up to the endpoint, which turns it into one gRPC status. Cheap: no stack trace, since it tells
/// of the caller's input and not of our code.
public final class ProblemException extends RuntimeException {
  private final transient Problem problem;

  public ProblemException(Problem problem) {
    this(problem, null);
  }

  public ProblemException(Problem problem, Throwable cause) {
    super(problem.reason() + ": " + problem.message(), cause, false, cause != null);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
