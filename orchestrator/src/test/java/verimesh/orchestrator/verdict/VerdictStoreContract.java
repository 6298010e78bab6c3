package verimesh.orchestrator.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.Feedback;
import verimesh.orchestrator.v1.FeedbackLabel;

/// What every store of verdicts does.
@Timeout(60)
abstract class VerdictStoreContract {
  /// @return a store that keeps verdicts for so long
  abstract VerdictStore open(Duration keep) throws Exception;

  /// Lets that much time pass for the store.
  abstract void pass(Duration time) throws Exception;

  static AnalyzeResponse verdict(String id) {
    return AnalyzeResponse.newBuilder().setVerdictId(id).setConfidence(0.95).setSummary("요약").build();
  }

  static Feedback feedback(String note) {
    return Feedback.newBuilder().setLabel(FeedbackLabel.FEEDBACK_LABEL_REAL).setNote(note).build();
  }

  @Test
  void whatIsKeptIsFound() throws Exception {
    try (VerdictStore store = open(Duration.ofHours(1))) {
      store.keep(verdict("01JD9Q6W0Z4M8T2R5X7K3N1B0C"));
      assertThat(store.find("01JD9Q6W0Z4M8T2R5X7K3N1B0C")).hasValue(new VerdictStore.Kept(verdict("01JD9Q6W0Z4M8T2R5X7K3N1B0C"), java.util.List.of()));
      assertThat(store.find("01JD9Q6W0Z4M8T2R5X7K3N1B0D")).isEmpty();
      assertThat(store.works()).isTrue();
    }
  }

  @Test
  void feedbackStaysBesideItsVerdictInOrder() throws Exception {
    try (VerdictStore store = open(Duration.ofHours(1))) {
      assertThat(store.add("01JD9Q6W0Z4M8T2R5X7K3N1B0E", feedback("to nothing"))).isFalse();
      store.keep(verdict("01JD9Q6W0Z4M8T2R5X7K3N1B0E"));
      assertThat(store.add("01JD9Q6W0Z4M8T2R5X7K3N1B0E", feedback("first"))).isTrue();
      assertThat(store.add("01JD9Q6W0Z4M8T2R5X7K3N1B0E", feedback("second"))).isTrue();
      assertThat(store.find("01JD9Q6W0Z4M8T2R5X7K3N1B0E").orElseThrow().feedback()).containsExactly(feedback("first"), feedback("second"));
    }
  }

  @Test
  void onlyTheNewestFeedbackIsKept() throws Exception {
    try (VerdictStore store = open(Duration.ofHours(1))) {
      store.keep(verdict("01JD9Q6W0Z4M8T2R5X7K3N1B0F"));
      for (int i = 0; i < VerdictStore.FEEDBACK_MAX + 5; i++) store.add("01JD9Q6W0Z4M8T2R5X7K3N1B0F", feedback("note " + i));
      var kept = store.find("01JD9Q6W0Z4M8T2R5X7K3N1B0F").orElseThrow().feedback();
      assertThat(kept).hasSize(VerdictStore.FEEDBACK_MAX);
      assertThat(kept.getFirst()).isEqualTo(feedback("note 5"));
      assertThat(kept.getLast()).isEqualTo(feedback("note " + (VerdictStore.FEEDBACK_MAX + 4)));
    }
  }

  @Test
  void aVerdictEndsAfterItsTime() throws Exception {
    try (VerdictStore store = open(Duration.ofMillis(300))) {
      store.keep(verdict("01JD9Q6W0Z4M8T2R5X7K3N1B0G"));
      store.add("01JD9Q6W0Z4M8T2R5X7K3N1B0G", feedback("late"));
      assertThat(store.find("01JD9Q6W0Z4M8T2R5X7K3N1B0G")).isPresent();
      pass(Duration.ofMillis(301));
      assertThat(store.find("01JD9Q6W0Z4M8T2R5X7K3N1B0G")).isEmpty();
      assertThat(store.add("01JD9Q6W0Z4M8T2R5X7K3N1B0G", feedback("too late"))).isFalse();
    }
  }
}
