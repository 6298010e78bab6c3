package verimesh.orchestrator.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.problem.Problem;
import verimesh.orchestrator.fusion.HashAnswer.Match;
import verimesh.orchestrator.fusion.HashAnswer.Tier;
import verimesh.orchestrator.fusion.MetadataAnswer.Part;
import verimesh.orchestrator.fusion.MetadataAnswer.Sign;

/// DESIGN.md §3 rule by rule, each edge by name. What holds for all inputs is [FusionLawsTest].
class FusionTest {
  private static final LayerOutcome<HashAnswer> NO_HASH = new LayerOutcome.NotConfigured<>("");
  private static final LayerOutcome<MetadataAnswer> NO_METADATA = new LayerOutcome.NotConfigured<>("");
  private static final LayerOutcome<DetectorAnswer> NO_DETECTOR = new LayerOutcome.NotConfigured<>("");
  private static final LayerOutcome<LmmAnswer> NO_LMM = new LayerOutcome.NotConfigured<>("");
  private static final MetadataAnswer STRIPPED = MetadataAnswer.of(List.of(), 0, 0);
  private static final MetadataAnswer CAMERA = MetadataAnswer.of(List.of(), 1, 0);

  // §3.1: the hash layer

  @ParameterizedTest
  @CsvSource({
    "1,              .30,  0",
    ".925,           .30,  0",
    ".9249,          .2998, 0",
    ".85,            .15,  0",
    ".849999,        .149999, .000001",
    ".775,           .075, .075",
    ".700001,        .000001, .149999",
    ".70,            0,    .15",
    ".699999,        0,    .15",
    "0,              0,    .15",
  })
  void theBandsOfSimilarity(double s, double ai, double real) {
    Terms terms = Formula.hash(s);
    assertThat(terms.aiSum()).isCloseTo(ai, within(1e-9));
    assertThat(terms.realSum()).isCloseTo(real, within(1e-9));
    assertThat(terms.realOfAbsence()).isEqualTo(terms.realSum());
  }

  @Test
  void aKnownRealPictureThatIsNearerSpeaksForReal() {
    assertThat(hashTerms(List.of(cosine(0.90)), List.of(cosine(0.95)))).isEqualTo(Terms.forReal(0.30));
    assertThat(hashTerms(List.of(cosine(0.95)), List.of(cosine(0.90)))).isEqualTo(Terms.forAi(0.30));
    assertThat(hashTerms(List.of(cosine(0.90)), List.of(cosine(0.90))).realSum()).as("a tie goes to the positive").isZero();
    assertThat(hashTerms(List.of(), List.of(cosine(0.85))).real()).isCloseTo(0.15, within(1e-12));
  }

  @Test
  void theTierComesBeforeTheDistance() {
    assertThat(hashTerms(List.of(cosine(0.999)), List.of(pdq(31)))).isEqualTo(Terms.forReal(0.30));
    assertThat(hashTerms(List.of(pdq(31)), List.of(cosine(1)))).isEqualTo(Terms.forAi(0.30));
    assertThat(hashTerms(List.of(pdq(0)), List.of(bytes()))).isEqualTo(Terms.forReal(0.30));
    assertThat(hashTerms(List.of(pdq(9)), List.of(pdq(8)))).isEqualTo(Terms.forReal(0.30));
    assertThat(hashTerms(List.of(pdq(8)), List.of(pdq(8)))).isEqualTo(Terms.forAi(0.30));
    assertThat(hashTerms(List.of(bytes()), List.of(bytes()))).isEqualTo(Terms.forAi(0.30));
  }

  @Test
  void belowTheNearBandKnownRealPicturesSayNothing() {
    assertThat(hashTerms(List.of(), List.of(cosine(0.849)))).isEqualTo(Formula.hash(0));
  }

  @Test
  void aCosineBelowZeroCountsZero() {
    assertThat(new Nearness.Cosine(-0.4).similarity()).isZero();
    assertThat(new Nearness.Cosine(1.0000002).similarity()).isEqualTo(1);
    assertThatThrownBy(() -> new Nearness.Cosine(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"999, .80, false", "1000, .80, true", "999, .85, true", "1, 1, true", "999, .849, false", "1000, 0, true"})
  void nothingSimilarIsOnlyWorthAWordFromABankOfSomeSize(long items, double s, boolean heard) {
    var answer = new HashAnswer(List.of(cosine(s)), List.of(), items, 0, new Tier.Searched(items), new Tier.Searched(items));
    assertThat(decide(Cases.answered(answer), Cases.answered(STRIPPED), NO_DETECTOR).hash().answered()).isEqualTo(heard);
  }

  @Test
  void itemsWithoutAVectorAreNoBankToFindNothingIn() {
    var answer = new HashAnswer(List.of(), List.of(), 40_000, 0, new Tier.Searched(40_000), new Tier.Searched(12));
    assertThat(decide(Cases.answered(answer), NO_METADATA, NO_DETECTOR).hash()).isInstanceOf(LayerOutcome.NotApplicable.class);
  }

  @Test
  void anEmptyIndexIsNotApplicableNeverNothingSimilar() {
    var answer = new HashAnswer(List.of(), List.of(), 0, 0, new Tier.Searched(0), new Tier.Searched(0));
    assertThat(decide(Cases.answered(answer), NO_METADATA, NO_DETECTOR).hash())
        .isEqualTo(new LayerOutcome.NotApplicable<>("the index holds no item"));
  }

  @Test
  void anIndexOfKnownRealPicturesAloneStillKnowsThem() {
    var searched = new Tier.Searched(5);
    var same = new HashAnswer(List.of(), List.of(bytes()), 0, 5, searched, searched);
    Decision decision = decide(Cases.answered(same), Cases.answered(STRIPPED), NO_DETECTOR);
    assertThat(decision.verdict()).isEqualTo(Verdict.LIKELY_REAL);
    assertThat(decision.decidedBy()).isEqualTo(DecidedBy.PROOF);
    assertThat(decision.hash()).isEqualTo(Cases.answered(Terms.forReal(0.30)));

    var other = new HashAnswer(List.of(), List.of(cosine(0.5)), 0, 5, searched, searched);
    assertThat(decide(Cases.answered(other), NO_METADATA, NO_DETECTOR).hash()).isInstanceOf(LayerOutcome.NotApplicable.class);
  }

  @Test
  void withoutAVectorByChoiceOnlyExactMatchesSpeak() {
    var noModel = new Tier.Unavailable("NO_VECTOR");
    var nothing = new HashAnswer(List.of(), List.of(), 40_000, 0, new Tier.Searched(40_000), noModel);
    assertThat(decide(Cases.answered(nothing), NO_METADATA, NO_DETECTOR).hash()).isEqualTo(new LayerOutcome.NotApplicable<>("NO_VECTOR"));
    var exact = new HashAnswer(List.of(pdq(12)), List.of(), 40_000, 0, new Tier.Searched(40_000), noModel);
    assertThat(decide(Cases.answered(exact), NO_METADATA, NO_DETECTOR).hash()).isEqualTo(Cases.answered(Terms.forAi(0.30)));
  }

  @Test
  void aVectorThatWasExpectedAndDidNotComeIsAnOutage() {
    var problem = new Problem.Unavailable("GONE", "gone", Duration.ZERO);
    var missing = new Tier.Missing(new LayerOutcome.Failed<>(problem));
    var nothing = new HashAnswer(List.of(), List.of(), 500, 0, new Tier.Searched(500), missing);
    Decision decision = decide(Cases.answered(nothing), Cases.answered(STRIPPED), Cases.answered(new DetectorAnswer(0)));
    assertThat(decision.hash()).isEqualTo(new LayerOutcome.Failed<>(problem));
    assertThat(decision.missingDecisive()).as("SHA-256 and PDQ were compared, and a vector decides nothing").isEmpty();

    var exact = new HashAnswer(List.of(bytes()), List.of(), 500, 0, new Tier.Searched(500), missing);
    assertThat(decide(Cases.answered(exact), NO_METADATA, NO_DETECTOR).hash()).isEqualTo(Cases.answered(Terms.forAi(0.30)));
  }

  @Test
  void aPdqThatWasExpectedAndDidNotComeIsAnOutageWhateverTheVectorFound() {
    LayerOutcome<HashAnswer> timedOut = new LayerOutcome.TimedOut<>(Duration.ofSeconds(1));
    var missing = new Tier.Missing(timedOut);
    for (List<Match> positive : List.of(List.of(cosine(0.3)), List.of(cosine(0.95)))) {
      var answer = new HashAnswer(positive, List.of(cosine(0.9)), 40_000, 40_000, missing, new Tier.Searched(80_000));
      assertThat(decide(Cases.answered(answer), Cases.answered(CAMERA), NO_DETECTOR).hash()).isEqualTo(timedOut);
    }
    var noVector = new HashAnswer(List.of(), List.of(), 5, 0, missing, new Tier.Unavailable("NO_VECTOR"));
    Decision decision = decide(Cases.answered(noVector), Cases.answered(CAMERA), NO_DETECTOR);
    assertThat(decision.hash()).isEqualTo(timedOut);
    assertThat(decision.missingDecisive()).as("SHA-256 was compared, PDQ was not").containsExactly(Layer.HASH);
    var same = new HashAnswer(List.of(bytes()), List.of(), 5, 0, missing, missing);
    assertThat(decide(Cases.answered(same), NO_METADATA, NO_DETECTOR).hash()).as("nothing lies nearer").isEqualTo(Cases.answered(Terms.forAi(0.30)));
  }

  // §3.1: the metadata layer

  @ParameterizedTest
  @CsvSource({
    "0,       .10, 0",
    ".299999, .10, 0",
    ".30,     0,   .018",
    ".699999, 0,   .04199994",
    ".70,     0,   .098",
    "1,       0,   .14",
  })
  void theBandsOfThePublishedExifScore(double e, double ai, double real) {
    Terms terms = Formula.metadata(MetadataAnswer.of(List.of(), e, 0));
    assertThat(terms.aiSum()).isCloseTo(ai, within(1e-9));
    assertThat(terms.realSum()).isCloseTo(real, within(1e-9));
    assertThat(terms.ai()).as("a missing EXIF is an absence").isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, .02", "2, .04", "3, .06", "4, .06", "9, .06"})
  void inconsistenciesAddUpToThree(int n, double ai) {
    Terms terms = Formula.metadata(MetadataAnswer.of(List.of(), 1, n));
    assertThat(terms.aiOfAbsence()).isCloseTo(ai, within(1e-12));
    assertThat(terms.ai()).isZero();
  }

  @Test
  void twoSignaturesWeighNoMoreThanOne() {
    var one = new Sign(Part.SIGNATURE, Level.DECLARED);
    Terms terms = Formula.metadata(MetadataAnswer.of(List.of(one, one), 0, 0));
    assertThat(terms.ai()).isCloseTo(0.16, within(1e-12));
    assertThat(terms.aiSum()).as("design/analyze.example.json").isCloseTo(0.26, within(1e-12));
  }

  @Test
  void aManifestWeighsBesideASignature() {
    Terms terms = Formula.metadata(MetadataAnswer.of(List.of(new Sign(Part.SIGNATURE, Level.NONE), new Sign(Part.C2PA_AI, Level.NONE)), 1, 0));
    assertThat(terms.ai()).isCloseTo(0.24, within(1e-12));
    assertThat(Formula.metadata(MetadataAnswer.of(List.of(new Sign(Part.C2PA_WITHOUT_AI, Level.NONE)), 1, 0)).real()).isCloseTo(0.20, within(1e-12));
  }

  // §3.1: the content layer

  @ParameterizedTest
  @CsvSource({"1, .30, 0", ".5, .15, 0", ".499999, 0, .1500003", "0, 0, .30"})
  void theContentLayerSpeaksForTheLikelierSide(double p, double ai, double real) {
    Terms terms = Formula.content(p);
    assertThat(terms.ai()).isCloseTo(ai, within(1e-12));
    assertThat(terms.real()).isCloseTo(real, within(1e-12));
  }

  @Test
  void detectorAndLmmAreOneOpinion() {
    var detector = Cases.answered(new DetectorAnswer(0.2));
    assertThat(content(detector, Cases.answered(LmmAnswer.once(0.9)))).isCloseTo(0.55, within(1e-12));
    assertThat(content(detector, NO_LMM)).isEqualTo(0.2);
    assertThat(content(NO_DETECTOR, Cases.answered(LmmAnswer.once(0.9)))).isEqualTo(0.9);
    LmmAnswer twice = new LmmAnswer(0.1, OptionalDouble.of(0.9), false);
    assertThat(content(detector, Cases.answered(twice))).isCloseTo(0.55, within(1e-12));
    LmmAnswer calmer = new LmmAnswer(0.9, OptionalDouble.of(0.1), false);
    assertThat(content(detector, Cases.answered(calmer))).as("a second look never clears").isCloseTo(0.55, within(1e-12));
  }

  // §3.2: gaps

  @Test
  void oneWitnessAloneIsNoVerdict() {
    Decision decision = decide(NO_HASH, Cases.answered(STRIPPED), NO_DETECTOR);
    assertThat(decision.verdict()).isEqualTo(Verdict.UNCERTAIN);
    assertThat(decision.confidence()).isEqualTo(0.5);
    assertThat(decision.decidedBy()).isEqualTo(DecidedBy.LOW_COVERAGE);
    assertThat(decision.coverage()).isEqualTo(0.40);
    assertThat(decision.ratio()).hasValue(1.0);
  }

  @Test
  void noWitnessIsNoEvidence() {
    Decision decision = decide(NO_HASH, NO_METADATA, NO_DETECTOR);
    assertThat(decision.decidedBy()).isEqualTo(DecidedBy.NO_EVIDENCE);
    assertThat(decision.verdict()).isEqualTo(Verdict.UNCERTAIN);
    assertThat(decision.confidence()).isEqualTo(0.5);
    assertThat(decision.ratio()).isEmpty();
    assertThat(decision.coverage()).isZero();
  }

  @Test
  void absencesAloneNeverSpeak() {
    assertThat(Gaps.spoken(new Terms(0, 0.16, 0, 0.05))).isEqualTo(Verdict.UNCERTAIN);
    assertThat(Gaps.spoken(new Terms(0.01, 0.15, 0, 0.05))).isEqualTo(Verdict.AI_GENERATED);
    assertThat(Gaps.spoken(new Terms(0, 0.05, 0, 0.15))).isEqualTo(Verdict.UNCERTAIN);
    assertThat(Gaps.spoken(new Terms(0, 0.05, 0.01, 0.15))).isEqualTo(Verdict.LIKELY_REAL);
    assertThat(Gaps.spoken(new Terms(0, 0, 0, 0.15))).isEqualTo(Verdict.UNCERTAIN);
  }

  @Test
  void anOutageThatCouldHaveChangedTheVerdictLeavesItOpen() {
    // Camera EXIF and a detector that says real: 0 against .44, and hash could have added .30 for AI.
    LayerOutcome<HashAnswer> out = new LayerOutcome.TimedOut<>(Duration.ofSeconds(1));
    Decision decision = decide(out, Cases.answered(CAMERA), Cases.answered(new DetectorAnswer(0)));
    assertThat(decision.verdict()).isEqualTo(Verdict.UNCERTAIN);
    assertThat(decision.decidedBy()).isEqualTo(DecidedBy.OUTAGE);
    assertThat(decision.confidence()).isEqualTo(0.5);
    assertThat(decision.ratio()).hasValue(0.0);
    assertThat(decision.missingDecisive()).containsExactly(Layer.HASH);

    Decision chosen = decide(NO_HASH, Cases.answered(CAMERA), Cases.answered(new DetectorAnswer(0)));
    assertThat(chosen.verdict()).as("not configured is a choice").isEqualTo(Verdict.LIKELY_REAL);
  }

  @Test
  void anIndexKnownToHoldNoRealPictureCouldOnlyHaveFoundNothing() {
    // ai .10 + .30; real at most .15 leaves .727, and .30 would leave .571.
    LayerOutcome<HashAnswer> out = new LayerOutcome.Failed<>(new Problem.Unavailable("GONE", "gone", Duration.ZERO));
    var detector = Cases.answered(new DetectorAnswer(1));
    var known = new Witnesses(out, new IndexKnowledge.Known(40_000, 0), Cases.answered(STRIPPED), detector, NO_LMM);
    assertThat(decide(known).verdict()).isEqualTo(Verdict.AI_GENERATED);
    assertThat(decide(known).confidence()).isEqualTo(0.7273);
    assertThat(decide(known).missingDecisive()).as("it holds no proof of real").isEmpty();
    var unknown = new Witnesses(out, new IndexKnowledge.Unknown(), Cases.answered(STRIPPED), detector, NO_LMM);
    assertThat(decide(unknown).decidedBy()).isEqualTo(DecidedBy.OUTAGE);
    var negatives = new Witnesses(out, new IndexKnowledge.Known(40_000, 1), Cases.answered(STRIPPED), detector, NO_LMM);
    assertThat(decide(negatives).decidedBy()).isEqualTo(DecidedBy.OUTAGE);
  }

  @Test
  void oneOfTwoContentSourcesOutCountsAtBothItsEnds() {
    LayerOutcome<LmmAnswer> out = new LayerOutcome.TimedOut<>(Duration.ofSeconds(1));
    var known = Cases.answered(answer(List.of(cosine(0.93)), List.of()));
    var sure = new Witnesses(known, new IndexKnowledge.Unknown(), Cases.answered(STRIPPED), Cases.answered(new DetectorAnswer(1)), out);
    // p lies from .5 to 1: ai .40 + .15 at least.
    assertThat(decide(sure).verdict()).isEqualTo(Verdict.AI_GENERATED);
    var real = Cases.answered(new DetectorAnswer(0.1));
    var open = new Witnesses(known, new IndexKnowledge.Unknown(), Cases.answered(CAMERA), real, out);
    // p from .05 to .55: .30 against .285 + .14 is uncertain, .465 against .14 is AI.
    assertThat(decide(open).decidedBy()).isEqualTo(DecidedBy.OUTAGE);
    assertThat(decide(open).coverage()).isEqualTo(1.0);
  }

  @Test
  void aSecondPassThatDidNotComeCouldOnlyHaveRaisedTheSuspicion() {
    LmmAnswer cut = new LmmAnswer(0.1, OptionalDouble.empty(), true);
    var witnesses = new Witnesses(NO_HASH, new IndexKnowledge.Unknown(), Cases.answered(CAMERA), NO_DETECTOR, Cases.answered(cut));
    assertThat(decide(witnesses).decidedBy()).isEqualTo(DecidedBy.OUTAGE);
    var skipped = new Witnesses(NO_HASH, new IndexKnowledge.Unknown(), Cases.answered(CAMERA), NO_DETECTOR, Cases.answered(LmmAnswer.once(0.1)));
    assertThat(decide(skipped).verdict()).isEqualTo(Verdict.LIKELY_REAL);
  }

  // §3.3: decisive evidence, row by row

  @ParameterizedTest
  @CsvSource({
    "SIGNATURE,       PROOF,    AI_GENERATED, PROOF,        .99", // NovelAI's signature that verifies
    "SIGNATURE,       DECLARED, AI_GENERATED, DECLARED,     .95", // a generator's own record
    "SIGNATURE,       NONE,     UNCERTAIN,    LOW_COVERAGE, .5", // TC260 label 2
    "C2PA_AI,         PROOF,    AI_GENERATED, PROOF,        .99", // trusted, fully AI
    "C2PA_AI,         DECLARED, AI_GENERATED, DECLARED,     .95", // intact but untrusted
    "C2PA_AI,         NONE,     UNCERTAIN,    LOW_COVERAGE, .5", // AI in components or edits only
    "C2PA_WITHOUT_AI, PROOF,    LIKELY_REAL,  PROOF,        .99", // trusted capture
    "C2PA_WITHOUT_AI, NONE,     UNCERTAIN,    LOW_COVERAGE, .5", // trusted, other
    "C2PA_WITHOUT_AI, DECLARED, UNCERTAIN,    LOW_COVERAGE, .5", // no such row: only proof speaks for real
    "NONE,            PROOF,    UNCERTAIN,    LOW_COVERAGE, .5", // broken: void, whatever it claims
  })
  void whatTheFileSaysDecides(Part part, Level level, Verdict verdict, DecidedBy decidedBy, double confidence) {
    MetadataAnswer metadata = MetadataAnswer.of(List.of(new Sign(part, level)), 0, 0);
    Decision decision = decide(NO_HASH, Cases.answered(metadata), NO_DETECTOR);
    assertThat(decision.verdict()).isEqualTo(verdict);
    assertThat(decision.decidedBy()).isEqualTo(decidedBy);
    assertThat(decision.confidence()).isEqualTo(confidence);
  }

  @ParameterizedTest
  @CsvSource({"31, 50, false, true", "32, 50, false, false", "31, 49, false, false", "31, 50, true, false", "0, 100, true, false"})
  void aNearDuplicateDecidesUnlessItIsAnEditOrTooVague(int bits, int quality, boolean edit, boolean decides) {
    var match = new Match(new Nearness.Pdq(bits, quality), edit);
    Decision decision = decide(Cases.answered(answer(List.of(cosine(0.3), match), List.of())), Cases.answered(CAMERA), NO_DETECTOR);
    assertThat(decision.decidedBy()).isEqualTo(decides ? DecidedBy.DECLARED : DecidedBy.FORMULA);
    assertThat(decision.hash()).as("s = 1 all the same").isEqualTo(Cases.answered(Terms.forAi(0.30)));
  }

  @Test
  void likenessDecidesNothing() {
    Decision decision = decide(Cases.answered(answer(List.of(cosine(1)), List.of())), Cases.answered(CAMERA), NO_DETECTOR);
    assertThat(decision.decidedBy()).isEqualTo(DecidedBy.FORMULA);
    assertThat(decision.confidence()).as(".30 / .44: the published 68 %%").isEqualTo(0.6818);
  }

  @Test
  void proofOnBothSidesIsAConflictAndProofWinsOverDeclared() {
    var capture = MetadataAnswer.of(List.of(new Sign(Part.C2PA_WITHOUT_AI, Level.PROOF)), 1, 0);
    Decision conflict = decide(Cases.answered(answer(List.of(bytes()), List.of())), Cases.answered(capture), NO_DETECTOR);
    assertThat(conflict.decidedBy()).isEqualTo(DecidedBy.CONFLICT);
    assertThat(conflict.verdict()).isEqualTo(Verdict.UNCERTAIN);
    assertThat(conflict.confidence()).isEqualTo(0.5);
    Decision real = decide(Cases.answered(answer(List.of(pdq(3)), List.of())), Cases.answered(capture), NO_DETECTOR);
    assertThat(real.decidedBy()).isEqualTo(DecidedBy.PROOF);
    assertThat(real.verdict()).isEqualTo(Verdict.LIKELY_REAL);
    Decision both = decide(Cases.answered(answer(List.of(bytes()), List.of(bytes()))), Cases.answered(CAMERA), NO_DETECTOR);
    assertThat(both.decidedBy()).isEqualTo(DecidedBy.CONFLICT);
  }

  @Test
  void theSettingLimitsWhatDecides() {
    var declared = Cases.answered(MetadataAnswer.of(List.of(new Sign(Part.SIGNATURE, Level.DECLARED)), 0, 0));
    var proven = Cases.answered(MetadataAnswer.of(List.of(new Sign(Part.SIGNATURE, Level.PROOF)), 0, 0));
    assertThat(decidedBy(declared, DecisiveSetting.OFF)).isEqualTo(DecidedBy.LOW_COVERAGE);
    assertThat(decidedBy(declared, DecisiveSetting.PROOF)).isEqualTo(DecidedBy.LOW_COVERAGE);
    assertThat(decidedBy(declared, DecisiveSetting.DECLARED)).isEqualTo(DecidedBy.DECLARED);
    assertThat(decidedBy(proven, DecisiveSetting.OFF)).isEqualTo(DecidedBy.LOW_COVERAGE);
    assertThat(decidedBy(proven, DecisiveSetting.PROOF)).isEqualTo(DecidedBy.PROOF);
  }

  @Test
  void decisiveEvidenceNeedsNoCoverageAndTheFormulaStandsBesideIt() {
    var record = MetadataAnswer.of(List.of(new Sign(Part.SIGNATURE, Level.DECLARED)), 0, 0);
    Decision decision = decide(NO_HASH, Cases.answered(record), Cases.answered(new DetectorAnswer(0.33)));
    assertThat(decision.ratio().getAsDouble()).as("design/analyze.example.json").isCloseTo(0.564, within(0.0005));
    assertThat(decision.coverage()).isEqualTo(0.7);
    assertThat(decision.confidence()).isEqualTo(0.95);
  }

  @Test
  void metadataThatIsOutMightHaveOverriddenAnything() {
    LayerOutcome<MetadataAnswer> out = new LayerOutcome.TimedOut<>(Duration.ofSeconds(1));
    Decision proven = decide(Cases.answered(answer(List.of(bytes()), List.of())), out, NO_DETECTOR);
    assertThat(proven.verdict()).isEqualTo(Verdict.AI_GENERATED);
    assertThat(proven.missingDecisive()).as("a trusted capture would have been a conflict").containsExactly(Layer.METADATA);
    Decision conflict = decide(Cases.answered(answer(List.of(bytes()), List.of(bytes()))), out, NO_DETECTOR);
    assertThat(conflict.missingDecisive()).as("nothing overrides a conflict of proofs").isEmpty();
  }

  // Policies

  @Test
  void policiesAreFoundByNameAndTheEmptyNameIsTheDefault() {
    Policies policies = Policies.of(FusionSettings.DEFAULT, "").orElseThrow();
    assertThat(policies.find("")).isEqualTo(policies.find("weighted-30-40-30")).isPresent();
    assertThat(policies.find("calibrated")).isEmpty();
    assertThat(policies.names()).isEqualTo("weighted-30-40-30");
    assertThat(Policies.of(FusionSettings.DEFAULT, "fair")).isEmpty();
  }

  private static DecidedBy decidedBy(LayerOutcome<MetadataAnswer> metadata, DecisiveSetting setting) {
    var witnesses = new Witnesses(NO_HASH, new IndexKnowledge.Unknown(), metadata, NO_DETECTOR, NO_LMM);
    return Fusion.weighted304030(witnesses, new FusionSettings(setting, 1_000)).decidedBy();
  }

  private static Decision decide(LayerOutcome<HashAnswer> hash, LayerOutcome<MetadataAnswer> metadata, LayerOutcome<DetectorAnswer> detector) {
    return decide(new Witnesses(hash, new IndexKnowledge.Unknown(), metadata, detector, NO_LMM));
  }

  private static Decision decide(Witnesses witnesses) {
    return Fusion.weighted304030(witnesses, FusionSettings.DEFAULT);
  }

  private static double content(LayerOutcome<DetectorAnswer> detector, LayerOutcome<LmmAnswer> lmm) {
    return ((LayerOutcome.Answered<Double>) Content.of(detector, lmm).outcome()).answer();
  }

  private static Terms hashTerms(List<Match> positive, List<Match> negative) {
    return Formula.hash(answer(positive, negative));
  }

  private static HashAnswer answer(List<Match> positive, List<Match> negative) {
    return new HashAnswer(positive, negative, 40_000, 40_000, new Tier.Searched(80_000), new Tier.Searched(80_000));
  }

  private static Match cosine(double value) {
    return new Match(new Nearness.Cosine(value), false);
  }

  private static Match pdq(int bits) {
    return new Match(new Nearness.Pdq(bits, 100), false);
  }

  private static Match bytes() {
    return new Match(new Nearness.SameBytes(), false);
  }
}
