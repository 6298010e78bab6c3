package verimesh.chassis.problem;

import java.time.Duration;
import java.util.List;

/// What can go wrong for a caller, as values. Each kind is one canonical gRPC code; `reason` is the UPPER_SNAKE code of
/// `google.rpc.ErrorInfo` (domain `verimesh`), `message` says what happened, what was expected and what to do.
public sealed interface Problem {
  String reason();

  String message();

  /// INVALID_ARGUMENT: never retry unchanged.
  /// @param violations field by field, may be empty
  record Invalid(String reason, String message, List<Violation> violations) implements Problem {
    public Invalid {
      violations = List.copyOf(violations);
    }

    public Invalid(String reason, String message) {
      this(reason, message, List.of());
    }
  }

  /// One field of a request that is wrong: `google.rpc.BadRequest.FieldViolation`.
  record Violation(String field, String description) {}

  /// RESOURCE_EXHAUSTED that no waiting mends: the thing itself is over a limit.
  record OverLimit(String reason, String message) implements Problem {}

  /// RESOURCE_EXHAUSTED that passes: `RetryInfo` says when to come again.
  /// @param retryAfter not negative; zero: at once
  record Overloaded(String reason, String message, Duration retryAfter) implements Problem {}

  /// NOT_FOUND.
  record Missing(String reason, String message) implements Problem {}

  /// PERMISSION_DENIED.
  record Denied(String reason, String message) implements Problem {}

  /// FAILED_PRECONDITION: the system is not set up for this; an operator must act.
  record NotSetUp(String reason, String message) implements Problem {}

  /// UNAVAILABLE: a dependency is away; idempotent calls may be retried, which our channels do by themselves up to a
  /// `retryAfter` of a second.
  /// @param retryAfter not negative; zero: at once, or nobody knows
  record Unavailable(String reason, String message, Duration retryAfter) implements Problem {}

  /// DEADLINE_EXCEEDED.
  record TooLate(String reason, String message) implements Problem {}

  /// INTERNAL: a bug of ours or a machine that broke. The message tells nothing of the inside.
  record Internal(String reason, String message) implements Problem {}
}
