package verimesh.orchestrator.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Every line of "What always holds" (DESIGN.md §3.3) and what §3.2 says follows from its rules, over a million
/// generated cases each. The seed is printed; `-Dverimesh.seed` replays.
class FusionLawsTest {
  private static final int CASES = 1_000_000;

  /// Sums of decimal fractions differ by the order of adding.
  private static final double ROUNDING = 1e-12;

  private static FusionSettings decisive(DecisiveSetting setting) {
    return new FusionSettings(setting, 1_000);
  }

  private interface Law {
    /// @return what is wrong, or null
    String broken(Cases cases);
  }

  private static void holds(String law, Law check) {
    long seed = Long.getLong("verimesh.seed", new Random().nextLong());
    System.out.println(law + ": " + CASES + " cases, -Dverimesh.seed=" + seed);
    Cases cases = new Cases(new SplittableRandom(seed));
    for (int n = 0; n < CASES; n++) {
      String broken = check.broken(cases);
      if (broken != null) fail("%s, case %d of seed %d: %s", law, n, seed, broken);
    }
  }

  /// More evidence for AI never lowers the ratio and never moves the verdict towards real.
  private static String towardsReal(Witnesses less, Witnesses more, FusionSettings settings) {
    Decision before = Fusion.weighted304030(less, settings);
    Decision after = Fusion.weighted304030(more, settings);
    boolean lower = before.ratio().isPresent() && after.ratio().getAsDouble() < before.ratio().getAsDouble() - ROUNDING;
    if (lower || after.verdict().compareTo(before.verdict()) < 0) return less + " gave " + before + " and " + more + " gave " + after;
    return null;
  }

  @Test
  void moreLikenessToKnownAiNeverSpeaksForReal() {
    holds("more likeness", cases -> {
      DecisiveSetting setting = cases.one(DecisiveSetting.values());
      Witnesses others = cases.any();
      HashAnswer less = cases.hash();
      List<HashAnswer.Match> positive = new ArrayList<>(less.positive());
      List<HashAnswer.Match> negative = new ArrayList<>(less.negative());
      boolean stronger = cases.chance(0.6);
      if (stronger || negative.isEmpty()) positive.add(cases.match()); // one more known AI picture that looks like it
      else negative.remove(0); // or one known real picture less
      HashAnswer more = new HashAnswer(positive, negative, less.positiveItems(), less.negativeItems(), less.pdq(), less.vector());
      return towardsReal(with(others, less), with(others, more), decisive(setting));
    });
  }

  @Test
  void aHigherSimilarityNeverSpeaksForReal() {
    holds("higher similarity", cases -> {
      Witnesses others = cases.any();
      double one = cases.similarity();
      double other = cases.similarity();
      List<HashAnswer.Match> negative = cases.chance(0.5) ? List.of() : List.of(new HashAnswer.Match(new Nearness.Cosine(cases.similarity()), false));
      return towardsReal(
          with(others, cases.hash(List.of(cosine(Math.min(one, other))), negative)),
          with(others, cases.hash(List.of(cosine(Math.max(one, other))), negative)),
          FusionSettings.DEFAULT);
    });
  }

  @Test
  void moreSignsOfAiInTheFileNeverSpeakForReal() {
    holds("more signs", cases -> {
      DecisiveSetting setting = cases.one(DecisiveSetting.values());
      Witnesses others = cases.any();
      MetadataAnswer less = cases.metadata();
      boolean moreAi = cases.chance(0.5);
      MetadataAnswer more =
          moreAi
              ? new MetadataAnswer(
                  less.signature() || cases.chance(0.5),
                  less.c2paAi() || cases.chance(0.5),
                  less.c2paWithoutAi(),
                  less.exifScore(),
                  less.inconsistencies() + cases.random.nextInt(3),
                  less.ai().or(cases.level()),
                  less.real())
              : new MetadataAnswer( // or less that speaks for real
                  less.signature(),
                  less.c2paAi(),
                  less.c2paWithoutAi() && cases.chance(0.5),
                  Math.min(less.exifScore(), cases.exifScore()),
                  less.inconsistencies(),
                  less.ai(),
                  cases.chance(0.5) ? less.real() : Level.NONE);
      return towardsReal(with(others, less), with(others, more), decisive(setting));
    });
  }

  @Test
  void aMoreSuspiciousDetectorNeverSpeaksForReal() {
    holds("detector", cases -> {
      Witnesses others = cases.any();
      double one = cases.probability();
      double other = cases.probability();
      return towardsReal(
          with(others, new DetectorAnswer(Math.min(one, other))), with(others, new DetectorAnswer(Math.max(one, other))), FusionSettings.DEFAULT);
    });
  }

  @Test
  void aMoreSuspiciousLmmNeverSpeaksForRealAndASecondLookOnlyRaises() {
    holds("lmm", cases -> {
      Witnesses others = cases.any();
      double one = cases.probability();
      double other = cases.probability();
      LmmAnswer less = LmmAnswer.once(Math.min(one, other));
      LmmAnswer more =
          cases.chance(0.5) ? LmmAnswer.once(Math.max(one, other)) : new LmmAnswer(less.firstPass(), OptionalDouble.of(cases.probability()), false);
      return towardsReal(with(others, less), with(others, more), FusionSettings.DEFAULT);
    });
  }

  @Test
  void whatTheFormulaDecidesAnOutageNeverMakesSurerAndNeverTurns() {
    holds("outage", cases -> {
      DecisiveSetting setting = cases.one(DecisiveSetting.values());
      Witnesses whole = cases.whole();
      Decision before = Fusion.weighted304030(whole, decisive(setting));
      if (!byFormula(before)) return null;
      Witnesses outage = cases.outage(whole);
      Decision after = Fusion.weighted304030(outage, decisive(setting));
      boolean turned = after.verdict() != before.verdict() && after.verdict() != Verdict.UNCERTAIN;
      boolean surer = after.confidence() > before.confidence();
      return turned || surer ? whole + " gave " + before + " and without some " + outage + " " + after : null;
    });
  }

  @Test
  void likelyRealNeverStandsOnTheFormulaWhileALayerIsOut() {
    holds("likely real", cases -> {
      Witnesses outage = cases.outage(cases.whole());
      Decision decision = Fusion.weighted304030(outage, decisive(DecisiveSetting.OFF));
      boolean out = decision.hash().out() || decision.metadata().out() || decision.content().out();
      return out && decision.verdict() == Verdict.LIKELY_REAL ? outage + " gave " + decision : null;
    });
  }

  @Test
  void whatADecisiveAnswerWouldHaveOverriddenIsListedAsMissing() {
    holds("missing decisive", cases -> {
      DecisiveSetting setting = cases.one(DecisiveSetting.values());
      Witnesses whole = cases.whole();
      Witnesses outage = cases.outage(whole);
      Decision before = Fusion.weighted304030(whole, decisive(setting));
      Decision after = Fusion.weighted304030(outage, decisive(setting));
      for (Layer layer : after.missingDecisive()) {
        if (layer == Layer.CONTENT || !after.outcome(layer).out()) return "not out but missing: " + after + " of " + outage;
      }
      if (byFormula(before) || before.verdict() == after.verdict()) return null;
      return after.missingDecisive().isEmpty() ? "not listed: " + whole + " gave " + before + "; " + outage + " gave " + after : null;
    });
  }

  @Test
  void nothingIsListedAsMissingThatCouldNotHaveOverridden() {
    holds("missing for a reason", cases -> {
      Witnesses outage = cases.outage(cases.whole());
      Decision after = Fusion.weighted304030(outage, FusionSettings.DEFAULT);
      for (Layer layer : after.missingDecisive()) {
        boolean overrides = false;
        for (Verdict towards : List.of(Verdict.AI_GENERATED, Verdict.LIKELY_REAL)) {
          Decision answered = Fusion.weighted304030(decisiveAnswer(outage, layer, towards), FusionSettings.DEFAULT);
          overrides |= !byFormula(answered) && answered.verdict() != after.verdict();
        }
        if (!overrides) return layer + " could not have changed " + after + " of " + outage;
      }
      return null;
    });
  }

  /// The same picture, had the layer that is out answered with the strongest evidence that its index could hold.
  private static Witnesses decisiveAnswer(Witnesses outage, Layer layer, Verdict towards) {
    boolean ai = towards == Verdict.AI_GENERATED;
    if (layer == Layer.METADATA) {
      var proof = new MetadataAnswer(ai, false, !ai, 0, 0, ai ? Level.PROOF : Level.NONE, ai ? Level.NONE : Level.PROOF);
      return with(outage, proof);
    }
    boolean sha256Compared = outage.hash() instanceof LayerOutcome.Answered<HashAnswer>;
    Nearness found = sha256Compared ? new Nearness.Pdq(3, 100) : new Nearness.SameBytes();
    IndexKnowledge index =
        outage.hash() instanceof LayerOutcome.Answered<HashAnswer>(var answer, _)
            ? new IndexKnowledge.Known(answer.positiveItems(), answer.negativeItems())
            : outage.index();
    List<HashAnswer.Match> match = List.of(new HashAnswer.Match(found, false));
    List<HashAnswer.Match> positive = ai && index.mayHoldPositive() ? match : List.of();
    List<HashAnswer.Match> negative = !ai && index.mayHoldNegative() ? match : List.of();
    var searched = new HashAnswer.Tier.Searched(Cases.LARGE);
    return with(outage, new HashAnswer(positive, negative, Cases.LARGE, Cases.LARGE, searched, searched));
  }

  @Test
  void knownBytesAreAiWhateverElseThePictureCarriesUnlessProofSpeaksForReal() {
    holds("known bytes", cases -> {
      DecisiveSetting setting = cases.one(DecisiveSetting.PROOF, DecisiveSetting.DECLARED);
      Witnesses others = cases.any();
      HashAnswer hash = cases.hash();
      List<HashAnswer.Match> positive = new ArrayList<>(hash.positive());
      positive.add(new HashAnswer.Match(new Nearness.SameBytes(), cases.chance(0.2)));
      long few = cases.random.nextLong(1, 2_000);
      Witnesses known = with(others, new HashAnswer(positive, hash.negative(), few, hash.negativeItems(), hash.pdq(), hash.vector()));
      boolean proofOfReal =
          hash.negative().stream().anyMatch(match -> match.nearness() instanceof Nearness.SameBytes)
              || others.metadata() instanceof LayerOutcome.Answered<MetadataAnswer>(var metadata, _) && metadata.real() == Level.PROOF;
      Decision decision = Fusion.weighted304030(known, decisive(setting));
      boolean right =
          proofOfReal
              ? decision.verdict() == Verdict.UNCERTAIN && decision.decidedBy() == DecidedBy.CONFLICT && decision.confidence() == 0.5
              : decision.verdict() == Verdict.AI_GENERATED && decision.decidedBy() == DecidedBy.PROOF && decision.confidence() == 0.99;
      return right ? null : known + " gave " + decision;
    });
  }

  @Test
  void aPdqMatchStaysAiUnderAnyForgedExif() {
    holds("forged EXIF", cases -> {
      Witnesses others = cases.any();
      HashAnswer hash = cases.hash();
      List<HashAnswer.Match> positive = new ArrayList<>(hash.positive());
      positive.add(new HashAnswer.Match(new Nearness.Pdq(cases.random.nextInt(32), cases.random.nextInt(50, 101)), false));
      List<HashAnswer.Match> negative = hash.negative().stream().filter(match -> !(match.nearness() instanceof Nearness.SameBytes)).toList();
      MetadataAnswer signed = cases.metadata();
      // Anyone can write EXIF; only a key speaks as proof for real.
      MetadataAnswer forged =
          new MetadataAnswer(
              signed.signature(), signed.c2paAi(), signed.c2paWithoutAi(), cases.exifScore(), signed.inconsistencies(), signed.ai(), Level.NONE);
      Witnesses matched =
          with(with(others, new HashAnswer(positive, negative, hash.positiveItems(), hash.negativeItems(), hash.pdq(), hash.vector())), forged);
      Decision decision = Fusion.weighted304030(matched, FusionSettings.DEFAULT);
      return decision.verdict() == Verdict.AI_GENERATED ? null : matched + " gave " + decision;
    });
  }

  @Test
  void theThresholdsAreInclusive() {
    int[] met = new int[2];
    holds("inclusive", cases -> {
      // The EXIF score is solved for, so that the ratio lies on a threshold, or a little beside it.
      boolean ai = cases.chance(0.5);
      double beside = cases.one(0.0, 0.0, 1e-7, -1e-7);
      double target = (ai ? 0.70 : 0.30) + beside;
      Witnesses others = cases.whole();
      MetadataAnswer metadata = MetadataAnswer.of(List.of(), 0.5, cases.random.nextInt(4));
      MetadataAnswer signed =
          new MetadataAnswer(cases.chance(0.5), cases.chance(0.5), cases.chance(0.5), 0.5, metadata.inconsistencies(), Level.NONE, Level.NONE);
      Decision sample = Fusion.weighted304030(with(others, signed), decisive(DecisiveSetting.OFF));
      Terms sums = sum(sample);
      double real = sums.realSum() - 0.4 * 0.15 * 0.5;
      double wanted = sums.aiSum() * (1 - target) / target - real;
      double e = wanted / (0.4 * 0.35) >= 0.7 ? wanted / (0.4 * 0.35) : wanted / (0.4 * 0.15);
      if (!(e >= 0.300001 && e <= 1) || e < 0.7 && e > 0.699999 || e >= 0.7 && wanted / (0.4 * 0.35) < 0.7) return null;
      MetadataAnswer solved =
          new MetadataAnswer(
              signed.signature(), signed.c2paAi(), signed.c2paWithoutAi(), e, signed.inconsistencies(), Level.NONE, Level.NONE);
      Decision decision = Fusion.weighted304030(with(others, solved), decisive(DecisiveSetting.OFF));
      if (decision.decidedBy() != DecidedBy.FORMULA) return null;
      met[ai ? 0 : 1]++;
      Verdict expected =
          ai
              ? beside >= 0 ? Verdict.AI_GENERATED : Verdict.UNCERTAIN
              : beside <= 0 ? Verdict.LIKELY_REAL : Verdict.UNCERTAIN;
      return decision.verdict() == expected ? null : "ratio " + decision.ratio() + " for " + target + " gave " + decision;
    });
    assertThat(met[0]).as("cases at .70").isGreaterThan(10_000);
    assertThat(met[1]).as("cases at .30").isGreaterThan(10_000);
  }

  @Test
  void theOrderOfArrivalChangesNothing() {
    holds("order", cases -> {
      Witnesses others = cases.any();
      HashAnswer hash = cases.hash();
      List<MetadataAnswer.Sign> signs = cases.signs();
      double e = cases.exifScore();
      Decision decision = Fusion.weighted304030(with(with(others, hash), MetadataAnswer.of(signs, e, 1)), FusionSettings.DEFAULT);
      HashAnswer shuffled =
          new HashAnswer(
              shuffled(hash.positive(), cases), shuffled(hash.negative(), cases), hash.positiveItems(), hash.negativeItems(), hash.pdq(), hash.vector());
      Witnesses again = with(with(others, shuffled), MetadataAnswer.of(shuffled(signs, cases), e, 1));
      return decision.equals(Fusion.weighted304030(again, FusionSettings.DEFAULT)) ? null : others + " with " + hash + " and " + signs;
    });
  }

  @Test
  void aVerdictOfTheFormulaRestsOnTwoWitnessesAndOnMoreThanAbsences() {
    holds("coverage and absence", cases -> {
      Witnesses any = cases.any();
      Decision decision = Fusion.weighted304030(any, decisive(DecisiveSetting.OFF));
      double coverage = 0;
      for (Layer layer : Layer.values()) if (decision.outcome(layer).answered()) coverage += layer.weight();
      if (Math.abs(coverage - decision.coverage()) > ROUNDING) return "coverage of " + decision;
      if (decision.verdict() == Verdict.UNCERTAIN) return null;
      Terms sums = sum(decision);
      boolean absent = decision.verdict() == Verdict.AI_GENERATED ? sums.ai() == 0 : sums.real() == 0;
      return decision.coverage() < 0.5 || absent ? any + " gave " + decision : null;
    });
  }

  @Test
  void everyAnswerIsInItsRange() {
    holds("ranges", cases -> {
      Witnesses any = cases.any();
      Decision decision = Fusion.weighted304030(any, decisive(cases.one(DecisiveSetting.values())));
      double ratio = decision.ratio().orElse(0.5);
      boolean inRange = decision.confidence() >= 0.5 && decision.confidence() <= 1 && ratio >= 0 && ratio <= 1 && decision.coverage() <= 1 + ROUNDING;
      boolean fourDigits = Math.abs(decision.confidence() * 10_000 - Math.rint(decision.confidence() * 10_000)) < 1e-7;
      boolean silent = decision.coverage() == 0 == decision.ratio().isEmpty();
      return inRange && fourDigits && silent ? null : any + " gave " + decision;
    });
  }

  private static final Predicate<DecidedBy> GAP_OR_FORMULA =
      decidedBy ->
          switch (decidedBy) {
            case FORMULA, LOW_COVERAGE, ABSENCE, OUTAGE, NO_EVIDENCE -> true;
            case PROOF, DECLARED, CONFLICT -> false;
          };

  private static boolean byFormula(Decision decision) {
    return GAP_OR_FORMULA.test(decision.decidedBy());
  }

  private static Terms sum(Decision decision) {
    Terms sum = Terms.NOTHING;
    for (Layer layer : Layer.values()) {
      if (decision.outcome(layer) instanceof LayerOutcome.Answered<Terms>(var terms, _)) sum = sum.plus(terms);
    }
    return sum;
  }

  private static <T> List<T> shuffled(List<T> list, Cases cases) {
    List<T> shuffled = new ArrayList<>(list);
    Collections.shuffle(shuffled, cases.random);
    return shuffled;
  }

  private static HashAnswer.Match cosine(double value) {
    return new HashAnswer.Match(new Nearness.Cosine(value), false);
  }

  private static Witnesses with(Witnesses others, HashAnswer hash) {
    return new Witnesses(Cases.answered(hash), others.index(), others.metadata(), others.detector(), others.lmm());
  }

  private static Witnesses with(Witnesses others, MetadataAnswer metadata) {
    return new Witnesses(others.hash(), others.index(), Cases.answered(metadata), others.detector(), others.lmm());
  }

  private static Witnesses with(Witnesses others, DetectorAnswer detector) {
    return new Witnesses(others.hash(), others.index(), others.metadata(), Cases.answered(detector), others.lmm());
  }

  private static Witnesses with(Witnesses others, LmmAnswer lmm) {
    return new Witnesses(others.hash(), others.index(), others.metadata(), others.detector(), Cases.answered(lmm));
  }
}
