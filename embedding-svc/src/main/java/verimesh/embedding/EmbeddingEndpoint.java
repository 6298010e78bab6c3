package verimesh.embedding;

import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.inference.text.Tokenizer;
import verimesh.chassis.problem.ProblemException;
import verimesh.embedding.detect.Detector;
import verimesh.embedding.detect.Opinion;
import verimesh.embedding.load.Models;
import verimesh.embedding.model.Role;
import verimesh.embedding.model.TextModel;
import verimesh.embedding.model.VisionModel;
import verimesh.embedding.picture.Picture;
import verimesh.embedding.picture.ViewMaker;
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
import verimesh.embedding.v1.FindObjectsRequest;
import verimesh.embedding.v1.FindObjectsResponse;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ListModelsResponse;
import verimesh.embedding.v1.ModelRole;

/// gRPC in and out of embedding-svc; decides nothing. Calls run on virtual threads, so waiting for a batch is fine here.
final class EmbeddingEndpoint extends EmbeddingServiceImplBase {
  static final int TEXT_CHARS_MAX = 2000;
  private static final int TEXTS_MAX = 256;

  private final Models models;
  private final CallReader reader;

  EmbeddingEndpoint(EmbeddingConfig config, Models models, Decoder decoder) {
    this.models = models;
    this.reader = new CallReader(config, decoder);
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> out) {
    var response = ListModelsResponse.newBuilder();
    models.cards().forEach(card -> response.addModels(Answers.info(card)));
    answer(out, response.build());
  }

  @Override
  public void embedImages(EmbedImagesRequest request, StreamObserver<EmbedImagesResponse> out) {
    VisionModel model = Roles.from(request.getRole()).flatMap(models::vision).orElseThrow(() -> Refusals.noModel(Answers.name(request.getRole())));
    long deadline = reader.deadline();
    List<CompletableFuture<float[]>> vectors = new ArrayList<>();
    try {
      reader.eachPicture(request.getImagesList(), "1 to " + CallReader.IMAGES_MAX, picture -> {
        for (ByteBuffer pixels : picture.cut(model.card().input())) vectors.add(model.run(pixels, CallReader.urgency(request.getPriority()), deadline));
      });
    } catch (ProblemException e) {
      vectors.forEach(vector -> vector.cancel(false)); // nobody waits for those before the broken one
      throw e;
    }
    var response = EmbedImagesResponse.newBuilder();
    for (var vector : vectors) response.addEmbeddings(Answers.embedding(model.card(), VisionModel.unit(Refusals.await(vector))));
    answer(out, response.build());
  }

  @Override
  public void embedTexts(EmbedTextsRequest request, StreamObserver<EmbedTextsResponse> out) {
    TextModel model = models.texts().orElseThrow(() -> Refusals.noModel("texts"));
    if (request.getTextsCount() < 1 || request.getTextsCount() > TEXTS_MAX) {
      throw Refusals.invalid("texts", "has " + request.getTextsCount() + " texts; expected 1 to " + TEXTS_MAX);
    }
    long deadline = reader.deadline();
    var response = EmbedTextsResponse.newBuilder();
    List<CompletableFuture<float[]>> vectors = new ArrayList<>();
    for (int i = 0; i < request.getTextsCount(); i++) {
      String text = request.getTexts(i);
      if (text.isEmpty() || text.length() > TEXT_CHARS_MAX) {
        throw Refusals.invalid("texts[" + i + "]", "has " + text.length() + " characters; expected 1 to " + TEXT_CHARS_MAX);
      }
      Tokenizer.Tokens tokens = model.tokens(text);
      if (tokens.truncated()) response.addTruncated(i);
      vectors.add(model.run(tokens, CallReader.urgency(request.getPriority()), deadline));
    }
    for (var vector : vectors) response.addEmbeddings(Answers.embedding(model.card(), Refusals.await(vector)));
    answer(out, response.build());
  }

  @Override
  public void detect(DetectRequest request, StreamObserver<DetectResponse> out) {
    Detector detector = models.detector().orElseThrow(() -> Refusals.noModel("detector"));
    Picture picture = reader.picture(request.getImage());
    ViewMaker viewMaker = CallReader.viewMaker(request.getViews());
    List<ByteBuffer> views = viewMaker == null ? picture.cut(detector.card().input()) : viewMaker.views(picture, detector.card().input());
    Opinion opinion = Refusals.await(detector.judge(views, CallReader.urgency(request.getPriority()), reader.deadline()));
    answer(out, DetectResponse.newBuilder().setDetection(Answers.detection(detector.card(), opinion, request.getViews().getEnabled())).build());
  }

  @Override
  public void embedAndDetect(EmbedAndDetectRequest request, StreamObserver<EmbedAndDetectResponse> out) {
    if (models.cards().isEmpty()) throw Refusals.noModel("pictures");
    List<Picture> pictures = new ArrayList<>();
    reader.eachPicture(request.getImagesList(), "the picture once for each input spec, or once encoded", pictures::add);
    var pass = new Pass(models, pictures, CallReader.urgency(request.getPriority()), reader.deadline(), CallReader.viewMaker(request.getViews()));
    Set<ModelRole> asked = new HashSet<>(request.getRolesList());
    var response = EmbedAndDetectResponse.newBuilder();
    // Everything is submitted before anything is waited for, so that all roles share the time.
    for (Role role : Pass.ROLES) if (asked.isEmpty() || asked.contains(Roles.toProto(role))) pass.submit(role, !asked.isEmpty());
    pass.collect(response);
    for (ModelRole role : asked) if (Roles.from(role).filter(Pass.ROLES::contains).isEmpty()) response.putMissing(Answers.name(role), "NO_MODEL");
    answer(out, response.build());
  }

  @Override
  public void explain(ExplainRequest request, StreamObserver<ExplainResponse> out) {
    answer(out, new ExplainCall(models, reader).answer(request));
  }

  @Override
  public void findObjects(FindObjectsRequest request, StreamObserver<FindObjectsResponse> out) {
    answer(out, new ObjectsCall(models, reader).answer(request));
  }

  private static <T> void answer(StreamObserver<T> out, T response) {
    out.onNext(response);
    out.onCompleted();
  }
}
