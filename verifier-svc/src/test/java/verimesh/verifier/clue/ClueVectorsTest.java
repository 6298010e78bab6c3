package verimesh.verifier.clue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import verimesh.chassis.problem.ProblemException;
import verimesh.verifier.clue.ClueVectors.TextEmbedder;

class ClueVectorsTest {
  private static final Instant LATER = Instant.now().plusSeconds(3600);

  private volatile String space = "one";
  private volatile Instant now = Instant.now();
  private final AtomicInteger texts = new AtomicInteger();

  @Test
  void vectorsAreComputedOnceASpace() {
    var vectors = new ClueVectors(ClueBase.ours(), this::embed, () -> now);
    assertThat(vectors.in("one", LATER).embeddingSpace()).isEqualTo("one");
    vectors.in("one", LATER);
    assertThat(texts.get()).as("each clue and its natural explanation").isEqualTo(2 * ClueBase.ours().clues().size());
    space = "two";
    assertThat(vectors.in("two", LATER).embeddingSpace()).as("asked again only after a while").isEqualTo("one");
    now = now.plusSeconds(30);
    assertThat(vectors.in("two", LATER).embeddingSpace()).isEqualTo("two");
  }

  @Test
  void aClueAndItsNaturalExplanationKeepTheirOwnVectors() {
    var vectors = new ClueVectors(ClueBase.ours(), all -> new TextEmbedder.Embedded("space", all.stream().map(t -> new float[] {t.hashCode()}).toList()), () -> now);
    for (Clue clue : ClueBase.ours().clues()) {
      var row = vectors.in("space", LATER).texts(clue).orElseThrow();
      assertThat(row.clue()).containsExactly(clue.english().text().hashCode());
      assertThat(row.natural()).containsExactly(clue.english().naturalExplanation().hashCode());
    }
  }

  /// Text models are slow without an accelerator: the first pictures may come before the vectors are there.
  @Test
  void aCallerInAHurryIsToldSoAndItsWorkIsNotLost() {
    var gate = new CountDownLatch(1);
    var vectors = new ClueVectors(ClueBase.ours(), all -> {
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return embed(all);
    }, java.time.InstantSource.system());
    assertThatThrownBy(() -> vectors.in("one", Instant.now().plusMillis(20)))
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.problem().reason()).isEqualTo("CLUES_NOT_READY"));
    gate.countDown();
    assertThat(vectors.in("one", LATER).embeddingSpace()).isEqualTo("one");
    assertThat(texts.get()).isEqualTo(2 * ClueBase.ours().clues().size());
  }

  @Test
  void aRefusalGoesToWhoeverAskedAndTheNextOneTriesAgain() {
    var fails = new AtomicInteger(1);
    var vectors = new ClueVectors(ClueBase.ours(), all -> {
      if (fails.getAndDecrement() > 0) throw new IllegalStateException("no model");
      return embed(all);
    }, () -> now);
    assertThatThrownBy(() -> vectors.in("one", LATER)).hasMessage("no model");
    assertThat(vectors.in("one", LATER).embeddingSpace()).isEqualTo("one");
  }

  private TextEmbedder.Embedded embed(java.util.List<String> all) {
    texts.addAndGet(all.size());
    return new TextEmbedder.Embedded(space, all.stream().map(t -> new float[] {1, 0}).toList());
  }
}
