package verimesh.embedding;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import verimesh.chassis.inference.serve.Urgency;
import verimesh.embedding.detect.Detector;
import verimesh.embedding.explain.Explainer;
import verimesh.embedding.explain.Method;
import verimesh.embedding.load.Models;
import verimesh.embedding.model.ModelCard;
import verimesh.embedding.model.Role;
import verimesh.embedding.model.TextModel;
import verimesh.embedding.model.VisionModel;
import verimesh.embedding.v1.ExplainMethod;
import verimesh.embedding.v1.ExplainRequest;
import verimesh.embedding.v1.ExplainResponse;

/// Explain: where in a picture a text or a label lies.
record ExplainCall(Models models, CallReader reader) {
  /// What every picture is a bit of: taken off dense maps, so that they show the text and not "a picture".
  private static final List<String> NEUTRAL_TEXTS = List.of("a photo", "an image", "a picture of something");

  ExplainResponse answer(ExplainRequest request) {
    return switch (request.getTargetCase()) {
      case TEXT -> text(request);
      case DETECTOR_LABEL -> label(request);
      case TARGET_NOT_SET -> throw Refusals.invalid("target", "holds neither a text nor a detector's label");
    };
  }

  private ExplainResponse text(ExplainRequest request) {
    VisionModel clip = models.vision(Role.CLIP).orElseThrow(() -> Refusals.noModel("clip"));
    TextModel texts = models.texts().orElseThrow(() -> Refusals.noModel("texts"));
    Explainer explainer = models.explainer(Role.CLIP).orElseThrow(() -> Refusals.noModel("maps over pictures"));
    if (request.getText().isEmpty() || request.getText().length() > EmbeddingEndpoint.TEXT_CHARS_MAX) {
      throw Refusals.invalid("text", "has " + request.getText().length() + " characters; expected 1 to " + EmbeddingEndpoint.TEXT_CHARS_MAX);
    }
    Method method = method(request.getMethod(), explainer);
    ByteBuffer pixels = reader.picture(request.getImage()).cut(clip.card().input()).getFirst();
    long deadline = reader.deadline();
    CompletableFuture<float[]> text = texts.run(texts.tokens(request.getText()), Urgency.INTERACTIVE, deadline);
    List<CompletableFuture<float[]>> neutral = new ArrayList<>();
    if (method == Method.DENSE_FEATURES) NEUTRAL_TEXTS.forEach(t -> neutral.add(texts.run(texts.tokens(t), Urgency.INTERACTIVE, deadline)));
    return response(clip.card(), explainer.text(pixels, Refusals.await(text), neutral.stream().map(Refusals::await).toList(), method));
  }

  private ExplainResponse label(ExplainRequest request) {
    Detector detector = models.detector().orElseThrow(() -> Refusals.noModel("detector"));
    Explainer explainer = models.explainer(Role.DETECTOR)
        .orElseThrow(() -> Refusals.noModel("maps of this detector (heads and trusted archives have none)"));
    ByteBuffer pixels = reader.picture(request.getImage()).cut(detector.card().input()).getFirst();
    List<String> labels = detector.labels().names();
    String label = request.getDetectorLabel();
    if (label.isEmpty()) label = Refusals.await(detector.judge(List.of(pixels), Urgency.INTERACTIVE, reader.deadline())).label();
    int index = labels.indexOf(label);
    if (index < 0) throw Refusals.invalid("detector_label", "is \"" + label + "\"; the detector's labels are " + labels);
    return response(detector.card(), explainer.label(pixels, index, method(request.getMethod(), explainer)));
  }

  private static Method method(ExplainMethod asked, Explainer explainer) {
    return switch (asked) {
      case EXPLAIN_METHOD_UNSPECIFIED, UNRECOGNIZED -> explainer.methods().stream().findFirst().orElseThrow(() -> Refusals.noModel("maps over pictures"));
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
        .setOverlayPng(ByteString.copyFrom(explanation.png())).setModel(Answers.id(card));
    for (float value : heat.values()) response.addGrid(value);
    return response.build();
  }
}
