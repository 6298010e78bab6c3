package verimesh.orchestrator.analysis;

import java.time.Duration;
import java.util.Optional;
import verimesh.chassis.config.Settings;
import verimesh.orchestrator.fusion.DecisiveSetting;
import verimesh.orchestrator.fusion.FusionSettings;
import verimesh.orchestrator.fusion.Policies;
import verimesh.orchestrator.fusion.Policy;

/// How pictures are judged.
///
/// @param policies those that a caller may name, the default first
/// @param secondPass when the LMM is asked again where a caller does not say
/// @param secondPassMin a second pass with less time than this is not begun
/// @param deadline the whole answer's time where a caller does not say
/// @param deadlineWithLmm the same while an LMM is configured
/// @param deadlineMax a longer deadline is cut to this
/// @param cacheBytesMax of answers kept for repeated questions; 0 keeps none
/// @param cacheTime how long one is kept at most
/// @param decodeThreads pictures decoded at once, 1 or more
public record AnalysisConfig(
    Policies policies,
    SecondPass secondPass,
    Duration secondPassMin,
    Duration deadline,
    Duration deadlineWithLmm,
    Duration deadlineMax,
    long cacheBytesMax,
    Duration cacheTime,
    int decodeThreads) {

  public static AnalysisConfig from(Settings s) {
    var fusion =
        new FusionSettings(
            s.choice("DECISIVE", DecisiveSetting.class, DecisiveSetting.DECLARED), s.integer("BANK_ITEMS_MIN", 1_000, 1, 1_000_000_000));
    return new AnalysisConfig(
        policies(s, fusion),
        s.choice("SECOND_PASS", SecondPass.class, SecondPass.ON_NOT_AI),
        s.duration("SECOND_PASS_MIN", Duration.ofSeconds(2)),
        s.duration("DEADLINE", Duration.ofSeconds(10)),
        s.duration("DEADLINE_WITH_LMM", Duration.ofSeconds(60)),
        s.duration("DEADLINE_MAX", Duration.ofMinutes(5)),
        s.bytes("CACHE_BYTES_MAX", 32L << 20, 0, 1L << 36),
        s.duration("CACHE_TIME", Duration.ofMinutes(10)),
        threads(s.integer("DECODE_THREADS", 0, 0, 1024)));
  }

  private static int threads(int asked) {
    return asked == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors()) : asked;
  }

  private static Policies policies(Settings s, FusionSettings fusion) {
    String name = s.text("POLICY", Policy.Weighted304030.NAME).strip();
    Optional<Policies> policies = Policies.of(fusion, name);
    if (policies.isEmpty()) s.problem("POLICY", "is \"" + name + "\"; expected one of " + Policies.of(fusion, "").orElseThrow().names());
    return policies.orElseGet(() -> Policies.of(fusion, "").orElseThrow());
  }
}
