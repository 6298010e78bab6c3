package verimesh.embedding.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MapsTest {
  @Test
  void attentionThatStaysAtHomeRollsOutToNothingButCls() {
    float[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    assertThat(Maps.rollout(identity, 1, 3, 1)).containsExactly(0, 0);
  }

  @Test
  void rolloutFollowsAttentionThroughBlocks() {
    // Block 1: CLS looks at patch 1. Block 2: CLS looks at itself. (A + I) / 2 twice: half of CLS reaches patch 1 by block 1.
    float[] maps = {0, 1, 0, 0, 1, 0, 0, 0, 1, /* second block */ 1, 0, 0, 0, 1, 0, 0, 0, 1};
    assertThat(Maps.rollout(maps, 2, 3, 1)).containsExactly(0.5, 0);
  }

  @Test
  void rolloutKeepsTheSumOfItsRow() {
    float[] uniform = new float[2 * 4 * 4];
    java.util.Arrays.fill(uniform, 0.25f);
    double sum = 0;
    for (double v : Maps.rollout(uniform, 2, 4, 0)) sum += v;
    assertThat(sum).isCloseTo(1, within(1e-9));
  }

  @Test
  void gradEclipShowsPatchesWhoseValuesRaiseTheCosineAndWhoseKeysAnswerTheQuery() {
    float[] gradient = {1, 0};
    float[] query = {1, 0};
    float[] keys = {9, 9, /* CLS, left out */ 1, 0, 0, 1, 1, 0};
    float[] values = {9, 9, 1, 0, 1, 0, -1, 0};
    assertThat(Maps.gradEclip(gradient, query, keys, values, 1)).containsExactly(1, 0, 0);
  }

  @Test
  void aDenseMapTakesOffWhatEveryTextIsAlikeTo() {
    float[] patches = {1, 0, 0, 1};
    assertThat(Maps.dense(patches, new float[] {0.6f, 0.8f}, List.of(new float[] {0, 1}, new float[] {0, 1}))).containsExactly(new double[] {0.6, -0.2}, within(1e-6));
  }

  @Test
  void camsShowTheChannelThatSpeaksForTheLabel() {
    float[] activations = {1, 0, 0, 0, /* second channel */ 0, 0, 0, 1};
    float[] forFirst = {2, -2};
    assertThat(Maps.layerCam(activations, forFirst)).containsExactly(0.5, 0, 0, 0);
    double[] plus = Maps.gradCamPlusPlus(activations, forFirst);
    assertThat(plus[0]).isPositive();
    assertThat(plus[3]).isZero();
  }

  @Test
  void eigenCamFindsTheDirectionWithTheMostActivation() {
    float[] activations = {5, 0, 5, 0, /* second channel, weak */ 0, 1, 0, 0};
    double[] map = Maps.eigenCam(activations, 2);
    assertThat(map[0]).isCloseTo(5, within(1e-6)).isEqualTo(map[2]);
    assertThat(map[1]).isCloseTo(0, within(1e-6));
  }

  @Test
  void aMapWithoutAnyDifferenceSaysNothing() {
    assertThat(Heat.of(Method.EIGEN_CAM, new double[] {3, 3, 3, 3}, 2, 2).values()).containsOnly(0f);
  }
}
