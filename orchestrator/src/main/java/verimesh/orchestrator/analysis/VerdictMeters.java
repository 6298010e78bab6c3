package verimesh.orchestrator.analysis;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import verimesh.orchestrator.admission.DecodeBudget;
import verimesh.orchestrator.admission.Turnstile;
import verimesh.orchestrator.fusion.Decision;
import verimesh.orchestrator.fusion.Layer;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.fusion.Verdict;

/// What the orchestrator counts (DESIGN.md §10; docs/METRICS.md has the table). Label values are in lower case.
public final class VerdictMeters {
  private final MeterRegistry meters;
  // Looked up by value instead of by tags: a registry makes a new id for each look.
  private final ConcurrentHashMap<VerdictLabels, Counter> verdicts = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<LayerLabels, Counter> layers = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Counter> flips = new ConcurrentHashMap<>();
  private final Timer answers;
  private final Counter led;
  private final Counter shared;
  private final Counter hit;
  private final Counter miss;
  private final Counter stale;

  private record VerdictLabels(Enum<?> verdict, String policy, Enum<?> decidedBy) {}

  private record LayerLabels(Layer layer, String outcome) {}

  public VerdictMeters(MeterRegistry meters, Turnstile turnstile, DecodeBudget budget) {
    this.meters = meters;
    this.answers =
        Timer.builder("verimesh.analyze").description("From a picture's arrival to its verdict").publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1)).maximumExpectedValue(Duration.ofMinutes(2)).register(meters);
    this.led = flight("leader");
    this.shared = flight("follower");
    this.hit = cache("hit");
    this.miss = cache("miss");
    this.stale = cache("stale");
    flip("none"); // there from the start, since a counter's first value has no rate
    flip("failed");
    Gauge.builder("verimesh.admission.inside", turnstile, Turnstile::inside).description("Pictures being analysed").register(meters);
    Gauge.builder("verimesh.admission.waiting", turnstile, Turnstile::waiting).description("Pictures waiting for their turn").register(meters);
    Gauge.builder("verimesh.decode.budget.lent", budget, DecodeBudget::bytesLent).description("Memory lent to pictures being decoded")
        .baseUnit("bytes").register(meters);
  }

  private Counter flight(String role) {
    return Counter.builder("verimesh.single.flight").description("Who asked the layers, and who shared the answers").tag("role", role).register(meters);
  }

  private Counter cache(String result) {
    return Counter.builder("verimesh.verdict.cache").description("What the verdict cache held").tag("result", result).register(meters);
  }

  void verdict(verimesh.orchestrator.v1.Verdict verdict, String policy, verimesh.orchestrator.v1.DecidedBy decidedBy, Duration took) {
    answers.record(took);
    verdicts.computeIfAbsent(new VerdictLabels(verdict, policy, decidedBy), labels ->
        Counter.builder("verimesh.verdicts").description("Verdicts given")
            .tag("verdict", label(verdict, "VERDICT_")).tag("policy", policy).tag("decided_by", label(decidedBy, "DECIDED_BY_")).register(meters))
        .increment();
  }

  void outcomes(Decision decision) {
    for (Layer layer : Layer.values()) {
      layers.computeIfAbsent(new LayerLabels(layer, label(decision.outcome(layer))), labels ->
          Counter.builder("verimesh.layer.outcomes").description("How layers ended")
              .tag("layer", layer.name().toLowerCase(Locale.ROOT)).tag("outcome", labels.outcome()).register(meters))
          .increment();
    }
  }

  /// @param before the verdict with the LMM's first answer alone
  void secondPass(Verdict before, Verdict after) {
    secondPass(before == after ? "none" : lower(before) + "_to_" + lower(after));
  }

  /// One that was begun and did not end.
  void secondPassOut() {
    secondPass("failed");
  }

  private void secondPass(String flip) {
    flip(flip).increment();
  }

  private Counter flip(String flip) {
    return flips.computeIfAbsent(flip, label ->
        Counter.builder("verimesh.second.pass").description("Second passes, by what they did to the verdict").tag("flip", label).register(meters));
  }

  void flight(boolean leads) {
    (leads ? led : shared).increment();
  }

  void cacheHit() {
    hit.increment();
  }

  void cacheMiss() {
    miss.increment();
  }

  /// Held, but the index has changed since.
  void cacheStale() {
    stale.increment();
  }

  private static String label(LayerOutcome<?> outcome) {
    return switch (outcome) {
      case LayerOutcome.Answered<?> _ -> "answered";
      case LayerOutcome.Failed<?> _ -> "failed";
      case LayerOutcome.TimedOut<?> _ -> "timed_out";
      case LayerOutcome.NotConfigured<?> _ -> "not_configured";
      case LayerOutcome.NotApplicable<?> _ -> "not_applicable";
    };
  }

  private static String label(Enum<?> constant, String prefix) {
    return lower(constant).substring(prefix.length());
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
