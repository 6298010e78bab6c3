package verimesh.verifier.clue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
      int n = random.nextInt(1, 700); // several blocks of the coarse vectors, the last one not full
      List<Clue> clues = new ArrayList<>();
      List<float[]> vectors = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        clues.add(clue("c" + (char) ('a' + i % 20), i));
        vectors.add(unit(random, 32));
      }
      float[] picture = unit(random, 32);
      var hits = new ClueIndex("space", clues, vectors, vectors).nearest(picture, 8, -1);
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
    var hits = new ClueIndex("space", clues, vectors, vectors).nearest(new float[] {1, 0}, 6, -1);
    assertThat(hits).extracting(hit -> hit.clue().category()).containsExactly("hands", "hands", "eyes");
  }

  /// However a vector's numbers are spread, its coarse cosine and the bound on it hold the exact one.
  @Test
  void noCosineExceedsItsCoarseBound() {
    var random = verimesh.chassis.testing.Seed.random("CoarseVectors");
    int n = 300;
    int dimension = 48;
    float[] rows = new float[n * dimension];
    for (int i = 0; i < n; i++) {
      float[] vector = i == 0 ? new float[dimension] : i % 3 == 0 ? spike(dimension, i) : unit(random, dimension);
      System.arraycopy(vector, 0, rows, i * dimension, dimension);
    }
    var coarse = new CoarseVectors(rows, n, dimension);
    for (int round = 0; round < 20; round++) {
      float[] picture = unit(random, dimension);
      float[] bounds = coarse.atMost(picture);
      for (int i = 0; i < n; i++) {
        double exact = dot(picture, java.util.Arrays.copyOfRange(rows, i * dimension, (i + 1) * dimension));
        assertThat((double) bounds[i]).as("%s row %d", verimesh.chassis.testing.Seed.replay(), i).isBetween(exact, exact + 0.03);
      }
    }
  }

  private static float[] spike(int dimension, int at) {
    float[] v = new float[dimension];
    v[at % dimension] = 1;
    return v;
  }

  @Test
  void theFloorIsInclusive() {
    List<float[]> vectors = List.of(new float[] {0.5f, 0}, new float[] {0.25f, 0});
    var index = new ClueIndex("space", List.of(clue("hands", 0), clue("eyes", 0)), vectors, vectors);
    assertThat(index.nearest(new float[] {1, 0}, 5, 0.5)).hasSize(1);
    assertThat(index.nearest(new float[] {1, 0}, 5, 0.51)).isEmpty();
  }

  @Test
  void aVectorOfAnotherDimensionIsRefused() {
    var index = new ClueIndex("space", List.of(clue("hands", 0)), List.of(new float[] {1, 0}), List.of(new float[] {0, 1}));
    assertThatThrownBy(() -> index.nearest(new float[] {1}, 5, -1)).hasMessageContaining("a vector of 1");
  }

  @Test
  void amongEqualsTheClueBaseHasItsOrder() {
    List<Clue> clues = List.of(clue("b", 1), clue("a", 1), clue("a", 2), clue("a", 3));
    List<float[]> same = List.of(new float[] {1, 0}, new float[] {1, 0}, new float[] {1, 0}, new float[] {1, 0});
    assertThat(new ClueIndex("space", clues, same, same).nearest(new float[] {1, 0}, 3, -1)).extracting(ClueIndex.Hit::clue)
        .containsExactly(clues.get(0), clues.get(1));
    assertThat(new ClueIndex("space", clues, same, same).nearest(new float[] {1, 0}, 4, -1)).extracting(ClueIndex.Hit::clue)
        .containsExactly(clues.get(0), clues.get(1), clues.get(2));
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
