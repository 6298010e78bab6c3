package verimesh.embedding;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.inference.serve.Urgency;
import verimesh.chassis.inference.text.Tokenizer;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problem.Violation;
import verimesh.chassis.problem.ProblemException;
import verimesh.common.v1.Image;
import verimesh.common.v1.ModelId;
import verimesh.common.v1.Priority;
import verimesh.common.v1.Score;
import verimesh.common.v1.Tensor;
import verimesh.embedding.detect.Detector;
import verimesh.embedding.detect.Opinion;
import verimesh.embedding.explain.Explainer;
import verimesh.embedding.explain.Method;
import verimesh.embedding.load.Models;
import verimesh.embedding.model.ModelCard;
import verimesh.embedding.model.Role;
import verimesh.embedding.model.TextModel;
import verimesh.embedding.model.VisionModel;
import verimesh.embedding.picture.Picture;
import verimesh.embedding.picture.ViewMaker;
import verimesh.embedding.v1.DetectRequest;
import verimesh.embedding.v1.DetectResponse;
import verimesh.embedding.v1.Detection;
import verimesh.embedding.v1.EmbedAndDetectRequest;
import verimesh.embedding.v1.EmbedAndDetectResponse;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.EmbedImagesResponse;
import verimesh.embedding.v1.EmbedTextsRequest;
import verimesh.embedding.v1.EmbedTextsResponse;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceImplBase;
import verimesh.embedding.v1.ExplainMethod;
import verimesh.embedding.v1.ExplainRequest;
import verimesh.embedding.v1.ExplainResponse;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ListModelsResponse;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;
import verimesh.embedding.v1.Views;

/// gRPC in and out of embedding-svc; decides nothing. Calls run on virtual threads, so waiting for a batch is fine here.
final class EmbeddingEndpoint extends EmbeddingServiceImplBase {
  private static final int IMAGES_MAX = 64;
  private static final int TEXTS_MAX = 256;
  private static final int TEXT_CHARS_MAX = 2000;
  private static final int VIEWS_MAX = 8;
  /// What every picture is a bit of: taken off dense maps, so that they show the text and not "a picture".
  private static final List<String> NEUTRAL_TEXTS = List.of("a photo", "an image", "a picture of something");

  private final EmbeddingConfig config;
  private final Models models;
  private final Decoder decoder;

  EmbeddingEndpoint(EmbeddingConfig config, Models models, Decoder decoder) {
    this.config = config;
    this.models = models;
    this.decoder = decoder;
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> out) {
    var response = ListModelsResponse.newBuilder();
    models.cards().forEach(card -> response.addModels(info(card)));
    answer(out, response.build());
  }

  @Override
  public void embedImages(EmbedImagesRequest request, StreamObserver<EmbedImagesResponse> out) {
    VisionModel model = Roles.from(request.getRole()).flatMap(models::vision).orElseThrow(() -> noModel(name(request.getRole())));
    if (request.getImagesCount() < 1 || request.getImagesCount() > IMAGES_MAX) {
      throw invalid("images", "has " + request.getImagesCount() + " pictures; expected 1 to " + IMAGES_MAX);
    }
    requireTensorBytes(request.getImagesList());
    long deadline = deadline();
    List<CompletableFuture<float[]>> vectors = new ArrayList<>();
    for (int i = 0; i < request.getImagesCount(); i++) {
      Picture picture = picture(request.getImages(i), "images[" + i + "]");
      for (ByteBuffer pixels : picture.cut(model.card().input())) vectors.add(model.run(pixels, urgency(request.getPriority()), deadline));
    }
    var response = EmbedImagesResponse.newBuilder();
    for (var vector : vectors) response.addEmbeddings(embedding(model.card(), VisionModel.unit(await(vector))));
    answer(out, response.build());
  }

  @Override
  public void embedTexts(EmbedTextsRequest request, StreamObserver<EmbedTextsResponse> out) {
    TextModel model = models.texts().orElseThrow(() -> noModel("texts"));
    if (request.getTextsCount() < 1 || request.getTextsCount() > TEXTS_MAX) {
      throw invalid("texts", "has " + request.getTextsCount() + " texts; expected 1 to " + TEXTS_MAX);
    }
    long deadline = deadline();
    var response = EmbedTextsResponse.newBuilder();
    List<CompletableFuture<float[]>> vectors = new ArrayList<>();
    for (int i = 0; i < request.getTextsCount(); i++) {
      String text = request.getTexts(i);
      if (text.isEmpty() || text.length() > TEXT_CHARS_MAX) throw invalid("texts[" + i + "]", "has " + text.length() + " characters; expected 1 to " + TEXT_CHARS_MAX);
      Tokenizer.Tokens tokens = model.tokens(text);
      if (tokens.truncated()) response.addTruncated(i);
      vectors.add(model.run(tokens, urgency(request.getPriority()), deadline));
    }
    for (var vector : vectors) response.addEmbeddings(embedding(model.card(), await(vector)));
    answer(out, response.build());
  }

  @Override
  public void detect(DetectRequest request, StreamObserver<DetectResponse> out) {
    Detector detector = models.detector().orElseThrow(() -> noModel("detector"));
    requireTensorBytes(List.of(request.getImage()));
    Picture picture = picture(request.getImage(), "image");
    List<ByteBuffer> views = request.getViews().getEnabled() ? viewMaker(request.getViews()).views(picture, detector.card().input()) : picture.cut(detector.card().input());
    Opinion opinion = await(detector.judge(views, urgency(request.getPriority()), deadline()));
    answer(out, DetectResponse.newBuilder().setDetection(detection(detector.card(), opinion, request.getViews().getEnabled())).build());
  }

  @Override
  public void embedAndDetect(EmbedAndDetectRequest request, StreamObserver<EmbedAndDetectResponse> out) {
    if (models.cards().isEmpty()) throw noModel("pictures");
    if (request.getImagesCount() < 1 || request.getImagesCount() > IMAGES_MAX) {
      throw invalid("images", "has " + request.getImagesCount() + " pictures; expected the picture once for each input spec, or once encoded");
    }
    requireTensorBytes(request.getImagesList());
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < request.getImagesCount(); i++) pictures.add(picture(request.getImages(i), "images[" + i + "]"));
    ViewMaker views = request.getViews().getEnabled() ? viewMaker(request.getViews()) : null;
    var pass = new Pass(pictures, urgency(request.getPriority()), deadline(), views);
    Set<ModelRole> asked = new HashSet<>(request.getRolesList());
    var response = EmbedAndDetectResponse.newBuilder();
    // Everything is submitted before anything is waited for, so that all roles share the time.
    for (Role role : Role.values()) if (asked.isEmpty() || asked.contains(Roles.toProto(role))) pass.submit(role, !asked.isEmpty());
    pass.collect(response);
    for (ModelRole role : asked) if (Roles.from(role).isEmpty()) response.putMissing(name(role), "NO_MODEL");
    answer(out, response.build());
  }

  @Override
  public void explain(ExplainRequest request, StreamObserver<ExplainResponse> out) {
    requireTensorBytes(List.of(request.getImage()));
    switch (request.getTargetCase()) {
      case TEXT -> answer(out, explainText(request));
      case DETECTOR_LABEL -> answer(out, explainLabel(request));
      case TARGET_NOT_SET -> throw invalid("target", "holds neither a text nor a detector's label");
    }
  }

  private ExplainResponse explainText(ExplainRequest request) {
    VisionModel clip = models.vision(Role.CLIP).orElseThrow(() -> noModel("clip"));
    TextModel texts = models.texts().orElseThrow(() -> noModel("texts"));
    Explainer explainer = models.explainer(Role.CLIP).orElseThrow(() -> noModel("maps over pictures"));
    if (request.getText().isEmpty() || request.getText().length() > TEXT_CHARS_MAX) throw invalid("text", "has " + request.getText().length() + " characters; expected 1 to " + TEXT_CHARS_MAX);
    Method method = method(request.getMethod(), explainer);
    ByteBuffer pixels = picture(request.getImage(), "image").cut(clip.card().input()).getFirst();
    long deadline = deadline();
    CompletableFuture<float[]> text = texts.run(texts.tokens(request.getText()), Urgency.INTERACTIVE, deadline);
    List<CompletableFuture<float[]>> neutral = new ArrayList<>();
    if (method == Method.DENSE_FEATURES) NEUTRAL_TEXTS.forEach(t -> neutral.add(texts.run(texts.tokens(t), Urgency.INTERACTIVE, deadline)));
    return response(clip.card(), explainer.text(pixels, await(text), neutral.stream().map(EmbeddingEndpoint::await).toList(), method));
  }

  private ExplainResponse explainLabel(ExplainRequest request) {
    Detector detector = models.detector().orElseThrow(() -> noModel("detector"));
    Explainer explainer = models.explainer(Role.DETECTOR).orElseThrow(() -> noModel("maps of this detector (heads and trusted archives have none)"));
    ByteBuffer pixels = picture(request.getImage(), "image").cut(detector.card().input()).getFirst();
    List<String> labels = detector.labels().names();
    String label = request.getDetectorLabel().isEmpty() ? await(detector.judge(List.of(pixels), Urgency.INTERACTIVE, deadline())).label() : request.getDetectorLabel();
    int index = labels.indexOf(label);
    if (index < 0) throw invalid("detector_label", "is \"" + label + "\"; the detector's labels are " + labels);
    return response(detector.card(), explainer.label(pixels, index, method(request.getMethod(), explainer)));
  }

  private static Method method(ExplainMethod asked, Explainer explainer) {
    return switch (asked) {
      case EXPLAIN_METHOD_UNSPECIFIED, UNRECOGNIZED -> explainer.methods().stream().findFirst().orElseThrow(() -> noModel("maps over pictures"));
      case EXPLAIN_METHOD_DENSE_FEATURES -> Method.DENSE_FEATURES;
      case EXPLAIN_METHOD_GRADIENT -> Method.GRADIENT;
      case EXPLAIN_METHOD_ATTENTION_ROLLOUT -> Method.ATTENTION_ROLLOUT;
      case EXPLAIN_METHOD_GRAD_CAM_PLUS_PLUS -> Method.GRAD_CAM_PLUS_PLUS;
      case EXPLAIN_METHOD_LAYER_CAM -> Method.LAYER_CAM;
      case EXPLAIN_METHOD_EIGEN_CAM -> Method.EIGEN_CAM;
    };
  }

  private static ExplainResponse response(ModelCard card, Explainer.Explanation explanation) {
    var heat = explanation.heat();
    var response = ExplainResponse.newBuilder()
        .setMethod(ExplainMethod.valueOf("EXPLAIN_METHOD_" + heat.method().name())).setRows(heat.rows()).setColumns(heat.columns())
        .setOverlayPng(ByteString.copyFrom(explanation.png())).setModel(id(card));
    for (float value : heat.values()) response.addGrid(value);
    return response.build();
  }

  /// One picture's way through all roles. A head on an embedding uses the vector that is computed anyway.
  private final class Pass {
    private final List<Picture> pictures;
    private final Urgency urgency;
    private final long deadline;
    private final ViewMaker views;
    private final Map<Role, CompletableFuture<float[]>> vectors = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();
    private CompletableFuture<Opinion> opinion;

    Pass(List<Picture> pictures, Urgency urgency, long deadline, ViewMaker views) {
      this.pictures = pictures;
      this.urgency = urgency;
      this.deadline = deadline;
      this.views = views;
    }

    /// @param wanted whether the caller named the role, so that a missing answer needs a reason
    void submit(Role role, boolean wanted) {
      if (role == Role.DETECTOR) {
        submitDetector(wanted);
        return;
      }
      Optional<VisionModel> model = models.vision(role);
      if (model.isEmpty()) {
        if (wanted) missing.put(name(Roles.toProto(role)), "NO_MODEL");
        return;
      }
      Optional<Picture> picture = fitting(model.get().card());
      if (picture.isEmpty()) {
        if (wanted) missing.put(name(Roles.toProto(role)), "INPUT_SPEC_MISMATCH");
        return;
      }
      vectors.put(role, model.get().run(picture.get().cut(model.get().card().input()).getFirst(), urgency, deadline));
    }

    private void submitDetector(boolean wanted) {
      Optional<Detector> detector = models.detector();
      String role = name(ModelRole.MODEL_ROLE_DETECTOR);
      if (detector.isEmpty()) {
        if (wanted) missing.put(role, "NO_MODEL");
        return;
      }
      Optional<Picture> picture = fitting(detector.get().card());
      if (picture.isEmpty()) {
        if (wanted) missing.put(role, "INPUT_SPEC_MISMATCH");
        return;
      }
      Detector d = detector.get();
      CompletableFuture<float[]> shared = vectors.entrySet().stream()
          .filter(e -> models.vision(e.getKey()).map(m -> m == d.base()).orElse(false)).map(Map.Entry::getValue).findFirst().orElse(null);
      if (views == null && shared != null) {
        opinion = shared.thenApply(vector -> d.judge(List.of(vector)));
      } else {
        List<ByteBuffer> cut = views == null ? picture.get().cut(d.card().input()) : views.views(picture.get(), d.card().input());
        opinion = d.judge(cut, urgency, deadline);
      }
    }

    void collect(EmbedAndDetectResponse.Builder response) {
      vectors.forEach((role, future) -> answered(role, future, vector -> {
        Embedding embedding = embedding(models.vision(role).orElseThrow().card(), VisionModel.unit(vector));
        if (role == Role.CLIP) response.setClip(embedding);
        else response.setDinov2(embedding);
      }));
      if (opinion != null) {
        answered(Role.DETECTOR, opinion, o -> response.setDetection(detection(models.detector().orElseThrow().card(), o, views != null)));
      }
      response.putAllMissing(missing);
      if (vectors.isEmpty() && opinion == null && missing.isEmpty()) {
        throw new ProblemException(new Problem.Invalid("INPUT_SPEC_MISMATCH", "No tensor is cut to the spec of a configured model. ListModels tells the specs."));
      }
    }

    /// One role that fails leaves the others their answers.
    private <T> void answered(Role role, CompletableFuture<T> future, java.util.function.Consumer<T> use) {
      try {
        use.accept(await(future));
      } catch (ProblemException e) {
        missing.put(name(Roles.toProto(role)), e.problem().reason());
      }
    }

    private Optional<Picture> fitting(ModelCard card) {
      return pictures.stream().filter(p -> p.fits(card.input())).findFirst();
    }
  }

  private Picture picture(Image image, String field) {
    return switch (image.getContentCase()) {
      case ENCODED -> {
        if (image.getEncoded().size() > config.fileBytesMax()) {
          throw new ProblemException(new Problem.OverLimit(
              "FILE_TOO_LARGE", "The file has " + image.getEncoded().size() + " bytes; up to " + config.fileBytesMax() + " are taken (VERIMESH_EMBEDDING_FILE_BYTES_MAX)."));
        }
        yield Picture.decode(decoder, image.getEncoded().toByteArray());
      }
      case TENSOR -> cut(image.getTensor(), field);
      case CONTENT_NOT_SET -> throw invalid(field, "holds neither a file nor a tensor");
    };
  }

  private static Picture cut(Tensor tensor, String field) {
    long expected = 3L * tensor.getCount() * tensor.getHeight() * tensor.getWidth();
    // Counts are unsigned in the contract; one that is negative here is far over every limit.
    if (tensor.getCount() < 1 || tensor.getCount() > IMAGES_MAX || tensor.getHeight() < 1 || tensor.getWidth() < 1 || tensor.getHeight() > 4096 || tensor.getWidth() > 4096
        || tensor.getRgb().size() != expected) {
      throw new ProblemException(new Problem.Invalid(
          "TENSOR_SHAPE",
          field + " says [" + Integer.toUnsignedString(tensor.getCount()) + ", " + Integer.toUnsignedString(tensor.getHeight()) + ", "
              + Integer.toUnsignedString(tensor.getWidth()) + ", 3] and has " + tensor.getRgb().size() + " bytes; they must agree, with 1 to 64 pictures of up to 4096 px a side.",
          List.of(new Violation(field + ".tensor", "shape and bytes do not agree"))));
    }
    return new Picture.Cut(tensor.getRgb().asReadOnlyByteBuffer(), tensor.getCount(), tensor.getHeight(), tensor.getWidth(), tensor.getInputSpecDigest());
  }

  private void requireTensorBytes(List<Image> images) {
    long bytes = 0;
    for (Image image : images) bytes += image.getTensor().getRgb().size();
    if (bytes > config.tensorBytesMax()) {
      throw new ProblemException(new Problem.OverLimit(
          "TENSOR_TOO_LARGE", "The call holds " + bytes + " bytes of tensors; up to " + config.tensorBytesMax() + " are taken (VERIMESH_EMBEDDING_TENSOR_BYTES_MAX)."));
    }
  }

  private static ViewMaker viewMaker(Views views) {
    if (views.getJpegQualitiesCount() + views.getScalesCount() > VIEWS_MAX) throw invalid("views", "asks for more than " + VIEWS_MAX + " views");
    for (int quality : views.getJpegQualitiesList()) if (quality < 1 || quality > 100) throw invalid("views.jpeg_qualities", "holds " + Integer.toUnsignedString(quality) + "; expected 1 to 100");
    for (double scale : views.getScalesList()) if (!(scale > 0 && scale <= 1)) throw invalid("views.scales", "holds " + scale + "; expected a number above 0, up to 1");
    return new ViewMaker(views.getJpegQualitiesList(), views.getScalesList());
  }

  /// The caller's deadline on the clock of `System.nanoTime`.
  private long deadline() {
    Deadline deadline = Context.current().getDeadline();
    long left = deadline == null ? config.answerTime().toNanos() : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    return System.nanoTime() + left;
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ProblemException problem) throw problem;
      throw e;
    }
  }

  private static Urgency urgency(Priority priority) {
    return priority == Priority.PRIORITY_BATCH ? Urgency.BATCH : Urgency.INTERACTIVE;
  }

  private static Embedding embedding(ModelCard card, float[] unit) {
    var embedding = Embedding.newBuilder().setModel(id(card));
    for (float value : unit) embedding.addValues(value);
    return embedding.build();
  }

  private static Detection detection(ModelCard card, Opinion opinion, boolean withViews) {
    var detection = Detection.newBuilder()
        .setProbabilityAi(Score.newBuilder().setValue(opinion.probabilityAi()).setCalibrated(card.calibrated()))
        .setLabel(opinion.label()).putAllProbabilities(opinion.probabilities()).setGenerator(opinion.generator()).setModel(id(card)).setFlips(opinion.flips());
    if (withViews && opinion.spread().isPresent()) detection.setSpread(opinion.spread().getAsDouble());
    return detection.build();
  }

  private static ModelInfo info(ModelCard card) {
    return ModelInfo.newBuilder().setId(id(card)).setRole(Roles.toProto(card.role())).setInputSpec(card.input().toProto()).setInputSpecDigest(card.input().digest())
        .setDimension(card.dimension()).addAllDevices(card.devices()).setDtype(card.dtype()).addAllLabels(card.labels()).setCalibrated(card.calibrated()).build();
  }

  private static ModelId id(ModelCard card) {
    return ModelId.newBuilder().setEmbeddingSpace(card.embeddingSpace()).setArchiveId(card.archiveId()).setName(card.name()).build();
  }

  private static String name(ModelRole role) {
    return role == ModelRole.UNRECOGNIZED ? "unknown" : role.name().replace("MODEL_ROLE_", "").toLowerCase(java.util.Locale.ROOT);
  }

  private static <T> void answer(StreamObserver<T> out, T response) {
    out.onNext(response);
    out.onCompleted();
  }

  private static ProblemException invalid(String field, String what) {
    return new ProblemException(new Problem.Invalid("FIELD_INVALID", field + " " + what + ".", List.of(new Violation(field, what))));
  }

  private static ProblemException noModel(String forWhat) {
    return new ProblemException(new Problem.NotSetUp("NO_MODEL", "No model is configured for " + forWhat + ". See docs/MODELS.md."));
  }
}
