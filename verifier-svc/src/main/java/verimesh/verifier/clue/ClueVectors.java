package verimesh.verifier.clue;

import io.grpc.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// Keeps the clues' text vectors for the model that is configured now. Thread-safe: they are computed once, for everybody who
/// waits, on a thread of their own: a caller whose time is too short for them does not undo what was done for the next one.
public final class ClueVectors {
  /// As many texts as embedding-svc takes at a time.
  private static final int TEXTS_A_CALL = 256;

  /// A caller who keeps asking in a foreign space makes us look for a new model so often, not at every call.
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  private final ClueBase clues;
  private final TextEmbedder embedder;
  private final InstantSource clock;
  private ClueIndex index; // guarded by this, as the two below
  private CompletableFuture<ClueIndex> computing;
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

  /// Begins to compute without being asked, so that the first picture need not wait. What goes wrong is seen when somebody asks.
  public void warmUp() {
    begun();
  }

  /// @param embeddingSpace the space of the picture that clues are wanted for
  /// @param until when the caller has no use for it any more
  /// @return the index in that space, or in the one that is served now if it is another: the caller compares
  /// @throws RuntimeException as embedding-svc refused, or [ProblemException] `CLUES_NOT_READY`
  public ClueIndex in(String embeddingSpace, Instant until) {
    CompletableFuture<ClueIndex> awaited;
    synchronized (this) {
      boolean foreign = index != null && !index.embeddingSpace().equals(embeddingSpace);
      if (index != null && (!foreign || clock.instant().isBefore(computed.plus(LOOK_AGAIN)))) return index;
      awaited = begun();
    }
    try {
      return awaited.get(Math.max(0, Duration.between(clock.instant(), until).toNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw notReady();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notReady();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException refused ? refused : new IllegalStateException(e.getCause());
    }
  }

  private static ProblemException notReady() {
    return new ProblemException(new Problem.TooLate(
        "CLUES_NOT_READY", "The vectors of the clues' texts are being computed; the next picture finds them ready."));
  }

  private synchronized CompletableFuture<ClueIndex> begun() {
    if (computing != null) return computing;
    var mine = new CompletableFuture<ClueIndex>();
    computing = mine;
    // Neither the caller's cancellation nor its deadline.
    Thread.ofVirtual().name("clue-vectors").start(Context.ROOT.wrap(() -> {
      ClueIndex made = null;
      Throwable why = null;
      try {
        made = compute();
      } catch (Throwable refused) {
        why = refused;
      }
      synchronized (this) {
        if (made != null) {
          index = made;
          computed = clock.instant();
        }
        computing = null;
      }
      if (made != null) mine.complete(made);
      else mine.completeExceptionally(why);
    }));
    return mine;
  }

  private ClueIndex compute() {
    List<String> texts = new ArrayList<>();
    for (Clue clue : clues.clues()) texts.add(clue.english().text());
    for (Clue clue : clues.clues()) texts.add(clue.english().naturalExplanation());
    List<float[]> vectors = new ArrayList<>();
    String space = null;
    for (int from = 0; from < texts.size(); from += TEXTS_A_CALL) {
      var part = embedder.embed(texts.subList(from, Math.min(texts.size(), from + TEXTS_A_CALL)));
      // A model that is swapped in the middle would leave vectors of two spaces side by side.
      if (space != null && !space.equals(part.embeddingSpace())) return compute();
      space = part.embeddingSpace();
      vectors.addAll(part.vectors());
    }
    int n = clues.clues().size();
    return new ClueIndex(space == null ? "" : space, clues.clues(), vectors.subList(0, n), vectors.subList(n, 2 * n));
  }
}
