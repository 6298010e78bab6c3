package verimesh.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.hash.v1.Bank;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.Change;
import verimesh.hash.v1.CreateBankRequest;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.ListBanksRequest;
import verimesh.hash.v1.ListChangesRequest;
import verimesh.hash.v1.MoveItemsRequest;
import verimesh.hash.v1.UndoChangeRequest;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.FeedbackLabel;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;
import verimesh.orchestrator.v1.SubmitFeedbackRequest;
import verimesh.orchestrator.v1.Verdict;

/// What a person says of a verdict, from the orchestrator to the index and back, through the real services.
class LearningTest {
  @TempDir private Path folder;

  @Test
  void feedbackLandsInQuarantineAndDecidesOnceItIsReleasedUntilThatIsTakenBack() throws Exception {
    byte[] picture = Files.readAllBytes(Path.of(System.getProperty("verimesh.root"), "examples", "stripped.jpg"));
    AnalyzeRequest request = AnalyzeRequest.newBuilder().setImage(ByteString.copyFrom(picture)).build();
    try (OpenMesh mesh = LocalMesh.meshes().whole(Map.of("VERIMESH_HASH_DIRECTORY", folder.toString()))) {
      var orchestrator = OrchestratorServiceGrpc.newBlockingStub(mesh.orchestrator());
      var hash = HashServiceGrpc.newBlockingStub(mesh.channel(MeshService.HASH));
      AnalyzeResponse verdict = orchestrator.analyze(request);
      assertThat(verdict.getVerdict()).isNotEqualTo(Verdict.VERDICT_AI_GENERATED);
      String item = orchestrator.submitFeedback(
          SubmitFeedbackRequest.newBuilder().setVerdictId(verdict.getVerdictId()).setLabel(FeedbackLabel.FEEDBACK_LABEL_AI).build()).getLearnedItemId();
      Bank bank = hash.listBanks(ListBanksRequest.getDefaultInstance()).getBanks(0);
      assertThat(bank.getKind()).isEqualTo(BankKind.BANK_KIND_QUARANTINE);
      assertThat(bank.getItems()).isEqualTo(1);
      assertThat(orchestrator.analyze(request).getVerdict()).isEqualTo(verdict.getVerdict());

      hash.createBank(CreateBankRequest.newBuilder().setBank(Bank.newBuilder().setName("known-ai").setKind(BankKind.BANK_KIND_POSITIVE)).build());
      hash.moveItems(MoveItemsRequest.newBuilder().addItemIds(item).setToBank("known-ai").build());
      assertThat(orchestrator.analyze(request).getVerdict()).isEqualTo(Verdict.VERDICT_AI_GENERATED);

      Change moved = hash.listChanges(ListChangesRequest.newBuilder().setLimit(1).build()).getChanges(0);
      hash.undoChange(UndoChangeRequest.newBuilder().setChangeId(moved.getChangeId()).build());
      assertThat(orchestrator.analyze(request).getVerdict()).isEqualTo(verdict.getVerdict());
    }
  }
}
