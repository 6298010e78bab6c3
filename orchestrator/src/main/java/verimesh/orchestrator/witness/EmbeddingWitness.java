package verimesh.orchestrator.witness;

import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import verimesh.chassis.images.RgbTensor;
import verimesh.chassis.problem.Problem;
import verimesh.common.v1.Image;
import verimesh.common.v1.Priority;
import verimesh.embedding.v1.EmbedAndDetectRequest;
import verimesh.embedding.v1.EmbedAndDetectResponse;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.orchestrator.fusion.DetectorAnswer;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;

/// embedding-svc: what the pixels look like to a model.
public final class EmbeddingWitness {
  private final Channel channel;
  private final Refreshed<Models> models;

  public EmbeddingWitness(Channel channel, Time time) {
    this.channel = channel;
    this.models = new Refreshed<>(time, Rpc.reachable(channel), due ->
        Rpc.ask(channel, EmbeddingServiceGrpc.getListModelsMethod(), ListModelsRequest.getDefaultInstance(), due)
            .thenApply(outcome -> Rpc.read(outcome, Models::from)));
  }

  /// Waits where it has to be asked, on a virtual thread.
  public LayerOutcome<Models> models(Due due) {
    return models.get(due);
  }

  /// What may be relied on without asking; empty where it has to be asked.
  public Optional<Models> freshModels() {
    return models.fresh();
  }

  /// The last that was heard, without asking.
  public Optional<Models> lastModels() {
    return models.last();
  }

  /// @param tensors the picture once for each spec of `roles`
  /// @param roles those to run, all of them configured
  public CompletableFuture<LayerOutcome<EmbeddingReading>> look(List<RgbTensor> tensors, Set<Models.Role> roles, Priority priority, Due due) {
    var request = EmbedAndDetectRequest.newBuilder().setPriority(priority);
    for (Models.Role role : roles) request.addRoles(role.wire());
    for (RgbTensor tensor : tensors) request.addImages(Image.newBuilder().setTensor(tensor.toProto()));
    return Rpc.ask(channel, EmbeddingServiceGrpc.getEmbedAndDetectMethod(), request.build(), due).thenApply(outcome -> {
      switch (outcome) {
        // It may have been started anew with other models.
        case LayerOutcome.Failed<EmbedAndDetectResponse> _, LayerOutcome.NotConfigured<EmbedAndDetectResponse> _ -> models.doubt();
        case LayerOutcome.Answered<EmbedAndDetectResponse> _,
            LayerOutcome.TimedOut<EmbedAndDetectResponse> _,
            LayerOutcome.NotApplicable<EmbedAndDetectResponse> _ -> {}
      }
      return Rpc.read(outcome, response -> reading(response, roles, outcome));
    });
  }

  private static EmbeddingReading reading(EmbedAndDetectResponse response, Set<Models.Role> roles, LayerOutcome<?> whole) {
    Duration took = whole instanceof LayerOutcome.Answered<?>(_, var t) ? t : Duration.ZERO;
    return new EmbeddingReading(
        response.hasClip()
            ? new LayerOutcome.Answered<>(vector(response.getClip()), took)
            : missing(response, Models.Role.CLIP, roles),
        response.hasDinov2()
            ? new LayerOutcome.Answered<>(vector(response.getDinov2()), took)
            : missing(response, Models.Role.DINOV2, roles),
        response.hasDetection()
            ? new LayerOutcome.Answered<>(detection(response), took)
            : missing(response, Models.Role.DETECTOR, roles));
  }

  /// A role that was asked for and has no answer is an outage of that role; one that was not is a choice.
  private static <T> LayerOutcome<T> missing(EmbedAndDetectResponse response, Models.Role role, Set<Models.Role> roles) {
    if (!roles.contains(role)) return new LayerOutcome.NotConfigured<>("NO_" + role);
    String why = response.getMissingOrDefault(role.wire().name(), response.getMissingOrDefault(role.name(), ""));
    String told = why.isEmpty() ? "The model did not answer." : "The model did not answer: " + why + ".";
    return new LayerOutcome.Failed<>(new Problem.Unavailable("MODEL_SILENT", told, Duration.ZERO));
  }

  private static EmbeddingReading.Vector vector(Embedding embedding) {
    return new EmbeddingReading.Vector(embedding.getValuesList(), embedding.getModel().getEmbeddingSpace());
  }

  private static EmbeddingReading.Detection detection(EmbedAndDetectResponse response) {
    var detection = response.getDetection();
    return new EmbeddingReading.Detection(
        new DetectorAnswer(detection.getProbabilityAi().getValue()),
        detection.getProbabilityAi().getCalibrated(),
        detection.getGenerator(),
        detection.getModel().getEmbeddingSpace(),
        detection.getModel().getArchiveId(),
        detection.getModel().getName(),
        detection.getFlips());
  }
}
