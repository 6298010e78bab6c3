package verimesh.cli.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import verimesh.common.v1.LayerOutcome;
import verimesh.metadata.v1.LabelClass;
import verimesh.orchestrator.v1.DecidedBy;
import verimesh.orchestrator.v1.Verdict;

class WordsTest {
  @Test
  void enumValuesReadAsPeopleCsvAndMetricsHaveThem() {
    assertThat(Words.of(Verdict.VERDICT_AI_GENERATED)).isEqualTo("ai_generated");
    assertThat(Words.of(DecidedBy.DECIDED_BY_LOW_COVERAGE)).isEqualTo("low_coverage");
    assertThat(Words.of(LayerOutcome.LAYER_OUTCOME_TIMED_OUT)).isEqualTo("timed_out");
    assertThat(Words.of(LabelClass.LABEL_CLASS_FULLY_GENERATED)).isEqualTo("fully_generated");
  }

  @Test
  void aValueOfALaterVersionIsStillAWord() {
    assertThat(Words.of(Verdict.UNRECOGNIZED)).isEqualTo("unrecognized");
  }
}
