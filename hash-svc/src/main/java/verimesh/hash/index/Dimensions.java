package verimesh.hash.index;

import java.util.Map;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.hash.bank.Item;

/// All vectors of one embedding space have one dimension; the first one sets it.
final class Dimensions {
  private Dimensions() {}

  /// @param batch dimensions of spaces that are new with this batch; noted here
  /// @throws ProblemException VECTOR_DIMENSION, before anything of the batch is written
  static void check(Item item, Catalogue catalogue, Map<String, Integer> batch) {
    item.vectors().forEach((space, vector) -> {
      int expected = catalogue.dimension(space).orElseGet(() -> batch.computeIfAbsent(space, name -> vector.length));
      if (vector.length != expected) throw new ProblemException(mismatch(space, vector.length, expected));
    });
  }

  static Problem mismatch(String space, int dimension, int expected) {
    return new Problem.Invalid("VECTOR_DIMENSION",
        "The vector has " + dimension + " numbers; those of " + space + " have " + expected + ".");
  }
}
