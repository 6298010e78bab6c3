package verimesh.verifier.examine;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/// Which of several models are asked about a picture.
public enum AskMode {
  /// In their order, until one answers.
  FIRST,
  /// Each picture by one of them, drawn by weight; where it cannot answer, the next one drawn does. The same picture always
  /// comes to the same one, so that a repeated question has a repeated answer.
  SPREAD,
  /// All at once; their answers count by weight.
  ALL;

  /// @param sha256 of the picture
  List<Model> order(List<Model> models, String sha256) {
    return this != SPREAD ? models : models.stream().sorted(Comparator.comparingDouble(model -> draw(model, sha256))).toList();
  }

  /// Weighted rendezvous hashing (Schindelhauer, Schomaker 2005): -ln(u) / weight, the least wins. A model that comes or goes
  /// moves no other picture.
  private static double draw(Model model, String sha256) {
    long seed = 0xcbf29ce484222325L; // FNV-1a
    for (byte b : (model.name() + "/" + sha256).getBytes(StandardCharsets.UTF_8)) seed = (seed ^ b) * 0x100000001b3L;
    double u = new SplittableRandom(seed).nextDouble(Double.MIN_NORMAL, 1);
    return -Math.log(u) / model.weight();
  }
}
