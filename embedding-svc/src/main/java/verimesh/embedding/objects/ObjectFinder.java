package verimesh.embedding.objects;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import verimesh.chassis.inference.serve.Lane;
import verimesh.chassis.inference.serve.Urgency;
import verimesh.chassis.inference.torch.FloatTensor;
import verimesh.embedding.model.ModelCard;

/// Finds things in pictures, one picture at a time from the caller's view.
public record ObjectFinder(ModelCard card, Lane<ByteBuffer, FloatTensor> lane) {
  /// @param pixels uint8 `[size, size, 3]`, the whole picture squashed to the square
  /// @param scoreMin 0 to 1; less sure boxes are left out
  /// @param max most regions
  /// @return the surest first
  public CompletableFuture<List<Region>> find(ByteBuffer pixels, double scoreMin, int max, Urgency urgency, long deadlineNanos) {
    int side = card.input().size();
    return lane.submit(side, pixels, urgency, deadlineNanos)
        .thenApply(table -> new BoxTable(table, card.labels().size()).regions(card.labels(), side, scoreMin, max));
  }
}
