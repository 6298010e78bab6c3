package verimesh.orchestrator.fusion;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// From what the witnesses said to a verdict (DESIGN.md §3). Pure: the same witnesses, the same decision.
public final class Fusion {
  /// One witness alone is no verdict.
  private static final double COVERAGE_MIN = 0.50;

  private Fusion() {}

  /// The published formula, with the rules for gaps and decisive evidence before both.
  public static Decision weighted304030(Witnesses witnesses, FusionSettings settings) {
    LayerOutcome<HashAnswer> heard = HashAnswer.heard(witnesses.hash(), settings.bankItemsMin());
    Content content = Content.of(witnesses.detector(), witnesses.lmm());

    LayerOutcome<Terms> hash = heard.map(Formula::hash);
    LayerOutcome<Terms> metadata = witnesses.metadata().map(Formula::metadata);
    LayerOutcome<Terms> pixels = content.outcome().map(Formula::content);
    Terms sums = terms(hash).plus(terms(metadata)).plus(terms(pixels));
    double coverage = coverage(Layer.HASH, hash) + coverage(Layer.METADATA, metadata) + coverage(Layer.CONTENT, pixels);

    Decisive decisive = decisive(witnesses).within(settings.decisive());
    Gaps gaps = Gaps.of(hash, index(witnesses), metadata, content);
    Rule rule = decisive.rule().orElseGet(() -> formula(sums, coverage, gaps));

    return new Decision(
        rule.verdict(),
        Math.round(rule.confidence() * 10_000) / 10_000.0,
        rule.decidedBy(),
        coverage == 0 ? OptionalDouble.empty() : OptionalDouble.of(Formula.ratio(sums)),
        coverage,
        missingDecisive(witnesses, heard, decisive, rule.verdict(), settings.decisive()),
        hash,
        metadata,
        pixels);
  }

  /// §3.1 and §3.2, in the order in which §3.2 lists its rules.
  private static Rule formula(Terms sums, double coverage, Gaps gaps) {
    if (coverage == 0) return Rule.unsure(DecidedBy.NO_EVIDENCE);
    if (!Formula.atLeast(coverage, COVERAGE_MIN)) return Rule.unsure(DecidedBy.LOW_COVERAGE);
    Verdict verdict = Formula.verdict(Formula.ratio(sums));
    if (Gaps.spoken(sums) != verdict) return Rule.unsure(DecidedBy.ABSENCE);
    if (!gaps.agreeOn(verdict)) return Rule.unsure(DecidedBy.OUTAGE);
    return new Rule(verdict, gaps.leastConfidence(), DecidedBy.FORMULA);
  }

  /// Decisive evidence of every answer, also of one that the formula does not hear: known bytes in a bank of one item.
  private static Decisive decisive(Witnesses witnesses) {
    Decisive decisive = Decisive.NOTHING;
    if (witnesses.hash() instanceof LayerOutcome.Answered<HashAnswer>(var answer, _)) {
      decisive = decisive.and(answer.aiLevel(), answer.realLevel());
    }
    if (witnesses.metadata() instanceof LayerOutcome.Answered<MetadataAnswer>(var answer, _)) {
      decisive = decisive.and(answer.ai(), answer.real());
    }
    return decisive;
  }

  private static List<Layer> missingDecisive(
      Witnesses witnesses, LayerOutcome<HashAnswer> heard, Decisive decisive, Verdict verdict, DecisiveSetting setting) {
    List<Layer> missing = new ArrayList<>(2);
    // DINOv2 decides nothing on its own: where the exact tiers were compared, only those could have spoken, and did.
    boolean exactTiersCompared =
        witnesses.hash() instanceof LayerOutcome.Answered<HashAnswer>(var answer, _)
            && !(answer.pdq() instanceof HashAnswer.Tier.Missing);
    if (heard.out() && !exactTiersCompared) {
      boolean sha256Compared = witnesses.hash().answered();
      IndexKnowledge index = index(witnesses);
      Level most = sha256Compared ? Level.DECLARED : Level.PROOF;
      boolean ai = index.mayHoldPositive() && decisive.overriddenBy(verdict, setting.cut(most), Level.NONE);
      boolean real = !sha256Compared && index.mayHoldNegative() && decisive.overriddenBy(verdict, Level.NONE, setting.cut(Level.PROOF));
      if (ai || real) missing.add(Layer.HASH);
    }
    if (witnesses.metadata().out()) {
      boolean ai = decisive.overriddenBy(verdict, setting.cut(Level.PROOF), Level.NONE);
      boolean real = decisive.overriddenBy(verdict, Level.NONE, setting.cut(Level.PROOF));
      if (ai || real) missing.add(Layer.METADATA);
    }
    return missing;
  }

  /// What the answer itself says of its index, else what was known before.
  private static IndexKnowledge index(Witnesses witnesses) {
    return witnesses.hash() instanceof LayerOutcome.Answered<HashAnswer>(var answer, _)
        ? new IndexKnowledge.Known(answer.positiveItems(), answer.negativeItems())
        : witnesses.index();
  }

  private static Terms terms(LayerOutcome<Terms> outcome) {
    return outcome instanceof LayerOutcome.Answered<Terms>(var terms, _) ? terms : Terms.NOTHING;
  }

  private static double coverage(Layer layer, LayerOutcome<Terms> outcome) {
    return switch (outcome) { // no default: a sixth outcome stops the build right here
      case LayerOutcome.Answered<Terms> _ -> layer.weight();
      case LayerOutcome.Failed<Terms> _,
          LayerOutcome.TimedOut<Terms> _,
          LayerOutcome.NotConfigured<Terms> _,
          LayerOutcome.NotApplicable<Terms> _ -> 0;
    };
  }
}
