package verimesh.orchestrator.fusion;

import java.util.OptionalDouble;

/// What the large multimodal model (verifier-svc) made of the picture.
///
/// @param firstPass probability of AI, 0 to 1: its confidence if it says fake, else 1 - confidence
/// @param secondPass the same once it had the clues; empty where it was not asked again or did not answer
/// @param secondPassOut true if it was asked again and failed or timed out: it could only have raised the suspicion
public record LmmAnswer(double firstPass, OptionalDouble secondPass, boolean secondPassOut) {
  public LmmAnswer {
    Probabilities.check(firstPass);
    secondPass.ifPresent(Probabilities::check);
    if (secondPassOut && secondPass.isPresent()) throw new IllegalArgumentException("a second pass that is out has no answer");
  }

  /// The answer of a single pass.
  public static LmmAnswer once(double probabilityAi) {
    return new LmmAnswer(probabilityAi, OptionalDouble.empty(), false);
  }

  /// The greater of both passes: a second look can raise the suspicion or leave it.
  public double probabilityAi() {
    return Math.max(firstPass, secondPass.orElse(0));
  }

  double probabilityAiAtMost() {
    return secondPassOut ? 1 : probabilityAi();
  }
}
