package verimesh.verifier.clue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// Where the clues' texts lie in one model's space, searched by brute force: ten thousand dot products take less time
/// than the call that asks for them. Immutable.
public final class ClueIndex {
  private final String embeddingSpace;
  private final List<Clue> clues;
  private final float[] vectors; // row by row, unit length
  private final int dimension;

  /// @param vectors one unit vector a clue, in the clues' order, all of one dimension
  public ClueIndex(String embeddingSpace, List<Clue> clues, List<float[]> vectors) {
    if (clues.size() != vectors.size()) throw new IllegalArgumentException(clues.size() + " clues, " + vectors.size() + " vectors");
    this.embeddingSpace = embeddingSpace;
    this.clues = List.copyOf(clues);
    this.dimension = vectors.isEmpty() ? 0 : vectors.getFirst().length;
    this.vectors = new float[clues.size() * dimension];
    for (int i = 0; i < vectors.size(); i++) {
      if (vectors.get(i).length != dimension) throw new IllegalArgumentException("vectors of " + dimension + " and " + vectors.get(i).length);
      System.arraycopy(vectors.get(i), 0, this.vectors, i * dimension, dimension);
    }
  }

  public String embeddingSpace() {
    return embeddingSpace;
  }

  public int dimension() {
    return dimension;
  }

  /// @param cosine [-1, 1], not calibrated
  public record Hit(Clue clue, double cosine) {}

  /// The nearest clues, best first, with at most a third of them (rounded up) from one category: a checklist of eight
  /// ways to look at one hand checks nothing but the hand.
  ///
  /// @param picture unit vector of this index's dimension
  /// @param limit at least 1
  /// @param floor clues with a lower cosine are left out
  public List<Hit> nearest(float[] picture, int limit, double floor) {
    if (picture.length != dimension) throw new IllegalArgumentException("a vector of " + picture.length + " in a space of " + dimension);
    var ranked = new PriorityQueue<Hit>((a, b) -> Double.compare(b.cosine(), a.cosine()));
    for (int i = 0; i < clues.size(); i++) {
      double cosine = cosine(picture, i);
      if (cosine >= floor) ranked.add(new Hit(clues.get(i), cosine));
    }
    int perCategory = (limit + 2) / 3;
    Map<String, Integer> taken = new HashMap<>();
    List<Hit> hits = new ArrayList<>();
    while (hits.size() < limit && !ranked.isEmpty()) {
      Hit hit = ranked.remove();
      if (taken.merge(hit.clue().category(), 1, Integer::sum) <= perCategory) hits.add(hit);
    }
    return hits;
  }

  private double cosine(float[] picture, int row) {
    float sum = 0;
    int at = row * dimension;
    for (int j = 0; j < dimension; j++) sum = Math.fma(picture[j], vectors[at + j], sum);
    return Math.clamp(sum, -1f, 1f);
  }
}
