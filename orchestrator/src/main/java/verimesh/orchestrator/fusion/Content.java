package verimesh.orchestrator.fusion;

import java.time.Duration;

/// The content layer: detector and LMM as one opinion (DESIGN.md §3.1), and how far a missing one could have moved it.
///
/// @param outcome the mean probability of AI over whichever answered, 0 to 1; the layer answers when either source does
/// @param least what the mean could have been at least, had every source answered; equal to the mean without an outage
/// @param most the same at most
record Content(LayerOutcome<Double> outcome, double least, double most) {

  static Content of(LayerOutcome<DetectorAnswer> detector, LayerOutcome<LmmAnswer> lmm) {
    Double seen = detector instanceof LayerOutcome.Answered<DetectorAnswer>(var answer, _) ? answer.probabilityAi() : null;
    LmmAnswer told = lmm instanceof LayerOutcome.Answered<LmmAnswer>(var answer, _) ? answer : null;
    if (seen != null && told != null) {
      double mean = (seen + told.probabilityAi()) / 2;
      return new Content(answered(mean, detector, lmm), mean, (seen + told.probabilityAiAtMost()) / 2);
    }
    if (seen != null) return alone(seen, seen, detector, lmm);
    if (told != null) return alone(told.probabilityAi(), told.probabilityAiAtMost(), lmm, detector);
    return new Content(mostTelling(detector, lmm).map(_ -> 0.0), 0, 1);
  }

  private static Content alone(double p, double atMost, LayerOutcome<?> source, LayerOutcome<?> other) {
    // One of two is out: its p at 0 and at 1. One that nobody set up is a choice, and the other is the whole layer.
    double least = other.out() ? p / 2 : p;
    double most = other.out() ? (atMost + 1) / 2 : atMost;
    return new Content(answered(p, source, source), least, most);
  }

  private static LayerOutcome<Double> answered(double p, LayerOutcome<?> one, LayerOutcome<?> other) {
    Duration took = took(one).compareTo(took(other)) >= 0 ? took(one) : took(other);
    return new LayerOutcome.Answered<>(p, took);
  }

  private static Duration took(LayerOutcome<?> outcome) {
    return outcome instanceof LayerOutcome.Answered<?>(_, var took) ? took : Duration.ZERO;
  }

  /// Of two sources without an answer the one that says more about the layer: an outage before a choice.
  private static LayerOutcome<?> mostTelling(LayerOutcome<?> one, LayerOutcome<?> other) {
    return rank(one) >= rank(other) ? one : other;
  }

  private static int rank(LayerOutcome<?> outcome) {
    return switch (outcome) {
      case LayerOutcome.Answered<?> _ -> 4;
      case LayerOutcome.Failed<?> _ -> 3;
      case LayerOutcome.TimedOut<?> _ -> 2;
      case LayerOutcome.NotApplicable<?> _ -> 1;
      case LayerOutcome.NotConfigured<?> _ -> 0;
    };
  }
}
