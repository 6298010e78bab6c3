package verimesh.orchestrator.fusion;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What the index said about one picture, all tiers and calls together.
///
/// @param positive matches in enabled banks of known AI, in any order
/// @param negative matches in enabled banks of known real pictures, in any order
/// @param positiveItems enabled items in positive banks
/// @param negativeItems enabled items in negative banks
/// @param pdq whether the PDQ tier was searched
/// @param vector whether the tier of DINOv2 vectors was searched
public record HashAnswer(
    List<Match> positive,
    List<Match> negative,
    long positiveItems,
    long negativeItems,
    Tier pdq,
    Tier vector) {
  public HashAnswer {
    positive = List.copyOf(positive);
    negative = List.copyOf(negative);
    if (positiveItems < 0 || negativeItems < 0) throw new IllegalArgumentException("item counts are 0 or more");
  }

  /// The surest tier first, the nearest first within it.
  public static final Comparator<Match> NEAREST_FIRST = (one, other) -> Nearness.compare(one.nearness(), other.nearness());

  /// One item of a bank that looks like the picture.
  ///
  /// @param aiEdit true for an AI edit of a genuine picture: the original's PDQ matches it too, so PDQ decides nothing
  public record Match(Nearness nearness, boolean aiEdit) {
    /// What it decides on its own in a positive bank.
    public Level levelForAi() {
      return Decisive.ofPositive(this);
    }

    /// What it decides on its own in a negative bank: only identity of bytes does.
    public Level levelForReal() {
      return nearness instanceof Nearness.SameBytes ? Level.PROOF : Level.NONE;
    }
  }

  /// A tier that needs the pixels. (SHA-256 needs none: whoever has this answer had it compared.)
  public sealed interface Tier {
    /// @param items how many were compared; `Long.MAX_VALUE` where the index does not say
    record Searched(long items) implements Tier {}

    /// There is nothing to compare, by choice: no model configured, or a format that cannot be decoded.
    ///
    /// @param why a code or a short sentence
    record Unavailable(String why) implements Tier {}

    /// A hash or a vector was expected and did not come, or could not be looked up.
    ///
    /// @param instead what happened; [LayerOutcome#out] holds
    record Missing(LayerOutcome<?> instead) implements Tier {
      public Missing {
        if (!instead.out()) throw new IllegalArgumentException("what is missing failed or timed out");
      }
    }
  }

  Optional<Match> nearestPositive() {
    return nearest(positive);
  }

  Optional<Match> nearestNegative() {
    return nearest(negative);
  }

  private static Optional<Match> nearest(List<Match> matches) {
    return matches.isEmpty() ? Optional.empty() : Optional.of(Collections.min(matches, NEAREST_FIRST));
  }

  /// True if a negative bank's item speaks: near enough, and nearer than every positive one. A tie goes to the positive.
  public boolean negativeSpeaks() {
    Match negative = nearestNegative().orElse(null);
    if (negative == null || !Formula.atLeast(negative.nearness().similarity(), Formula.NEAR)) return false;
    return nearestPositive().map(positive -> Nearness.compare(negative.nearness(), positive.nearness()) < 0).orElse(true);
  }

  /// The formula's s: best similarity over enabled positive banks, 0 without any.
  public double similarity() {
    return nearestPositive().map(match -> match.nearness().similarity()).orElse(0.0);
  }

  /// True if SHA-256 or PDQ matched in any bank: no vector lies nearer than that.
  public boolean hasExactMatch() {
    return isExact(nearestPositive()) || isExact(nearestNegative());
  }

  private boolean hasSameBytes() {
    return isSameBytes(nearestPositive()) || isSameBytes(nearestNegative());
  }

  private static boolean isSameBytes(Optional<Match> match) {
    return match.isPresent() && match.get().nearness() instanceof Nearness.SameBytes;
  }

  private static boolean isExact(Optional<Match> match) {
    return match.isPresent() && !(match.get().nearness() instanceof Nearness.Cosine);
  }

  /// What the matches decide on their own, towards AI (DESIGN.md §3.3).
  Level aiLevel() {
    Level level = Level.NONE;
    for (Match match : positive) level = level.or(match.levelForAi());
    return level;
  }

  /// Towards real.
  Level realLevel() {
    Level level = Level.NONE;
    for (Match match : negative) level = level.or(match.levelForReal());
    return level;
  }

  /// When this answer is worth a word, and what it is where not (DESIGN.md §3.1). "Nothing similar" needs a bank of some
  /// size and a vector to say it with; a near match, positive or negative, needs neither.
  ///
  /// @param bankItemsMin enabled positive items below which "nothing similar" says nothing
  static LayerOutcome<HashAnswer> heard(LayerOutcome<HashAnswer> outcome, long bankItemsMin) {
    if (!(outcome instanceof LayerOutcome.Answered<HashAnswer>(HashAnswer answer, _))) return outcome;
    if (answer.hasSameBytes()) return outcome;
    // What did not come might have been near an item of the smallest bank, and a PDQ match lies nearer than any vector.
    boolean empty = answer.positiveItems == 0 && answer.negativeItems == 0;
    if (!empty && answer.pdq instanceof Tier.Missing(var instead)) return instead.map(_ -> answer);
    if (answer.negativeSpeaks() || Formula.atLeast(answer.similarity(), Formula.NEAR)) return outcome;
    if (empty) return new LayerOutcome.NotApplicable<>("the index holds no item");
    return switch (answer.vector) {
      case Tier.Missing(var instead) -> instead.map(_ -> answer);
      case Tier.Unavailable(String why) -> new LayerOutcome.NotApplicable<>(why);
      case Tier.Searched(long compared) -> {
        long positives = Math.min(answer.positiveItems, compared);
        if (positives == 0) yield new LayerOutcome.NotApplicable<>("no known AI picture was there to compare with");
        if (positives >= bankItemsMin) yield outcome;
        yield new LayerOutcome.NotApplicable<>(
            "nothing near among " + positives + " known AI pictures; from " + bankItemsMin + " on that would say something");
      }
    };
  }
}
