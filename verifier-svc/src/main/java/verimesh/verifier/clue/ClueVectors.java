package verimesh.verifier.clue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps the clues' text vectors for the model that is configured now. Thread-safe: the first caller computes them, the
/// others wait for it.
public final class ClueVectors {
  /// As many texts as embedding-svc takes at a time.
  private static final int TEXTS_A_CALL = 256;

  private final ClueBase clues;
  /// A caller who keeps asking in a foreign space makes us look for a new model so often, not at every call.
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  private final TextEmbedder embedder;
  private final InstantSource clock;
  private final ReentrantLock computing = new ReentrantLock();
  private volatile ClueIndex index;
  private Instant computed = Instant.MIN;

  public ClueVectors(ClueBase clues, TextEmbedder embedder, InstantSource clock) {
    this.clues = clues;
    this.embedder = embedder;
    this.clock = clock;
  }

  /// Makes vectors of texts, in the space of the same model's pictures.
  @FunctionalInterface
  public interface TextEmbedder {
    /// @return one unit vector a text, with the space they lie in
    Embedded embed(List<String> texts);

    record Embedded(String embeddingSpace, List<float[]> vectors) {}
  }

  /// @param embeddingSpace the space of the picture that clues are wanted for
  /// @return the index in that space, or in the one that is served now if it is another: the caller compares
  public ClueIndex in(String embeddingSpace) {
    ClueIndex known = index;
    if (known != null && known.embeddingSpace().equals(embeddingSpace)) return known;
    computing.lock();
    try {
      boolean foreign = index != null && !index.embeddingSpace().equals(embeddingSpace);
      if (index == null || (foreign && !clock.instant().isBefore(computed.plus(LOOK_AGAIN)))) {
        index = compute();
        computed = clock.instant();
      }
      return index;
    } finally {
      computing.unlock();
    }
  }

  private ClueIndex compute() {
    List<String> texts = clues.clues().stream().map(clue -> clue.english().text()).toList();
    List<float[]> vectors = new ArrayList<>();
    String space = null;
    for (int from = 0; from < texts.size(); from += TEXTS_A_CALL) {
      var part = embedder.embed(texts.subList(from, Math.min(texts.size(), from + TEXTS_A_CALL)));
      // A model that is swapped in the middle would leave vectors of two spaces side by side.
      if (space != null && !space.equals(part.embeddingSpace())) return compute();
      space = part.embeddingSpace();
      vectors.addAll(part.vectors());
    }
    return new ClueIndex(space == null ? "" : space, clues.clues(), vectors);
  }
}
