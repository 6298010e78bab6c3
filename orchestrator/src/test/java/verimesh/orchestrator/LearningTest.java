package verimesh.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import verimesh.chassis.problem.Problem;
import verimesh.common.v1.Level;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.ItemLabel;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.RegisterResponse;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.LabelClass;
import verimesh.orchestrator.time.TestTime;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.FeedbackLabel;
import verimesh.orchestrator.v1.SubmitFeedbackRequest;
import verimesh.orchestrator.v1.SubmitFeedbackResponse;

/// What use teaches the index.
@Timeout(60)
class LearningTest {
  private static final byte[] PICTURE = Says.png(120, 90, 3);

  private final TestMesh mesh = TestMesh.at(new TestTime());

  @AfterEach
  void close() {
    mesh.close();
  }

  private SubmitFeedbackResponse labelled(AnalyzeResponse verdict, FeedbackLabel label) {
    return mesh.stub().submitFeedback(SubmitFeedbackRequest.newBuilder().setVerdictId(verdict.getVerdictId()).setLabel(label).build());
  }

  private static Problem bankUnknown() {
    return new Problem.Missing("BANK_UNKNOWN", "There is no such bank.");
  }

  @Test
  void whatAPersonLabelsAiIsRegisteredInQuarantine() {
    mesh.withHash().start();
    AnalyzeResponse verdict = mesh.analyze(PICTURE);
    SubmitFeedbackResponse said = labelled(verdict, FeedbackLabel.FEEDBACK_LABEL_AI);
    assertThat(said.getLearnedItemId()).isEqualTo("item");
    assertThat(said.getNotLearned()).isEmpty();
    RegisterRequest registered = mesh.register.asked().getFirst();
    assertThat(registered.getBank()).isEqualTo("feedback");
    assertThat(registered.getItem().getLabel()).isEqualTo(ItemLabel.ITEM_LABEL_AI);
    assertThat(HexFormat.of().formatHex(registered.getItem().getSha256().toByteArray())).isEqualTo(verdict.getImage().getSha256());
    assertThat(HexFormat.of().formatHex(registered.getItem().getPdq().getHash().toByteArray())).isEqualTo(verdict.getImage().getPdq());
    assertThat(registered.getItem().getNote()).contains(verdict.getVerdictId());
  }

  @Test
  void aMissingBankIsMadeAsAQuarantine() {
    mesh.withHash().start();
    AnalyzeResponse verdict = mesh.analyze(PICTURE);
    mesh.register.fails(bankUnknown());
    mesh.createBank.nowAnswers(request -> {
      mesh.register.nowAnswers(_ -> RegisterResponse.newBuilder().setItemId("later").build());
      return verimesh.hash.v1.CreateBankResponse.newBuilder().setBank(request.getBank()).build();
    });
    assertThat(labelled(verdict, FeedbackLabel.FEEDBACK_LABEL_AI).getLearnedItemId()).isEqualTo("later");
    assertThat(mesh.createBank.asked().getFirst().getBank().getKind()).isEqualTo(BankKind.BANK_KIND_QUARANTINE);
  }

  @ParameterizedTest
  @EnumSource(value = FeedbackLabel.class, names = {"FEEDBACK_LABEL_REAL", "FEEDBACK_LABEL_UNSURE"})
  void otherLabelsRegisterNothing(FeedbackLabel label) {
    mesh.withHash().start();
    assertThat(labelled(mesh.analyze(PICTURE), label).getNotLearned()).isEqualTo("LABEL_NOT_AI");
    assertThat(mesh.register.asked()).isEmpty();
  }

  @Test
  void anIndexThatRefusesCostsTheRegistrationAndNotTheFeedback() {
    mesh.withHash().start();
    AnalyzeResponse verdict = mesh.analyze(PICTURE);
    mesh.register.fails(new Problem.Denied("CALLER_NOT_ALLOWED", "no"));
    SubmitFeedbackResponse said = labelled(verdict, FeedbackLabel.FEEDBACK_LABEL_AI);
    assertThat(said.getFeedback().getLabel()).isEqualTo(FeedbackLabel.FEEDBACK_LABEL_AI);
    assertThat(said.getNotLearned()).isEqualTo("CALLER_NOT_ALLOWED");
    mesh.stop("hash");
    assertThat(labelled(verdict, FeedbackLabel.FEEDBACK_LABEL_AI).getNotLearned()).isNotEmpty();
  }

  @Test
  void learningFromPeopleCanBeSwitchedOff() {
    mesh.set("VERIMESH_ORCHESTRATOR_LEARN_FEEDBACK", "false").withHash().start();
    assertThat(labelled(mesh.analyze(PICTURE), FeedbackLabel.FEEDBACK_LABEL_AI).getNotLearned()).isEqualTo("LEARNING_OFF");
    assertThat(mesh.register.asked()).isEmpty();
  }

  @Test
  void withoutAnIndexNothingIsLearned() {
    mesh.withMetadata().start();
    assertThat(labelled(mesh.analyze(PICTURE), FeedbackLabel.FEEDBACK_LABEL_AI).getNotLearned()).isEqualTo("NOT_CONFIGURED");
  }

  /// A declaration that a signature proves.
  private static InspectResponse signed(Level level, LabelClass label) {
    InspectResponse.Builder says = Says.generatorRecord().toBuilder();
    says.getSignaturesBuilder(0).setLevel(level).setLabelClass(label).setVerified(level == Level.LEVEL_PROOF);
    return says.build();
  }

  @Test
  void aProvedDeclarationIsRegisteredInAPositiveBankWhereThatIsSwitchedOn() throws Exception {
    mesh.set("VERIMESH_ORCHESTRATOR_LEARN_PROOF", "true").withMetadata().withHash().start();
    mesh.inspect.nowAnswers(_ -> signed(Level.LEVEL_PROOF, LabelClass.LABEL_CLASS_FULLY_GENERATED));
    AnalyzeResponse verdict = mesh.analyze(PICTURE);
    mesh.register.awaitAsked(1);
    assertThat(mesh.register.asked().getFirst().getBank()).isEqualTo("proved-ai");
    assertThat(mesh.register.asked().getFirst().getItem().getNote()).contains(verdict.getVerdictId());
  }

  @Test
  void neitherIsADeclarationThatNobodySignedNorAnyWithoutTheSetting() throws Exception {
    mesh.set("VERIMESH_ORCHESTRATOR_LEARN_PROOF", "true").withMetadata().withHash().start();
    mesh.inspect.nowAnswers(_ -> signed(Level.LEVEL_DECLARED, LabelClass.LABEL_CLASS_FULLY_GENERATED));
    mesh.analyze(PICTURE);
    mesh.inspect.nowAnswers(_ -> signed(Level.LEVEL_PROOF, LabelClass.LABEL_CLASS_FULLY_GENERATED));
    AnalyzeResponse proved = mesh.analyze(Says.png(120, 90, 4));
    mesh.register.awaitAsked(1); // one thread registers in order, so the first picture's would have come before
    assertThat(mesh.register.asked()).hasSize(1);
    assertThat(mesh.register.asked().getFirst().getItem().getNote()).contains(proved.getVerdictId());
  }

  @Test
  void aProofTeachesNothingUnlessThatIsSwitchedOn() {
    mesh.withMetadata().withHash().start();
    mesh.inspect.nowAnswers(_ -> signed(Level.LEVEL_PROOF, LabelClass.LABEL_CLASS_FULLY_GENERATED));
    AnalyzeResponse verdict = mesh.analyze(PICTURE);
    // The feedback's registration comes after whatever the proof would have caused, in a service that takes them in turn.
    labelled(verdict, FeedbackLabel.FEEDBACK_LABEL_AI);
    assertThat(mesh.register.asked()).extracting(RegisterRequest::getBank).containsExactly("feedback");
  }
}
