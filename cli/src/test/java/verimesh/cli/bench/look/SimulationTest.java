package verimesh.cli.bench.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.orchestrator.v1.SecondPass;

/// `./mesh bench second-pass` in small: 400 pictures instead of 20,000, so a share moves by a quarter of a point a picture.
class SimulationTest {
  private static final double POINT = 0.01;

  static Stream<ErrorRates> published() {
    return Stream.of(ErrorRates.LLAMA_90B, ErrorRates.TUNED);
  }

  @ParameterizedTest
  @MethodSource("published")
  void theContentLayerErrsAsPublishedBeforeAndAfter(ErrorRates rates) throws Exception {
    Cases cases = Cases.draw(rates, 400, 1);
    var before = Simulation.run(cases, SecondPass.SECOND_PASS_OFF);
    var after = Simulation.run(cases, SecondPass.SECOND_PASS_ON_NOT_AI);
    assertThat(before.contentRecall()).isCloseTo(rates.recallBefore(), within(POINT));
    assertThat(before.contentAccuracy()).isCloseTo(rates.accuracyBefore(), within(POINT));
    assertThat(after.contentRecall()).isCloseTo(rates.recallAfter(), within(POINT));
    assertThat(after.contentAccuracy()).isCloseTo(rates.accuracyAfter(), within(POINT));
    // The second look only raises: more fakes found, fewer passed, and more real pictures under suspicion.
    assertThat(after.fusedRecall()).isGreaterThan(before.fusedRecall());
    assertThat(after.fakesPassed()).isLessThan(before.fakesPassed());
    assertThat(after.fusedFalse()).isGreaterThan(before.fusedFalse());
    assertThat(before.callsPerThousand()).isEqualTo(1_000);
    double askedAgain = 1 - rates.fakes() * rates.recallBefore() - (1 - rates.fakes()) * rates.falseBefore();
    assertThat(after.callsPerThousand()).isCloseTo(1_000 * (1 + askedAgain), within(5.0));
  }

  @Test
  void theSameSeedDrawsTheSameCases() {
    assertThat(Cases.draw(ErrorRates.TUNED, 100, 7).all()).isEqualTo(Cases.draw(ErrorRates.TUNED, 100, 7).all());
    assertThat(Cases.draw(ErrorRates.TUNED, 100, 8).all()).isNotEqualTo(Cases.draw(ErrorRates.TUNED, 100, 7).all());
  }
}
