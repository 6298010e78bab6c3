package verimesh.orchestrator.witness;

import io.grpc.Channel;
import java.util.List;
import java.util.Optional;
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
    this.models = new Refreshed<>(time, due -> Rpc.read(
        Rpc.ask(channel, EmbeddingServiceGrpc.getListModelsMethod(), ListModelsRequest.getDefaultInstance(), due), Models::from));
  }

  public LayerOutcome<Models> models(Due due) {
    return models.get(due);
  }

  /// The last that was heard, without asking.
  public Optional<Models> lastModels() {
    return models.last();
  }

  /// @param tensors the picture once for each spec
  public LayerOutcome<EmbeddingReading> look(List<RgbTensor> tensors, Models configured, Priority priority, Due due) {
    var request = EmbedAndDetectRequest.newBuilder().setPriority(priority);
    for (RgbTensor tensor : tensors) request.addImages(Image.newBuilder().setTensor(tensor.toProto()));
    var outcome = Rpc.ask(channel, EmbeddingServiceGrpc.getEmbedAndDetectMethod(), request.build(), due);
    switch (outcome) {
      // It may have been started anew with other models.
      case LayerOutcome.Failed<EmbedAndDetectResponse> _, LayerOutcome.NotConfigured<EmbedAndDetectResponse> _ -> models.doubt();
      case LayerOutcome.Answered<EmbedAndDetectResponse> _,
          LayerOutcome.TimedOut<EmbedAndDetectResponse> _,
          LayerOutcome.NotApplicable<EmbedAndDetectResponse> _ -> {}
    }
    return Rpc.read(outcome, response -> reading(response, configured, outcome));
  }

  private static EmbeddingReading reading(EmbedAndDetectResponse response, Models configured, LayerOutcome<?> whole) {
    var took = ((LayerOutcome.Answered<?>) whole).took();
    LayerOutcome<EmbeddingReading.Vector> dinov2 =
        response.hasDinov2()
            ? new LayerOutcome.Answered<>(vector(response.getDinov2()), took)
            : missing(response, "MODEL_ROLE_DINOV2", configured.dinov2(), "NO_DINOV2");
    LayerOutcome<EmbeddingReading.Detection> detector =
        response.hasDetection()
            ? new LayerOutcome.Answered<>(detection(response), took)
            : missing(response, "MODEL_ROLE_DETECTOR", configured.detector(), "NO_DETECTOR");
    return new EmbeddingReading(response.hasClip() ? Optional.of(vector(response.getClip())) : Optional.empty(), dinov2, detector);
  }

  /// A role that is configured and has no answer is an outage of that role; one that is not is a choice.
  private static <T> LayerOutcome<T> missing(EmbedAndDetectResponse response, String role, boolean configured, String reason) {
    if (!configured) return new LayerOutcome.NotConfigured<>(reason);
    String why = response.getMissingOrDefault(role, "");
    String told = why.isEmpty() ? "The model did not answer." : "The model did not answer: " + why + ".";
    return new LayerOutcome.Failed<>(new Problem.Unavailable("MODEL_SILENT", told, java.time.Duration.ZERO));
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
