package verimesh.embedding;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problem.Violation;
import verimesh.chassis.problem.ProblemException;

/// What this service refuses, in words.
final class Refusals {
  private Refusals() {}

  /// @param what begins with a verb: "has 3 pictures; expected ..."
  static ProblemException invalid(String field, String what) {
    return new ProblemException(new Problem.Invalid("FIELD_INVALID", field + " " + what + ".", List.of(new Violation(field, what))));
  }

  static ProblemException noModel(String forWhat) {
    return new ProblemException(new Problem.NotSetUp("NO_MODEL", "No model is configured for " + forWhat + ". See docs/MODELS.md."));
  }

  /// Waits for a batch; a refusal of the batcher comes out as it went in.
  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ProblemException problem) throw problem;
      throw e;
    }
  }
}
