package verimesh.verifier.clue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClueIndexTest {
  private static final Clue.Words WORDS = new Clue.Words("seen", "there", "nature");

  @Test
  void theRankingIsThatOfEveryDotProduct() {
    var random = verimesh.chassis.testing.Seed.random("ClueIndexTest");
    for (int round = 0; round < 50; round++) {
      int n = random.nextInt(1, 300);
      List<Clue> clues = new ArrayList<>();
      List<float[]> vectors = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        clues.add(clue("c" + (char) ('a' + i % 20), i));
        vectors.add(unit(random, 32));
      }
      float[] picture = unit(random, 32);
      var hits = new ClueIndex("space", clues, vectors).nearest(picture, 8, -1);
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < n; i++) order.add(i);
      order.sort(Comparator.comparingDouble(i -> -dot(picture, vectors.get(i))));
      List<Clue> expected = new ArrayList<>();
      for (int i : order) {
        Clue clue = clues.get(i);
        if (expected.size() < 8 && expected.stream().filter(c -> c.category().equals(clue.category())).count() < 3) expected.add(clue);
      }
      assertThat(hits).as("%s round %d", verimesh.chassis.testing.Seed.replay(), round).extracting(ClueIndex.Hit::clue).containsExactlyElementsOf(expected);
    }
  }

  @Test
  void oneCategoryNeverFillsTheList() {
    List<Clue> clues = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      clues.add(clue("hands", i));
      vectors.add(new float[] {1, 0});
    }
    clues.add(clue("eyes", 0));
    vectors.add(new float[] {0, 1});
    var hits = new ClueIndex("space", clues, vectors).nearest(new float[] {1, 0}, 6, -1);
    assertThat(hits).extracting(hit -> hit.clue().category()).containsExactly("hands", "hands", "eyes");
  }

  @Test
  void theFloorIsInclusive() {
    var index = new ClueIndex("space", List.of(clue("hands", 0), clue("eyes", 0)), List.of(new float[] {0.5f, 0}, new float[] {0.25f, 0}));
    assertThat(index.nearest(new float[] {1, 0}, 5, 0.5)).hasSize(1);
    assertThat(index.nearest(new float[] {1, 0}, 5, 0.51)).isEmpty();
  }

  @Test
  void aVectorOfAnotherDimensionIsRefused() {
    var index = new ClueIndex("space", List.of(clue("hands", 0)), List.of(new float[] {1, 0}));
    assertThatThrownBy(() -> index.nearest(new float[] {1}, 5, -1)).hasMessageContaining("a vector of 1");
  }

  @Test
  void vectorsAreComputedOnceASpace() {
    var calls = new int[1];
    var space = new String[] {"one"};
    var now = new Instant[] {Instant.EPOCH};
    var vectors = new ClueVectors(ClueBase.ours(), texts -> {
      calls[0]++;
      return new ClueVectors.TextEmbedder.Embedded(space[0], texts.stream().map(t -> new float[] {1, 0}).toList());
    }, () -> now[0]);
    assertThat(vectors.in("one").embeddingSpace()).isEqualTo("one");
    vectors.in("one");
    assertThat(calls[0]).isEqualTo(1);
    space[0] = "two";
    assertThat(vectors.in("two").embeddingSpace()).as("asked again only after a while").isEqualTo("one");
    now[0] = now[0].plusSeconds(30);
    assertThat(vectors.in("two").embeddingSpace()).isEqualTo("two");
    assertThat(calls[0]).isEqualTo(2);
  }

  private static Clue clue(String category, int number) {
    return new Clue(category + ".n" + number, category, WORDS, WORDS);
  }

  private static float[] unit(SplittableRandom random, int dimension) {
    float[] v = new float[dimension];
    double sum = 0;
    for (int i = 0; i < dimension; i++) {
      v[i] = (float) (random.nextDouble() * 2 - 1);
      sum += v[i] * v[i];
    }
    for (int i = 0; i < dimension; i++) v[i] /= (float) Math.sqrt(sum);
    return v;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
    return sum;
  }
}
