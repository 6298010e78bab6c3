package verimesh.verifier;

import io.grpc.stub.StreamObserver;
import java.util.Locale;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.common.v1.Language;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.v1.Clue;
import verimesh.verifier.v1.ExamineRequest;
import verimesh.verifier.v1.ExamineResponse;
import verimesh.verifier.v1.GetBackendsRequest;
import verimesh.verifier.v1.GetBackendsResponse;
import verimesh.verifier.v1.ListCluesRequest;
import verimesh.verifier.v1.ListCluesResponse;
import verimesh.verifier.v1.ReExamineRequest;
import verimesh.verifier.v1.ReExamineResponse;
import verimesh.verifier.v1.RetrieveCluesRequest;
import verimesh.verifier.v1.RetrieveCluesResponse;
import verimesh.verifier.v1.VerifierServiceGrpc.VerifierServiceImplBase;

/// gRPC in and out of verifier-svc; decides nothing. No setting names a model yet, so every question that needs one is
/// answered with the contract's `NO_BACKEND`, which the orchestrator counts as a choice and not as an outage.
final class VerifierEndpoint extends VerifierServiceImplBase {
  private final ClueBase clues;

  VerifierEndpoint(ClueBase clues) {
    this.clues = clues;
  }

  @Override
  public void getBackends(GetBackendsRequest request, StreamObserver<GetBackendsResponse> out) {
    out.onNext(GetBackendsResponse.getDefaultInstance());
    out.onCompleted();
  }

  @Override
  public void examine(ExamineRequest request, StreamObserver<ExamineResponse> out) {
    throw noBackend();
  }

  @Override
  public void reExamine(ReExamineRequest request, StreamObserver<ReExamineResponse> out) {
    throw noBackend();
  }

  @Override
  public void retrieveClues(RetrieveCluesRequest request, StreamObserver<RetrieveCluesResponse> out) {
    throw new ProblemException(
        new Problem.NotSetUp(
            "NO_CLIP", "Clues are found by CLIP vectors of their texts, and no CLIP model is configured. Configure one in embedding-svc."));
  }

  @Override
  public void listClues(ListCluesRequest request, StreamObserver<ListCluesResponse> out) {
    boolean korean = request.getLanguage() == Language.LANGUAGE_KO;
    String category = request.getCategory().toLowerCase(Locale.ROOT);
    if (!category.isEmpty() && !clues.categories().contains(category)) {
      throw new ProblemException(
          new Problem.Invalid(
              "FIELD_INVALID",
              "There is no clue category \"" + request.getCategory() + "\"; there are " + String.join(", ", clues.categories()) + "."));
    }
    var response = ListCluesResponse.newBuilder();
    for (var clue : clues.clues()) {
      if (!category.isEmpty() && !clue.category().equals(category)) continue;
      var words = korean ? clue.korean() : clue.english();
      response.addClues(
          Clue.newBuilder()
              .setClueId(clue.id())
              .setCategory(clue.category())
              .setText(words.text())
              .setLookAt(words.lookAt())
              .setNaturalExplanation(words.naturalExplanation()));
    }
    out.onNext(response.build());
    out.onCompleted();
  }

  private static ProblemException noBackend() {
    return new ProblemException(
        new Problem.NotSetUp("NO_BACKEND", "No large multimodal model is configured, so nobody can examine the picture."));
  }
}
