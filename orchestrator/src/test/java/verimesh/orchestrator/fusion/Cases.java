package verimesh.orchestrator.fusion;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import verimesh.chassis.problem.Problem;

/// Generated witnesses. Values gather at the edges of the formula, where mistakes live.
final class Cases {
  /// Banks large enough that "nothing similar" is worth a word.
  static final long LARGE = 40_000;

  final RandomGenerator random;

  Cases(RandomGenerator random) {
    this.random = random;
  }

  boolean chance(double p) {
    return random.nextDouble() < p;
  }

  @SafeVarargs
  final <T> T one(T... of) {
    return of[random.nextInt(of.length)];
  }

  double near(double... edges) {
    return switch (random.nextInt(3)) {
      case 0 -> random.nextDouble();
      case 1 -> edges[random.nextInt(edges.length)];
      default -> Math.clamp(edges[random.nextInt(edges.length)] + (random.nextDouble() - 0.5) * one(1e-12, 1e-8, 1e-3, 0.1), 0, 1);
    };
  }

  double similarity() {
    return near(0, 0.70, 0.85, 0.925, 1);
  }

  double exifScore() {
    return near(0, 0.30, 0.70, 1);
  }

  double probability() {
    return near(0, 0.3, 0.5, 0.7, 1);
  }

  Nearness nearness() {
    return switch (random.nextInt(6)) {
      case 0 -> new Nearness.SameBytes();
      case 1 -> new Nearness.Pdq(one(0, 10, 31, 32, random.nextInt(257)), one(0, 49, 50, 100));
      default -> new Nearness.Cosine(similarity());
    };
  }

  HashAnswer.Match match() {
    return new HashAnswer.Match(nearness(), chance(0.2));
  }

  List<HashAnswer.Match> matches() {
    List<HashAnswer.Match> matches = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) matches.add(match());
    return matches;
  }

  /// An answer that the formula hears: large banks, everything searched.
  HashAnswer hash() {
    List<HashAnswer.Match> negative = chance(0.5) ? List.of() : matches();
    return hash(matches(), negative);
  }

  HashAnswer hash(List<HashAnswer.Match> positive, List<HashAnswer.Match> negative) {
    return new HashAnswer(
        positive,
        negative,
        LARGE,
        negative.isEmpty() ? 0 : LARGE,
        new HashAnswer.Tier.Searched(2 * LARGE),
        new HashAnswer.Tier.Searched(2 * LARGE));
  }

  Level level() {
    return chance(0.7) ? Level.NONE : one(Level.DECLARED, Level.PROOF);
  }

  List<MetadataAnswer.Sign> signs() {
    List<MetadataAnswer.Sign> signs = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) signs.add(new MetadataAnswer.Sign(one(MetadataAnswer.Part.values()), level()));
    return signs;
  }

  MetadataAnswer metadata() {
    return MetadataAnswer.of(signs(), exifScore(), random.nextInt(5));
  }

  LmmAnswer lmm() {
    return new LmmAnswer(probability(), chance(0.5) ? OptionalDouble.of(probability()) : OptionalDouble.empty(), false);
  }

  static <T> LayerOutcome<T> answered(T answer) {
    return new LayerOutcome.Answered<>(answer, Duration.ZERO);
  }

  <T> LayerOutcome<T> out() {
    return chance(0.5)
        ? new LayerOutcome.Failed<>(new Problem.Unavailable("GONE", "gone", Duration.ZERO))
        : new LayerOutcome.TimedOut<>(Duration.ofSeconds(1));
  }

  <T> LayerOutcome<T> byChoice() {
    return chance(0.5) ? new LayerOutcome.NotConfigured<>("") : new LayerOutcome.NotApplicable<>("nothing to say");
  }

  /// Nobody is out; some are not there by choice.
  Witnesses whole() {
    return new Witnesses(
        chance(0.8) ? answered(hash()) : byChoice(),
        new IndexKnowledge.Unknown(),
        chance(0.9) ? answered(metadata()) : byChoice(),
        chance(0.7) ? answered(new DetectorAnswer(probability())) : byChoice(),
        chance(0.5) ? answered(lmm()) : byChoice());
  }

  /// The same picture on a bad day: at least one of those who spoke is out, wholly or in part.
  Witnesses outage(Witnesses whole) {
    while (true) {
      LayerOutcome<HashAnswer> hash = whole.hash() instanceof LayerOutcome.Answered<HashAnswer>(var answer, _) && chance(0.4) ? hashOut(answer) : whole.hash();
      LayerOutcome<MetadataAnswer> metadata = whole.metadata().answered() && chance(0.4) ? out() : whole.metadata();
      LayerOutcome<DetectorAnswer> detector = whole.detector().answered() && chance(0.4) ? out() : whole.detector();
      LayerOutcome<LmmAnswer> lmm = whole.lmm() instanceof LayerOutcome.Answered<LmmAnswer>(var answer, _) && chance(0.4) ? lmmOut(answer) : whole.lmm();
      IndexKnowledge index =
          whole.hash() instanceof LayerOutcome.Answered<HashAnswer>(var answer, _) && chance(0.5)
              ? new IndexKnowledge.Known(answer.positiveItems(), answer.negativeItems())
              : new IndexKnowledge.Unknown();
      Witnesses outage = new Witnesses(hash, index, metadata, detector, lmm);
      if (!outage.equals(new Witnesses(whole.hash(), index, whole.metadata(), whole.detector(), whole.lmm()))) return outage;
      if (!whole.hash().answered() && !whole.metadata().answered() && !whole.detector().answered() && !whole.lmm().answered()) return whole;
    }
  }

  /// Wholly out, or without its vector, its PDQ, or both.
  private LayerOutcome<HashAnswer> hashOut(HashAnswer answer) {
    return switch (random.nextInt(4)) {
      case 0 -> out();
      case 1 -> answered(without(answer, true, false));
      case 2 -> answered(without(answer, false, true));
      default -> answered(without(answer, true, true));
    };
  }

  private HashAnswer without(HashAnswer answer, boolean vector, boolean pdq) {
    var missing = new HashAnswer.Tier.Missing(out());
    return new HashAnswer(
        answer.positive().stream().filter(match -> found(match, vector, pdq)).toList(),
        answer.negative().stream().filter(match -> found(match, vector, pdq)).toList(),
        answer.positiveItems(),
        answer.negativeItems(),
        pdq ? missing : answer.pdq(),
        vector ? missing : answer.vector());
  }

  private static boolean found(HashAnswer.Match match, boolean withoutVector, boolean withoutPdq) {
    return switch (match.nearness()) {
      case Nearness.SameBytes _ -> true;
      case Nearness.Pdq _ -> !withoutPdq;
      case Nearness.Cosine _ -> !withoutVector;
    };
  }

  /// Wholly out, or only when asked again.
  private LayerOutcome<LmmAnswer> lmmOut(LmmAnswer answer) {
    return chance(0.5) ? out() : answered(new LmmAnswer(answer.firstPass(), OptionalDouble.empty(), true));
  }

  /// Anything at all.
  Witnesses any() {
    Witnesses whole = whole();
    return chance(0.5) ? whole : outage(whole);
  }
}
