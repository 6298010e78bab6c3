package verimesh.embedding.model;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import verimesh.chassis.inference.serve.Lane;
import verimesh.chassis.inference.serve.Urgency;

/// Runs pictures through one model, one at a time from the caller's view, in batches from the device's.
///
/// @param lane from uint8 pixels `[size, size, 3]` to the model's own vector or logits
public record VisionModel(ModelCard card, Lane<ByteBuffer, float[]> lane) {
  /// @param pixels exactly `size * size * 3` bytes, cut to the card's input spec; must not change until it is done
  /// @param deadlineNanos on the clock of `System.nanoTime`
  /// @return the model's own vector, not of unit length
  public CompletableFuture<float[]> run(ByteBuffer pixels, Urgency urgency, long deadlineNanos) {
    int size = card.input().size();
    if (pixels.remaining() != size * size * 3) throw new IllegalArgumentException(pixels.remaining() + " bytes for " + size + " px");
    return lane.submit(size, pixels, urgency, deadlineNanos);
  }

  /// The vector divided by its length, so that dot products are cosines. A zero vector stays as it is.
  public static float[] unit(float[] vector) {
    double squares = 0;
    for (float v : vector) squares += (double) v * v;
    float[] unit = new float[vector.length];
    double length = Math.sqrt(squares);
    for (int i = 0; i < vector.length; i++) unit[i] = length > 0 ? (float) (vector[i] / length) : 0;
    return unit;
  }
}
