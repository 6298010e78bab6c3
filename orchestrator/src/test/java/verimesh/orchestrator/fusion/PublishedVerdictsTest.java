package verimesh.orchestrator.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import verimesh.chassis.problem.Problem;

/// The published formula against the 44 published rows (golden/published_verdicts.csv).
class PublishedVerdictsTest {
  private static final String ROWS = "/verimesh/orchestrator/fusion/published_verdicts.csv";

  /// Rounding of the printed similarity and of the printed confidence leave this much.
  private static final double PUBLISHED_WITHIN = 0.0015;

  /// Similarity is printed to three digits.
  private static final double SIMILARITY_ROUNDING = 0.0005;

  @ParameterizedTest
  @CsvFileSource(resources = ROWS, numLinesToSkip = 1)
  void everyPublishedRowComesOutAsPublished(
      String file, double s, double exif, int signatures, int inconsistencies, String label, double detector, double low, double high,
      String verdict, double confidence) {
    Decision decision = decide(row(s, exif, signatures, inconsistencies, label, detector));
    assertThat(decision.verdict()).as(file).isEqualTo(verdict(verdict));
    assertThat(decision.decidedBy()).isEqualTo(DecidedBy.FORMULA);
    assertThat(decision.coverage()).isEqualTo(1.0);
    assertThat(decision.confidence()).as(file).isCloseTo(confidence, within(PUBLISHED_WITHIN));

    // The detector's answer is solved for; what rounding leaves is an interval, and its ends must come out as published
    // for some similarity that prints as this one. (Not its middle: in test_15 ratio .43 lies at one end and .57 at the other.)
    for (double c : new double[] {low, high}) {
      assertThat(decide(row(s, exif, signatures, inconsistencies, label, c)).verdict()).as("%s at c = %s", file, c).isEqualTo(verdict(verdict));
      double one = decide(row(s - SIMILARITY_ROUNDING, exif, signatures, inconsistencies, label, c)).confidence();
      double other = decide(row(s + SIMILARITY_ROUNDING, exif, signatures, inconsistencies, label, c)).confidence();
      assertThat(confidence).as("%s at c = %s", file, c)
          .isBetween(Math.min(one, other) - PUBLISHED_WITHIN, Math.max(one, other) + PUBLISHED_WITHIN);
    }
  }

  @ParameterizedTest
  @CsvFileSource(resources = ROWS, numLinesToSkip = 1)
  void noLayerThatIsOutFlipsAPublishedRowOrMakesItSurer(
      String file, double s, double exif, int signatures, int inconsistencies, String label, double detector, double low, double high,
      String verdict, double confidence) {
    Witnesses full = row(s, exif, signatures, inconsistencies, label, detector);
    Decision before = decide(full);
    int checked = 0;
    for (int outs = 1; outs < 16; outs++) {
      for (boolean failed : new boolean[] {true, false}) {
        for (IndexKnowledge index : List.of(new IndexKnowledge.Unknown(), new IndexKnowledge.Known(40_000, 0))) {
          Witnesses some =
              new Witnesses(
                  (outs & 1) == 0 ? full.hash() : out(failed),
                  index,
                  (outs & 2) == 0 ? full.metadata() : out(failed),
                  (outs & 4) == 0 ? full.detector() : out(failed),
                  (outs & 8) == 0 ? full.lmm() : out(failed));
          Decision after = decide(some);
          assertThat(after.verdict()).as("%s without %s", file, outs).isIn(before.verdict(), Verdict.UNCERTAIN);
          assertThat(after.confidence()).as("%s without %s", file, outs).isLessThanOrEqualTo(before.confidence());
          if (after.verdict() != before.verdict()) assertThat(after.confidence()).isEqualTo(0.5);
          checked++;
        }
      }
    }
    assertThat(checked).isEqualTo(60);
  }

  @Test
  void anOutageOfMetadataLeavesThePublishedAiRowsWhereItCouldNotHaveChangedThem() {
    // s = .884 and a detector at 1: ai .218 + .3 against at most .2 from metadata.
    Witnesses full = row(0.884, 0, 0, 0, "ai", 1);
    Decision after = decide(new Witnesses(full.hash(), full.index(), out(true), full.detector(), full.lmm()));
    assertThat(after.verdict()).isEqualTo(Verdict.AI_GENERATED);
    assertThat(after.decidedBy()).isEqualTo(DecidedBy.FORMULA);
    assertThat(after.ratio()).hasValue(1.0); // the ratio renormalises by itself
    assertThat(after.confidence()).isEqualTo(0.7214); // and the confidence is that of the less sure end: .518 / .718
    assertThat(after.missingDecisive()).containsExactly(Layer.METADATA);
  }

  private static Decision decide(Witnesses witnesses) {
    return Fusion.weighted304030(witnesses, FusionSettings.DEFAULT);
  }

  private static Verdict verdict(String published) {
    return Verdict.valueOf(published.toUpperCase(Locale.ROOT));
  }

  private static <T> LayerOutcome<T> out(boolean failed) {
    return failed
        ? new LayerOutcome.Failed<>(new Problem.Unavailable("GONE", "gone", Duration.ZERO))
        : new LayerOutcome.TimedOut<>(Duration.ofSeconds(1));
  }

  private static Witnesses row(double s, double exif, int signatures, int inconsistencies, String label, double c) {
    var hash =
        new HashAnswer(
            List.of(new HashAnswer.Match(new Nearness.Cosine(s), false)),
            List.of(),
            40_000,
            0,
            new HashAnswer.Tier.Searched(40_000),
            new HashAnswer.Tier.Searched(40_000));
    var signs = Stream.generate(() -> new MetadataAnswer.Sign(MetadataAnswer.Part.SIGNATURE, Level.NONE)).limit(signatures).toList();
    return new Witnesses(
        new LayerOutcome.Answered<>(hash, Duration.ZERO),
        new IndexKnowledge.Known(40_000, 0),
        new LayerOutcome.Answered<>(MetadataAnswer.of(signs, exif, inconsistencies), Duration.ZERO),
        new LayerOutcome.Answered<>(new DetectorAnswer(label.equals("ai") ? c : 1 - c), Duration.ZERO),
        new LayerOutcome.NotConfigured<>(""));
  }
}
