package verimesh.hash.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OddsTest {
  /// By Python: `sum(math.comb(256, k) for k in range(t + 1)) / 2**256`.
  @ParameterizedTest
  @CsvSource({"0, 8.636168555094445e-78", "31, 8.283676586985015e-38", "90, 1.176097998537511e-06",
    "127, 0.47509044503192993", "128, 0.5249095549680701", "256, 1"})
  void aPdqDistanceIsBinomial(int bits, double expected) {
    assertThat(Odds.pdq(bits, 1)).isCloseTo(expected, Percentage.withPercentage(1e-9));
    assertThat(Odds.pdq(bits, 1_000)).isCloseTo(1_000 * Odds.pdq(bits, 1), Percentage.withPercentage(1e-9));
  }

  /// By table.
  @ParameterizedTest
  @CsvSource({"0, 0.5", "1, 0.158655", "-1, 0.841345", "3, 0.00134990", "6, 9.86588e-10"})
  void theNormalTailIsThatOfTheTables(double z, double expected) {
    assertThat(Odds.normalTail(z)).isCloseTo(expected, Percentage.withPercentage(0.001));
  }

  @Test
  void cosinesOfRandomDirectionsSpreadAsTheSphereSays() {
    var random = new SplittableRandom(3);
    List<float[]> units = new ArrayList<>();
    for (int i = 0; i < 128; i++) {
      float[] unit = new float[384];
      double squares = 0;
      for (int j = 0; j < unit.length; j++) {
        unit[j] = (float) random.nextGaussian();
        squares += unit[j] * unit[j];
      }
      for (int j = 0; j < unit.length; j++) unit[j] /= (float) Math.sqrt(squares);
      units.add(unit);
    }
    Odds.Cosines cosines = Odds.Cosines.of(units, 384);
    assertThat(cosines.sampled()).isTrue();
    assertThat(cosines.median()).isCloseTo(0, within(0.01));
    assertThat(cosines.deviation()).isCloseTo(1 / Math.sqrt(384), Percentage.withPercentage(5));
    assertThat(Odds.Cosines.of(units.subList(0, 15), 384).sampled()).isFalse();
  }

  @Test
  void moreItemsAndALowerThresholdNeverMakeFewerFalseMatches() {
    var cosines = new Odds.Cosines(0.2, 0.1, true);
    assertThat(cosines.expected(0.7, 100)).isGreaterThan(cosines.expected(0.85, 100));
    assertThat(cosines.expected(0.7, 200)).isGreaterThan(cosines.expected(0.7, 100));
  }
}
