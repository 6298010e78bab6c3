package verimesh.embedding.model;

import java.util.concurrent.CompletableFuture;
import verimesh.chassis.inference.serve.Lane;
import verimesh.chassis.inference.serve.Urgency;
import verimesh.chassis.inference.text.Tokenizer;

/// Runs texts through one model.
///
/// @param context most tokens of a text
/// @param fillsUp whether every text is filled up to `context` (SigLIP), or only to the bucket's length (CLIP: what stands
///     behind the pooled position changes nothing)
public record TextModel(ModelCard card, Tokenizer tokenizer, Lane<long[], float[]> lane, int context, boolean fillsUp, int pad) {
  /// Lengths are rounded up to a multiple of this, so that texts of similar length share a batch.
  private static final int BUCKET = 8;

  public Tokenizer.Tokens tokens(String text) {
    return tokenizer.encode(text);
  }

  /// @return a unit vector
  public CompletableFuture<float[]> run(Tokenizer.Tokens tokens, Urgency urgency, long deadlineNanos) {
    int length = fillsUp ? context : Math.min(context, Math.ceilDiv(tokens.ids().length, BUCKET) * BUCKET);
    return lane.submit(length, Tokenizer.filled(tokens.ids(), length, pad), urgency, deadlineNanos);
  }
}
