package verimesh.orchestrator.fusion;

import java.util.Optional;

/// Evidence that needs no guess decides before the formula (DESIGN.md §3.3).
///
/// @param ai the highest level that speaks for AI
/// @param real the highest level that speaks for real
record Decisive(Level ai, Level real) {
  static final Decisive NOTHING = new Decisive(Level.NONE, Level.NONE);

  /// A PDQ match decides at or below this Hamming distance, in bits, whatever the index was told to call a match.
  private static final int PDQ_BITS_MAX = 31;

  /// Below this PDQ quality a hash is mostly noise.
  private static final int PDQ_QUALITY_MIN = 50;

  static final double PROOF_CONFIDENCE = 0.99;
  static final double DECLARED_CONFIDENCE = 0.95;

  /// The level of one match in a positive bank.
  static Level ofPositive(HashAnswer.Match match) {
    return switch (match.nearness()) {
      case Nearness.SameBytes _ -> Level.PROOF;
      case Nearness.Pdq(int bits, int quality) ->
          bits <= PDQ_BITS_MAX && quality >= PDQ_QUALITY_MIN && !match.aiEdit() ? Level.DECLARED : Level.NONE;
      case Nearness.Cosine _ -> Level.NONE;
    };
  }

  Decisive and(Level ai, Level real) {
    return new Decisive(this.ai.or(ai), this.real.or(real));
  }

  Decisive within(DecisiveSetting setting) {
    return new Decisive(setting.cut(ai), setting.cut(real));
  }

  /// What it decides; empty where nothing decisive was found.
  Optional<Rule> rule() {
    int order = ai.compareTo(real);
    if (order == 0) {
      return ai == Level.NONE ? Optional.empty() : Optional.of(new Rule(Verdict.UNCERTAIN, 0.5, DecidedBy.CONFLICT));
    }
    Verdict verdict = order > 0 ? Verdict.AI_GENERATED : Verdict.LIKELY_REAL;
    return Optional.of(
        ai.or(real) == Level.PROOF
            ? new Rule(verdict, PROOF_CONFIDENCE, DecidedBy.PROOF)
            : new Rule(verdict, DECLARED_CONFIDENCE, DecidedBy.DECLARED));
  }

  /// True if evidence of these levels, had it come too, would have led to another verdict.
  boolean overriddenBy(Verdict verdict, Level ai, Level real) {
    return and(ai, real).rule().map(rule -> rule.verdict() != verdict).orElse(false);
  }
}
