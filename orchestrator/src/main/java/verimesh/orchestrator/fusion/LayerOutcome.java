package verimesh.orchestrator.fusion;

import java.time.Duration;
import java.util.function.Function;
import verimesh.chassis.problem.Problem;

/// A layer's answer, or the reason why there is none. Only an answer adds weight (DESIGN.md §2).
public sealed interface LayerOutcome<T> {
  record Answered<T>(T answer, Duration took) implements LayerOutcome<T> {}

  /// The service said no, or could not be reached.
  record Failed<T>(Problem problem) implements LayerOutcome<T> {}

  /// @param share the time that it was given
  record TimedOut<T>(Duration share) implements LayerOutcome<T> {}

  /// Nobody set it up, or the caller did not ask for it: a choice, not an outage.
  ///
  /// @param why a code such as `NOT_REQUESTED`, or empty
  record NotConfigured<T>(String why) implements LayerOutcome<T> {}

  /// It has nothing to say about this picture.
  ///
  /// @param why a code or a short sentence
  record NotApplicable<T>(String why) implements LayerOutcome<T> {}

  /// True for a layer that should have answered and did not, so that its answer might have changed the verdict.
  default boolean out() {
    return switch (this) {
      case Failed<T> _, TimedOut<T> _ -> true;
      case Answered<T> _, NotConfigured<T> _, NotApplicable<T> _ -> false;
    };
  }

  default boolean answered() {
    return this instanceof Answered<T>;
  }

  /// The same outcome with another answer in it.
  default <U> LayerOutcome<U> map(Function<? super T, ? extends U> change) {
    return switch (this) {
      case Answered<T>(var answer, var took) -> new Answered<>(change.apply(answer), took);
      case Failed<T>(var problem) -> new Failed<>(problem);
      case TimedOut<T>(var share) -> new TimedOut<>(share);
      case NotConfigured<T>(var why) -> new NotConfigured<>(why);
      case NotApplicable<T>(var why) -> new NotApplicable<>(why);
    };
  }
}
