package verimesh.embedding;

import io.grpc.stub.StreamObserver;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.embedding.v1.DetectRequest;
import verimesh.embedding.v1.DetectResponse;
import verimesh.embedding.v1.EmbedAndDetectRequest;
import verimesh.embedding.v1.EmbedAndDetectResponse;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.EmbedImagesResponse;
import verimesh.embedding.v1.EmbedTextsRequest;
import verimesh.embedding.v1.EmbedTextsResponse;
import verimesh.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceImplBase;
import verimesh.embedding.v1.ExplainRequest;
import verimesh.embedding.v1.ExplainResponse;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ListModelsResponse;

/// gRPC in and out of embedding-svc; decides nothing. No model is configured yet, so every question that needs one is
/// answered with the contract's `NO_MODEL`, which the orchestrator counts as a choice and not as an outage.
final class EmbeddingEndpoint extends EmbeddingServiceImplBase {
  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> out) {
    out.onNext(ListModelsResponse.getDefaultInstance());
    out.onCompleted();
  }

  @Override
  public void embedImages(EmbedImagesRequest request, StreamObserver<EmbedImagesResponse> out) {
    throw noModel();
  }

  @Override
  public void embedTexts(EmbedTextsRequest request, StreamObserver<EmbedTextsResponse> out) {
    throw noModel();
  }

  @Override
  public void detect(DetectRequest request, StreamObserver<DetectResponse> out) {
    throw noModel();
  }

  @Override
  public void embedAndDetect(EmbedAndDetectRequest request, StreamObserver<EmbedAndDetectResponse> out) {
    throw noModel();
  }

  @Override
  public void explain(ExplainRequest request, StreamObserver<ExplainResponse> out) {
    throw noModel();
  }

  private static ProblemException noModel() {
    return new ProblemException(
        new Problem.NotSetUp("NO_MODEL", "No model is configured, so nobody can look at the pixels. See docs/MODELS.md."));
  }
}
