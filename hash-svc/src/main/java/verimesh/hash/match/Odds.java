package verimesh.hash.match;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/// How often one query finds something by chance.
///
/// - **SHA-256:** items / 2^256.
/// - **PDQ:** bits of unrelated pictures are taken for fair coins, so a distance follows a binomial distribution of 256
///   throws. PDQ balances each hash to half ones by its median, and its bits are not quite independent, so real odds are
///   somewhat higher: read them as an order of magnitude. Flat pictures break the model; the quality rule keeps them out.
/// - **Cosine:** cosines of unrelated pictures of the index's own space, drawn at random, are taken for normally
///   distributed, with the sample's median and its median deviation (which near-duplicates in the bank do not move).
///   With too small a sample, directions are taken for random on the sphere (deviation 1/sqrt(dimension)), which real
///   models are far from: that is a floor, and the report says `ODDS_ISOTROPIC`.
public final class Odds {
  /// Fewer vectors than this are no sample: 16 vectors make 120 pairs.
  public static final int SAMPLE_MIN = 16;
  /// A normal distribution's standard deviation over its median absolute deviation.
  private static final double DEVIATION_PER_MAD = 1.4826;
  private static final double[] PDQ_WITHIN = binomialWithin(PdqCode.BITS);

  private Odds() {}

  static double sha256(long items) {
    return Math.scalb((double) items, -256);
  }

  /// @return the chance that two unrelated codes lie within a distance, times the items
  public static double pdq(int distanceBitsMax, long items) {
    return items * PDQ_WITHIN[distanceBitsMax];
  }

  /// Cumulative binomial distribution for a chance of one half, exact to the last digit of a double.
  private static double[] binomialWithin(int throwsMade) {
    double[] within = new double[throwsMade + 1];
    BigInteger ways = BigInteger.ONE; // of exactly k heads
    BigInteger sum = BigInteger.ONE;
    for (int k = 0; k <= throwsMade; k++) {
      if (k > 0) {
        ways = ways.multiply(BigInteger.valueOf(throwsMade - k + 1)).divide(BigInteger.valueOf(k));
        sum = sum.add(ways);
      }
      within[k] = scaled(sum, -throwsMade);
    }
    return within;
  }

  private static double scaled(BigInteger value, int exponent) {
    int shift = Math.max(0, value.bitLength() - 64);
    return Math.scalb(value.shiftRight(shift).doubleValue(), exponent + shift);
  }

  /// Cosines of unrelated pictures of one space.
  /// @param sampled false where they are those of random directions
  public record Cosines(double median, double deviation, boolean sampled) {
    static Cosines ofRandomDirections(int dimension) {
      return new Cosines(0, 1 / Math.sqrt(dimension), false);
    }

    /// @param units unit vectors picked at random
    public static Cosines of(List<float[]> units, int dimension) {
      if (units.size() < SAMPLE_MIN) return ofRandomDirections(dimension);
      double[] cosines = new double[units.size() * (units.size() - 1) / 2];
      int n = 0;
      for (int i = 0; i < units.size(); i++) {
        for (int j = 0; j < i; j++) cosines[n++] = dot(units.get(i), units.get(j));
      }
      double median = middle(cosines);
      for (int i = 0; i < n; i++) cosines[i] = Math.abs(cosines[i] - median);
      // A bank of nothing but one picture has no spread; half a percent keeps the odds finite.
      return new Cosines(median, Math.max(0.005, DEVIATION_PER_MAD * middle(cosines)), true);
    }

    /// @return the chance that an unrelated picture comes this near, times the items
    public double expected(double cosine, long items) {
      return items * normalTail((cosine - median) / deviation);
    }
  }

  static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
    return sum;
  }

  private static double middle(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  /// Chance that a standard normal variable is above `z`. By the Chebyshev fit of erfc in Numerical Recipes (3rd edition,
  /// section 6.2.2, `erfccheb`'s short form), whose relative error is below 1.2e-7 everywhere.
  static double normalTail(double z) {
    double x = Math.abs(z) / Math.sqrt(2);
    double t = 2 / (2 + x);
    double erfc = t * Math.exp(-x * x - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
        + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))))))));
    return z >= 0 ? erfc / 2 : 1 - erfc / 2;
  }
}
