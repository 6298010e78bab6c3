package verimesh.verifier.lmm;

import java.time.Duration;

/// Why a model gave no answer. `detail` is for operators: it never holds keys, prompts or pictures.
public sealed interface BackendProblem {
  String detail();

  /// Not reachable, or it broke: 5xx, connection refused or reset.
  record Unreachable(String detail) implements BackendProblem {}

  /// No answer in time.
  record TooSlow(String detail) implements BackendProblem {}

  /// It asked us to come later (429).
  record RateLimited(String detail, Duration retryAfter) implements BackendProblem {}

  /// As many calls run as we allow, and none ended in time.
  record Busy(String detail, Duration retryAfter) implements BackendProblem {}

  /// This minute's tokens are spent.
  record BudgetSpent(String detail, Duration retryAfter) implements BackendProblem {}

  /// Calls are held back, since the last ones failed.
  record CircuitOpen(String detail, Duration retryAfter) implements BackendProblem {}

  /// It refused the request (4xx): wrong key, unknown model, a picture it does not take.
  record Refused(String detail) implements BackendProblem {}

  /// What it stands on is not configured: a choice, and no outage.
  record NotConfigured(String detail) implements BackendProblem {}

  /// Its answer is no chat completion, or does not fit the schema.
  record Malformed(String detail) implements BackendProblem {}
}
