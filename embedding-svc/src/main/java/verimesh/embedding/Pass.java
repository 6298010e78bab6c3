package verimesh.embedding;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import verimesh.chassis.inference.serve.Urgency;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.embedding.detect.Detector;
import verimesh.embedding.detect.Opinion;
import verimesh.embedding.load.Models;
import verimesh.embedding.model.ModelCard;
import verimesh.embedding.model.Role;
import verimesh.embedding.model.VisionModel;
import verimesh.embedding.picture.Picture;
import verimesh.embedding.picture.ViewMaker;
import verimesh.embedding.v1.EmbedAndDetectResponse;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.ModelRole;

/// One picture's way through all roles. A head on an embedding uses the vector that is computed anyway.
final class Pass {
  /// Those that answer for the whole picture, in the order in which they are submitted: heads come after what they sit on.
  static final List<Role> ROLES = List.of(Role.CLIP, Role.DINOV2, Role.DETECTOR);

  private final Models models;
  private final List<Picture> pictures;
  private final Urgency urgency;
  private final long deadline;
  private final ViewMaker views;
  private final Map<Role, CompletableFuture<float[]>> vectors = new LinkedHashMap<>();
  private final Map<String, String> missing = new LinkedHashMap<>();
  private CompletableFuture<Opinion> opinion;

  /// @param views null without them
  Pass(Models models, List<Picture> pictures, Urgency urgency, long deadline, ViewMaker views) {
    this.models = models;
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
      if (wanted) missing.put(Answers.name(Roles.toProto(role)), "NO_MODEL");
      return;
    }
    Optional<Picture> picture = fitting(model.get().card());
    if (picture.isEmpty()) {
      if (wanted) missing.put(Answers.name(Roles.toProto(role)), "INPUT_SPEC_MISMATCH");
      return;
    }
    vectors.put(role, model.get().run(picture.get().cut(model.get().card().input()).getFirst(), urgency, deadline));
  }

  private void submitDetector(boolean wanted) {
    Optional<Detector> detector = models.detector();
    String role = Answers.name(ModelRole.MODEL_ROLE_DETECTOR);
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
      Embedding embedding = Answers.embedding(models.vision(role).orElseThrow().card(), VisionModel.unit(vector));
      if (role == Role.CLIP) response.setClip(embedding);
      else response.setDinov2(embedding);
    }));
    if (opinion != null) {
      answered(Role.DETECTOR, opinion, o -> response.setDetection(Answers.detection(models.detector().orElseThrow().card(), o, views != null)));
    }
    response.putAllMissing(missing);
    if (vectors.isEmpty() && opinion == null && missing.isEmpty()) {
      throw new ProblemException(new Problem.Invalid("INPUT_SPEC_MISMATCH", "No tensor is cut to the spec of a configured model. ListModels tells the specs."));
    }
  }

  /// One role that fails leaves the others their answers.
  private <T> void answered(Role role, CompletableFuture<T> future, Consumer<T> use) {
    try {
      use.accept(Refusals.await(future));
    } catch (ProblemException e) {
      missing.put(Answers.name(Roles.toProto(role)), e.problem().reason());
    }
  }

  private Optional<Picture> fitting(ModelCard card) {
    return pictures.stream().filter(p -> p.fits(card.input())).findFirst();
  }
}
