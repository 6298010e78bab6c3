package verimesh.orchestrator.fusion;

/// How a known picture was found to be like this one, and how near it lies. Ordered by tier first, then within it
/// (DESIGN.md §3.1): [#compare].
public sealed interface Nearness {
  /// Nearest first: SHA-256 before PDQ by bits before cosine. Below 0 where `one` is nearer.
  static int compare(Nearness one, Nearness other) {
    int tiers = Integer.compare(tier(one), tier(other));
    return tiers != 0 ? tiers : Double.compare(farness(one), farness(other));
  }

  private static int tier(Nearness nearness) {
    return switch (nearness) {
      case SameBytes _ -> 0;
      case Pdq _ -> 1;
      case Cosine _ -> 2;
    };
  }

  private static double farness(Nearness nearness) {
    return switch (nearness) {
      case SameBytes _ -> 0;
      case Pdq(int bits, _) -> bits;
      case Cosine(double value) -> -value;
    };
  }

  /// The formula's s, 0 to 1: SHA-256 and PDQ matches count 1, a cosine is clipped at 0.
  double similarity();

  /// Equal SHA-256.
  record SameBytes() implements Nearness {
    @Override
    public double similarity() {
      return 1;
    }
  }

  /// A perceptual near-duplicate.
  ///
  /// @param bits Hamming distance, 0 to 256
  /// @param quality the lower PDQ quality of the two pictures, 0 to 100
  record Pdq(int bits, int quality) implements Nearness {
    public Pdq {
      if (bits < 0 || bits > 256) throw new IllegalArgumentException("PDQ distance of " + bits + " bits; 0 to 256");
      if (quality < 0 || quality > 100) throw new IllegalArgumentException("PDQ quality " + quality + "; 0 to 100");
    }

    @Override
    public double similarity() {
      return 1;
    }
  }

  /// DINOv2 vectors that point the same way.
  ///
  /// @param value cosine similarity, [-1, 1], not calibrated
  record Cosine(double value) implements Nearness {
    /// Rounding of float vectors leaves a cosine of two equal ones a little above 1.
    private static final double ROUNDING = 1e-3;

    public Cosine {
      if (!(Math.abs(value) <= 1 + ROUNDING)) throw new IllegalArgumentException("cosine " + value + "; -1 to 1");
      value = Math.clamp(value, -1, 1);
    }

    @Override
    public double similarity() {
      return Math.max(0, value);
    }
  }
}
