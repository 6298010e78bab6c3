package verimesh.orchestrator;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static verimesh.common.v1.Layer.LAYER_CONTENT;
import static verimesh.orchestrator.TestMesh.layer;

import com.google.protobuf.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.problem.Problem;
import verimesh.embedding.v1.EmbedAndDetectResponse;
import verimesh.embedding.v1.ModelRole;
import verimesh.orchestrator.time.TestTime;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.DecidedBy;
import verimesh.orchestrator.v1.LmmReport;
import verimesh.orchestrator.v1.SecondPass;
import verimesh.orchestrator.v1.Verdict;
import verimesh.verifier.v1.RetrieveCluesResponse;

/// The second look (DESIGN.md §6): when the LMM is asked again, with what, and what comes of it.
@Timeout(60)
class SecondPassTest {
  private static final byte[] PICTURE = Says.png(80, 60, 1);

  private final TestTime time = new TestTime();
  private TestMesh mesh = TestMesh.now();

  @AfterEach
  void close() {
    mesh.close();
  }

  private TestMesh withClip(TestMesh mesh) {
    mesh.withMetadata().withEmbedding().withVerifier().start();
    mesh.inspect.nowAnswers(_ -> Says.camera());
    mesh.listModels.nowAnswers(_ -> Says.models(Says.model(ModelRole.MODEL_ROLE_CLIP, Says.CLIP_SPEC)));
    mesh.embedAndDetect.nowAnswers(_ -> EmbedAndDetectResponse.newBuilder().setClip(Says.vector("space/clip")).build());
    return mesh;
  }

  @Test
  void whereTheFirstAnswerWasRealTheModelIsAskedAgainWithClues() {
    withClip(mesh);
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    LmmReport lmm = lmm(answer);
    assertThat(lmm.getFirstPass().getFake()).isFalse();
    assertThat(lmm.getSecondPass().getFake()).isTrue();
    assertThat(lmm.getSecondPassSkipped()).isEmpty();
    assertThat(layer(answer, LAYER_CONTENT).getAi()).as("the greater of both: .30 x .9").isCloseTo(0.27, within(1e-9));
    assertThat(mesh.clues.asked().getFirst().getEmbeddingSpace()).isEqualTo("space/clip");
    var again = mesh.reExamine.asked().getFirst();
    assertThat(again.getImage().toByteArray()).isEqualTo(PICTURE);
    assertThat(again.getCluesCount()).isEqualTo(2);
    assertThat(lmm.getCluesList()).as("the checklist, with similarities").isEqualTo(Says.twoClues().getCluesList());
    assertThat(again.getFirstPass()).isEqualTo(lmm.getFirstPass());
    // Camera EXIF .14 against .24 for real before, .27 for AI after.
    assertThat(answer.getVerdict()).isEqualTo(Verdict.VERDICT_UNCERTAIN);
    assertThat(mesh.telemetry.scrape()).contains("verimesh_second_pass_total{flip=\"likely_real_to_uncertain\"} 1.0");
    assertThat(answer.getEvidenceList()).extracting(found -> found.getKind()).contains("LMM", "LMM_SECOND_PASS");
  }

  @Test
  void aSecondLookNeverClearsAnImage() {
    withClip(mesh);
    mesh.examine.nowAnswers(_ -> Says.fake(0.9));
    mesh.reExamine.nowAnswers(_ -> Says.realAgain(0.9));
    AnalyzeResponse answer = mesh.analyze(Says.request(PICTURE).setSecondPass(SecondPass.SECOND_PASS_ALWAYS).build());
    assertThat(lmm(answer).getSecondPass().getFake()).isFalse();
    assertThat(layer(answer, LAYER_CONTENT).getAi()).isCloseTo(0.27, within(1e-9));
    assertThat(mesh.telemetry.scrape()).contains("verimesh_second_pass_total{flip=\"none\"} 1.0");
  }

  @ParameterizedTest
  @CsvSource({
    "SECOND_PASS_OFF,          false, false",
    "SECOND_PASS_ON_NOT_AI,    false, true",
    "SECOND_PASS_ON_NOT_AI,    true,  false",
    "SECOND_PASS_ALWAYS,       true,  true",
    "SECOND_PASS_ON_UNCERTAIN, true,  true", // camera EXIF and an LMM that says fake: open
    "SECOND_PASS_ON_UNCERTAIN, false, false", // and one that says real: likely real
  })
  void policies(SecondPass policy, boolean firstSaysFake, boolean asksAgain) {
    withClip(mesh);
    mesh.examine.nowAnswers(_ -> firstSaysFake ? Says.fake(0.8) : Says.real(0.8));
    AnalyzeResponse answer = mesh.analyze(Says.request(PICTURE).setSecondPass(policy).build());
    assertThat(lmm(answer).hasSecondPass()).isEqualTo(asksAgain);
    assertThat(lmm(answer).getSecondPassSkipped()).isEqualTo(asksAgain ? "" : "POLICY");
    boolean clipWanted = policy != SecondPass.SECOND_PASS_OFF;
    assertThat(mesh.embedAndDetect.asked()).hasSize(clipWanted ? 1 : 0);
  }

  @Test
  void theConfiguredPolicyHoldsWhereTheCallerDoesNotSay() {
    withClip(mesh.set("VERIMESH_ORCHESTRATOR_SECOND_PASS", "off"));
    assertThat(lmm(mesh.analyze(PICTURE)).getSecondPassSkipped()).isEqualTo("POLICY");
  }

  @Test
  void withoutAClipVectorThereAreNoClues() {
    mesh.withMetadata().withVerifier().start();
    assertThat(lmm(mesh.analyze(PICTURE)).getSecondPassSkipped()).isEqualTo("NO_CLIP");
  }

  @Test
  void withoutCluesThereIsNoSecondLook() {
    withClip(mesh);
    mesh.clues.nowAnswers(_ -> RetrieveCluesResponse.getDefaultInstance());
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(lmm(answer).getSecondPassSkipped()).isEqualTo("NO_CLUES");
    assertThat(mesh.reExamine.asked()).isEmpty();
    assertThat(answer.getVerdict()).isEqualTo(Verdict.VERDICT_LIKELY_REAL);
  }

  @Test
  void withTooLittleTimeLeftItIsSkippedAndSaidSo() {
    withClip(mesh);
    // 60 % of three seconds is less than two.
    AnalyzeResponse answer = mesh.analyze(Says.request(PICTURE).setDeadline(Duration.newBuilder().setSeconds(3)).build());
    assertThat(lmm(answer).getSecondPassSkipped()).isEqualTo("FLOOR");
    assertThat(answer.getVerdict()).as("a choice, not an outage").isEqualTo(Verdict.VERDICT_LIKELY_REAL);
  }

  @Test
  void aSecondPassThatFailsLeavesTheVerdictOpen() {
    withClip(mesh);
    mesh.reExamine.fails(new Problem.Overloaded("BACKEND_RATE_LIMIT", "later", ofSeconds(1)));
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(lmm(answer).getSecondPassSkipped()).isEqualTo("BACKEND_RATE_LIMIT");
    assertThat(lmm(answer).getCluesCount()).isEqualTo(2);
    assertThat(answer.getDecidedBy()).isEqualTo(DecidedBy.DECIDED_BY_OUTAGE);
    assertThat(answer.getSummary()).contains("The look at the pixels did not answer");
    assertThat(mesh.telemetry.scrape()).contains("verimesh_second_pass_total{flip=\"failed\"} 1.0");
    assertThat(mesh.analyze(PICTURE).getFromCache()).isFalse();
  }

  @Test
  void itGetsAtMostSixtyPercentOfWhatIsLeft() throws Exception {
    mesh = withClip(TestMesh.at(time));
    mesh.reExamine.neverAnswers();
    var answer = mesh.meanwhile(() -> mesh.analyze(Says.request(PICTURE).setDeadline(Duration.newBuilder().setSeconds(10)).build()));
    mesh.inspect.awaitAsked(1);
    mesh.reExamine.awaitAsked(1);
    time.awaitAlarms(2);
    time.advanceToNextAlarm();
    assertThat(lmm(answer.join()).getSecondPassSkipped()).isEqualTo("TIMED_OUT");
    assertThat(time.elapsed()).isEqualTo(ofSeconds(6));
  }

  private static LmmReport lmm(AnalyzeResponse answer) {
    return layer(answer, LAYER_CONTENT).getLmm();
  }
}
