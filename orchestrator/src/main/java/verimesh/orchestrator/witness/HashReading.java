package verimesh.orchestrator.witness;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.orchestrator.fusion.HashAnswer;
import verimesh.orchestrator.fusion.HashAnswer.Tier;

/// What the index said, over all calls for one picture.
///
/// @param answer folded for fusion
/// @param found every match with its item, in the order of the index
/// @param generation of the index when it was last asked
public record HashReading(HashAnswer answer, List<Found> found, long generation) {
  public HashReading {
    found = List.copyOf(found);
  }

  /// One item of a bank.
  ///
  /// @param positive known AI; else known real
  /// @param generator as the bank says, empty where it does not
  /// @param way how the picture is to be turned to be this one
  public record Found(HashAnswer.Match match, boolean positive, String bank, String itemId, String generator, Dihedral way) {}

  /// The item behind the side that speaks.
  public Optional<Found> shown() {
    boolean positive = !answer.negativeSpeaks();
    return found.stream()
        .filter(item -> item.positive() == positive)
        .min(Comparator.comparing(Found::match, HashAnswer.NEAREST_FIRST));
  }

  /// True if a tier was to be searched and was not.
  public boolean isIncomplete() {
    return answer.pdq() instanceof Tier.Missing || answer.vector() instanceof Tier.Missing;
  }

  public boolean isEmptyIndex() {
    return answer.positiveItems() == 0 && answer.negativeItems() == 0;
  }

  /// With what a later call found. Item counts and generation are those of the later call.
  public HashReading and(HashReading later) {
    List<Found> all = new ArrayList<>(found);
    all.addAll(later.found);
    return of(all, later.answer.positiveItems(), later.answer.negativeItems(), later.generation, answer.pdq(), answer.vector());
  }

  public HashReading withPdq(Tier pdq) {
    return of(found, answer.positiveItems(), answer.negativeItems(), generation, pdq, answer.vector());
  }

  public HashReading withVector(Tier vector) {
    return of(found, answer.positiveItems(), answer.negativeItems(), generation, answer.pdq(), vector);
  }

  static HashReading of(List<Found> found, long positiveItems, long negativeItems, long generation, Tier pdq, Tier vector) {
    List<HashAnswer.Match> positive = found.stream().filter(Found::positive).map(Found::match).toList();
    List<HashAnswer.Match> negative = found.stream().filter(item -> !item.positive()).map(Found::match).toList();
    return new HashReading(new HashAnswer(positive, negative, positiveItems, negativeItems, pdq, vector), found, generation);
  }
}
