package verimesh.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.problem.Problems;
import verimesh.orchestrator.time.TestTime;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.FeedbackLabel;
import verimesh.orchestrator.v1.GetVerdictRequest;
import verimesh.orchestrator.v1.SubmitFeedbackRequest;

/// `GetVerdict` and `SubmitFeedback`.
@Timeout(60)
class KeptVerdictTest {
  private static final byte[] PICTURE = Says.png(20, 20, 1);

  private final TestTime time = new TestTime();
  private final TestMesh mesh = TestMesh.at(time);

  @AfterEach
  void close() {
    mesh.close();
  }

  @Test
  void aVerdictIsFoundByItsIdAsItWasGiven() {
    mesh.withMetadata().start();
    AnalyzeResponse given = mesh.analyze(PICTURE);
    var kept = mesh.stub().getVerdict(GetVerdictRequest.newBuilder().setVerdictId(given.getVerdictId()).build());
    assertThat(kept.getVerdict()).isEqualTo(given);
    assertThat(kept.getFeedbackList()).isEmpty();
    AnalyzeResponse cached = mesh.analyze(PICTURE);
    assertThat(find(cached.getVerdictId())).isEqualTo(cached);
  }

  @Test
  void aVerdictIsKeptAsLongAsConfigured() {
    mesh.set("VERIMESH_ORCHESTRATOR_STORE_TIME", "1h").withMetadata().start();
    AnalyzeResponse given = mesh.analyze(PICTURE);
    time.advance(Duration.ofMinutes(59));
    assertThat(find(given.getVerdictId())).isEqualTo(given);
    time.advance(Duration.ofMinutes(2));
    failsWith(given.getVerdictId(), Status.Code.NOT_FOUND, "VERDICT_UNKNOWN");
  }

  @Test
  void unknownIdsAreNotFoundAndNonsenseIsRefused() {
    mesh.start();
    failsWith("01JD9Q6W0Z4M8T2R5X7K3N1B0C", Status.Code.NOT_FOUND, "VERDICT_UNKNOWN");
    failsWith("", Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
    failsWith("01JD9Q6W0Z4M8T2R5X7K3N1B0U", Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
    failsWith("../../etc/passwd", Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
  }

  @ParameterizedTest
  @CsvSource({"FEEDBACK_LABEL_AI, false", "FEEDBACK_LABEL_REAL, true", "FEEDBACK_LABEL_UNSURE, false"})
  void feedbackIsKeptBesideTheVerdict(FeedbackLabel label, boolean disagrees) {
    mesh.withMetadata().start();
    mesh.inspect.nowAnswers(_ -> Says.generatorRecord());
    String id = mesh.analyze(PICTURE).getVerdictId();
    var said = mesh.stub().submitFeedback(SubmitFeedbackRequest.newBuilder().setVerdictId(id).setLabel(label).setNote("seen it").build());
    assertThat(said.getDisagrees()).isEqualTo(disagrees);
    assertThat(said.getFeedback().getCaller()).isEqualTo("in-process");
    var kept = mesh.stub().getVerdict(GetVerdictRequest.newBuilder().setVerdictId(id).build());
    assertThat(kept.getFeedbackList()).containsExactly(said.getFeedback());
    assertThat(kept.getFeedback(0).getLabel()).isEqualTo(label);
  }

  @Test
  void feedbackThatIsWrongIsRefused() {
    mesh.withMetadata().start();
    String id = mesh.analyze(PICTURE).getVerdictId();
    var noLabel = SubmitFeedbackRequest.newBuilder().setVerdictId(id).build();
    assertThatThrownBy(() -> mesh.stub().submitFeedback(noLabel)).satisfies(thrown -> assertThat(Problems.of(thrown).reason()).isEqualTo("FIELD_INVALID"));
    var essay = SubmitFeedbackRequest.newBuilder().setVerdictId(id).setLabel(FeedbackLabel.FEEDBACK_LABEL_AI).setNote("x".repeat(2001)).build();
    assertThatThrownBy(() -> mesh.stub().submitFeedback(essay)).satisfies(thrown -> assertThat(Problems.of(thrown).reason()).isEqualTo("FIELD_INVALID"));
    var nobodys = SubmitFeedbackRequest.newBuilder().setVerdictId("01JD9Q6W0Z4M8T2R5X7K3N1B0C").setLabel(FeedbackLabel.FEEDBACK_LABEL_AI).build();
    assertThatThrownBy(() -> mesh.stub().submitFeedback(nobodys)).satisfies(thrown -> assertThat(Problems.of(thrown).reason()).isEqualTo("VERDICT_UNKNOWN"));
  }

  private AnalyzeResponse find(String id) {
    return mesh.stub().getVerdict(GetVerdictRequest.newBuilder().setVerdictId(id).build()).getVerdict();
  }

  private void failsWith(String id, Status.Code code, String reason) {
    assertThatThrownBy(() -> find(id)).satisfies(thrown -> {
      assertThat(((StatusRuntimeException) thrown).getStatus().getCode()).isEqualTo(code);
      assertThat(Problems.of(thrown).reason()).isEqualTo(reason);
    });
  }
}
