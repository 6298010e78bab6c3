package verimesh.verifier.clue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where the clues' texts lie in one model's space, searched row by row: what [CoarseVectors] cannot rule out gets its exact
/// dot product, so the ranking is that of brute force. Immutable.
public final class ClueIndex {
  private final String embeddingSpace;
  private final List<Clue> clues;
  private final Map<String, Integer> rows = new HashMap<>();
  private final int[] categories; // of each row, numbered in order of appearance
  private final int categoryCount;
  private final float[] vectors; // of the clues' texts, row by row, unit length
  private final CoarseVectors coarse; // the same, smaller
  private final float[] naturals; // of their natural explanations, the same way
  private final int dimension;

  /// @param vectors one unit vector a clue, in the clues' order, all of one dimension
  /// @param naturals the same of their natural explanations
  public ClueIndex(String embeddingSpace, List<Clue> clues, List<float[]> vectors, List<float[]> naturals) {
    if (clues.size() != vectors.size() || clues.size() != naturals.size()) {
      throw new IllegalArgumentException(clues.size() + " clues, " + vectors.size() + " and " + naturals.size() + " vectors");
    }
    this.embeddingSpace = embeddingSpace;
    this.clues = List.copyOf(clues);
    this.dimension = vectors.isEmpty() ? 0 : vectors.getFirst().length;
    this.vectors = rows(vectors);
    this.coarse = new CoarseVectors(this.vectors, clues.size(), dimension);
    this.naturals = rows(naturals);
    this.categories = new int[clues.size()];
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < clues.size(); i++) {
      int known = numbers.size();
      categories[i] = numbers.computeIfAbsent(clues.get(i).category(), _ -> known);
      rows.put(clues.get(i).id(), i);
    }
    this.categoryCount = numbers.size();
  }

  private float[] rows(List<float[]> vectors) {
    float[] all = new float[vectors.size() * dimension];
    for (int i = 0; i < vectors.size(); i++) {
      if (vectors.get(i).length != dimension) throw new IllegalArgumentException("vectors of " + dimension + " and " + vectors.get(i).length);
      System.arraycopy(vectors.get(i), 0, all, i * dimension, dimension);
    }
    return all;
  }

  public String embeddingSpace() {
    return embeddingSpace;
  }

  public int dimension() {
    return dimension;
  }

  /// @param cosine [-1, 1], not calibrated
  public record Hit(Clue clue, double cosine) {}

  /// The vectors of a clue's text and of the natural thing that looks the same.
  public record Texts(float[] clue, float[] natural) {}

  /// Empty for a clue that this index does not hold.
  public Optional<Texts> texts(Clue clue) {
    return Optional.ofNullable(rows.get(clue.id())).map(row -> new Texts(row(vectors, row), row(naturals, row)));
  }

  private float[] row(float[] all, int row) {
    return java.util.Arrays.copyOfRange(all, row * dimension, (row + 1) * dimension);
  }

  /// The nearest clues, best first, with at most a third of them (rounded up) from one category: a checklist of eight
  /// ways to look at one hand checks nothing but the hand. Among equals the order of the clue base.
  ///
  /// @param picture unit vector of this index's dimension
  /// @param limit at least 1
  /// @param floor clues with a lower cosine are left out
  public List<Hit> nearest(float[] picture, int limit, double floor) {
    if (picture.length != dimension) throw new IllegalArgumentException("a vector of " + picture.length + " in a space of " + dimension);
    // A clue that is not among the best of its own category can be on no list, so these are all that need to be put in order.
    int perCategory = (limit + 2) / 3;
    int[] best = new int[categoryCount * perCategory];
    float[] cosines = new float[best.length];
    int[] counts = new int[categoryCount];
    float[] atMost = coarse.atMost(picture);
    for (int row = 0; row < categories.length; row++) {
      int category = categories[row];
      int from = category * perCategory;
      int count = counts[category];
      if (atMost[row] < floor || count == perCategory && atMost[row] <= cosines[from + count - 1]) continue;
      float cosine = cosine(picture, row);
      if (cosine < floor || count == perCategory && cosine <= cosines[from + count - 1]) continue;
      int at = from + (count < perCategory ? counts[category]++ : count - 1);
      for (; at > from && cosines[at - 1] < cosine; at--) {
        cosines[at] = cosines[at - 1];
        best[at] = best[at - 1];
      }
      cosines[at] = cosine;
      best[at] = row;
    }
    record Ranked(int row, float cosine) {}
    List<Ranked> ranked = new ArrayList<>();
    for (int category = 0; category < categoryCount; category++) {
      for (int i = 0; i < counts[category]; i++) ranked.add(new Ranked(best[category * perCategory + i], cosines[category * perCategory + i]));
    }
    ranked.sort(Comparator.comparingDouble((Ranked r) -> -r.cosine()).thenComparingInt(Ranked::row));
    return ranked.stream().limit(limit).map(r -> new Hit(clues.get(r.row()), Math.clamp(r.cosine(), -1f, 1f))).toList();
  }

  /// Eight sums side by side: one alone would wait for each addition before the next.
  private float cosine(float[] picture, int row) {
    int at = row * dimension;
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int j = 0;
    for (; j + 8 <= dimension; j += 8) {
      a += picture[j] * vectors[at + j];
      b += picture[j + 1] * vectors[at + j + 1];
      c += picture[j + 2] * vectors[at + j + 2];
      d += picture[j + 3] * vectors[at + j + 3];
      e += picture[j + 4] * vectors[at + j + 4];
      f += picture[j + 5] * vectors[at + j + 5];
      g += picture[j + 6] * vectors[at + j + 6];
      h += picture[j + 7] * vectors[at + j + 7];
    }
    for (; j < dimension; j++) a += picture[j] * vectors[at + j];
    return a + b + (c + d) + (e + f + (g + h));
  }
}
