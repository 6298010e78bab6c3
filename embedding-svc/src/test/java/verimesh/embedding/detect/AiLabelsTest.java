package verimesh.embedding.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.inference.CheckpointException;

class AiLabelsTest {
  @ParameterizedTest
  @CsvSource({
    "'ai,hum', 'true,false'",
    "'hum,ai', 'false,true'",
    "'artificial,human', 'true,false'",
    "'Real,Fake', 'false,true'",
    "'real,sdxl,midjourney', 'false,true,true'",
    "'not_ai,ai', 'false,true'",
    "'AI-generated image,Human made', 'true,false'",
    "'ai', 'true'"})
  void publishedLabelsAreUnderstood(String names, String ai) throws CheckpointException {
    assertThat(AiLabels.of(List.of(names.split(",")), List.of()).ai()).isEqualTo(Arrays.stream(ai.split(",")).map(Boolean::parseBoolean).toList());
  }

  @ParameterizedTest
  @CsvSource({"'LABEL_0,LABEL_1'", "'real,human'", "'cat,dog'"})
  void labelsThatSayNothingAreRefusedUntilTheOperatorTells(String names) throws CheckpointException {
    List<String> labels = List.of(names.split(","));
    assertThatThrownBy(() -> AiLabels.of(labels, List.of())).isInstanceOf(CheckpointException.class).hasMessageContaining("VERIMESH_EMBEDDING_AI_LABELS");
    assertThat(AiLabels.of(labels, List.of(labels.get(1))).ai()).containsExactly(false, true);
  }

  @Test
  void onlyLabelsThatNameAGeneratorAttribute() throws CheckpointException {
    AiLabels labels = AiLabels.of(List.of("real", "midjourney", "ai"), List.of());
    assertThat(labels.generator(0)).isEmpty();
    assertThat(labels.generator(1)).isEqualTo("midjourney");
    assertThat(labels.generator(2)).isEmpty();
  }

  @Test
  void anOpinionSumsWhatSpeaksForAiAndShowsWhenViewsDisagree() throws CheckpointException {
    AiLabels labels = AiLabels.of(List.of("real", "midjourney", "sdxl"), List.of());
    float[] even = {0, 0, 0};
    Opinion one = Opinion.of(labels, List.of(even));
    assertThat(one.probabilityAi()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(one.spread()).isEmpty();
    Opinion flipped = Opinion.of(labels, List.of(even, new float[] {5, 0, 0}));
    assertThat(flipped.flips()).isTrue();
    assertThat(flipped.spread().getAsDouble()).isBetween(0.2, 0.5);
    assertThat(flipped.probabilities().values().stream().mapToDouble(d -> d).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void oneOutputIsTheLogOddsOfAi() throws CheckpointException {
    AiLabels labels = AiLabels.of(List.of("ai"), List.of());
    Opinion real = Opinion.of(labels, List.of(new float[] {(float) Math.log(0.25 / 0.75)}));
    assertThat(real.probabilityAi()).isCloseTo(0.25, within(1e-6));
    assertThat(real.label()).isEqualTo("real");
  }
}
