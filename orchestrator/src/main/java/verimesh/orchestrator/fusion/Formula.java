package verimesh.orchestrator.fusion;

/// The published formula `weighted-30-40-30` (DESIGN.md §3.1), term by term. Its proof is golden/published_verdicts.csv.
final class Formula {
  /// From this similarity on two pictures are near-duplicates.
  static final double NEAR = 0.85;

  /// Below this similarity they have nothing to do with each other.
  static final double FAR = 0.70;

  static final double AI_FROM = 0.70;
  static final double REAL_UP_TO = 0.30;

  /// Comparisons allow this much, so that a sum of decimal fractions meets its threshold.
  private static final double ROUNDING = 1e-9;

  private static final double HASH = Layer.HASH.weight();
  private static final double META = Layer.METADATA.weight();
  private static final double CONTENT = Layer.CONTENT.weight();

  private static final double CAMERA_SCORE = 0.70;
  private static final double STRIPPED_SCORE = 0.30;

  private Formula() {}

  static boolean atLeast(double value, double threshold) {
    return value >= threshold - ROUNDING;
  }

  static boolean isTerm(double amount) {
    return amount > ROUNDING;
  }

  static Terms hash(HashAnswer answer) {
    if (answer.negativeSpeaks()) return Terms.forReal(near(answer.nearestNegative().orElseThrow().nearness().similarity()));
    return hash(answer.similarity());
  }

  /// How far a similarity speaks for AI and for real.
  ///
  /// @param s best similarity over enabled positive banks, 0 to 1
  static Terms hash(double s) {
    if (atLeast(s, NEAR)) return Terms.forAi(near(s));
    if (!atLeast(s, FAR)) return new Terms(0, 0, 0, HASH * 0.5);
    // Between the bands one side fades into the other, so no pixel of noise can flip the answer.
    double u = Math.min(1, (NEAR - s) / (NEAR - FAR)); // a literal .15 makes a sum of -3e-17 at s = FAR
    return new Terms(HASH * 0.5 * (1 - u), 0, 0, HASH * 0.5 * u);
  }

  /// The first row's amount: .15 at s = .85, rising to .30 at .925. Never below .15, or the rounding that comparisons allow
  /// would make a match at .85 weigh less than "nothing similar".
  private static double near(double s) {
    return HASH * Math.clamp((s - NEAR) / (1 - NEAR) + 0.5, 0.5, 1);
  }

  static Terms metadata(MetadataAnswer answer) {
    double ai = (answer.signature() ? META * 0.40 : 0) + (answer.c2paAi() ? META * 0.20 : 0);
    double real = answer.c2paWithoutAi() ? META * 0.15 : 0;
    double aiOfAbsence = META * Math.min(0.05 * answer.inconsistencies(), 0.15);
    double e = answer.exifScore();
    if (atLeast(e, CAMERA_SCORE)) real += META * 0.35 * e;
    else if (atLeast(e, STRIPPED_SCORE)) real += META * 0.15 * e;
    else aiOfAbsence += META * 0.25;
    return new Terms(ai, aiOfAbsence, real, 0);
  }

  /// @param p probability of AI, the mean over whichever of detector and LMM answered, 0 to 1
  static Terms content(double p) {
    return atLeast(p, 0.5) ? Terms.forAi(CONTENT * p) : Terms.forReal(CONTENT * (1 - p));
  }

  /// ai / (ai + real), 0 to 1. The sums must not both be 0.
  static double ratio(Terms sums) {
    return sums.aiSum() / (sums.aiSum() + sums.realSum());
  }

  static Verdict verdict(double ratio) {
    if (atLeast(ratio, AI_FROM)) return Verdict.AI_GENERATED;
    return atLeast(REAL_UP_TO, ratio) ? Verdict.LIKELY_REAL : Verdict.UNCERTAIN;
  }

  /// .5 to 1, before rounding.
  static double confidence(double ratio) {
    return switch (verdict(ratio)) {
      case AI_GENERATED -> ratio;
      case LIKELY_REAL -> 1 - ratio;
      case UNCERTAIN -> 0.5 + Math.abs(ratio - 0.5);
    };
  }
}
