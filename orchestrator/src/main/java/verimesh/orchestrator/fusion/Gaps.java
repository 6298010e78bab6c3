package verimesh.orchestrator.fusion;

/// How far the layers that are out could have moved the two sums (DESIGN.md §3.2, `OUTAGE`).
///
/// @param towardsReal the sums, had everything that is out spoken for real as loudly as it can
/// @param towardsAi the same for AI
record Gaps(Terms towardsReal, Terms towardsAi) {
  /// What a layer that is out could have added. Metadata: every part for AI is .40 of .40, every part for real .20.
  private static final Terms HASH_AI = Terms.forAi(0.30);

  private static final Terms HASH_NOTHING_SIMILAR = new Terms(0, 0, 0, 0.15);
  private static final Terms HASH_KNOWN_REAL = Terms.forReal(0.30);
  private static final Terms METADATA_AI = Terms.forAi(0.40);
  private static final Terms METADATA_REAL = Terms.forReal(0.20);

  static Gaps of(LayerOutcome<Terms> hash, IndexKnowledge index, LayerOutcome<Terms> metadata, Content content) {
    Terms real = Terms.NOTHING;
    Terms ai = Terms.NOTHING;
    if (hash instanceof LayerOutcome.Answered<Terms>(var terms, _)) {
      real = real.plus(terms);
      ai = ai.plus(terms);
    } else if (hash.out()) {
      real = real.plus(index.mayHoldNegative() ? HASH_KNOWN_REAL : HASH_NOTHING_SIMILAR);
      ai = ai.plus(HASH_AI);
    }
    if (metadata instanceof LayerOutcome.Answered<Terms>(var terms, _)) {
      real = real.plus(terms);
      ai = ai.plus(terms);
    } else if (metadata.out()) {
      real = real.plus(METADATA_REAL);
      ai = ai.plus(METADATA_AI);
    }
    if (content.outcome().answered() || content.outcome().out()) {
      real = real.plus(Formula.content(content.least()));
      ai = ai.plus(Formula.content(content.most()));
    }
    return new Gaps(real, ai);
  }

  /// The verdict that the formula gives wherever between its ends the truth lies; uncertain if that is not one verdict.
  boolean agreeOn(Verdict verdict) {
    return spoken(towardsReal) == verdict && spoken(towardsAi) == verdict;
  }

  /// How sure the formula is at least, wherever between the ends the truth lies: an outage never makes surer. Without an
  /// outage both ends are the sums themselves, and this is the formula's own confidence.
  double leastConfidence() {
    double low = Formula.ratio(towardsReal);
    double high = Formula.ratio(towardsAi);
    if (low < 0.5 && high > 0.5) return 0.5;
    return Math.min(Formula.confidence(low), Formula.confidence(high));
  }

  /// The formula's verdict, unless nothing but absences speaks for it.
  static Verdict spoken(Terms sums) {
    Verdict verdict = Formula.verdict(Formula.ratio(sums));
    boolean heard =
        switch (verdict) {
          case AI_GENERATED -> Formula.isTerm(sums.ai());
          case LIKELY_REAL -> Formula.isTerm(sums.real());
          case UNCERTAIN -> true;
        };
    return heard ? verdict : Verdict.UNCERTAIN;
  }
}
