package verimesh.embedding.detect;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import verimesh.chassis.inference.serve.Urgency;
import verimesh.embedding.model.ModelCard;
import verimesh.embedding.model.VisionModel;

/// A classifier, or a head on another model's vector.
///
/// @param base gives logits, or the vector that `logits` turns into some
public record Detector(ModelCard card, VisionModel base, AiLabels labels, UnaryOperator<float[]> logits) {
  /// @param views the picture itself first, then what it is tried as; each cut to the card's spec
  public CompletableFuture<Opinion> judge(List<ByteBuffer> views, Urgency urgency, long deadlineNanos) {
    List<CompletableFuture<float[]>> runs = new ArrayList<>();
    for (ByteBuffer view : views) runs.add(base.run(view, urgency, deadlineNanos));
    return CompletableFuture.allOf(runs.toArray(CompletableFuture[]::new)).thenApply(_ -> judge(runs.stream().map(CompletableFuture::join).toList()));
  }

  /// From vectors of the base model that were computed already.
  public Opinion judge(List<float[]> vectors) {
    return Opinion.of(labels, vectors.stream().map(logits).toList());
  }
}
