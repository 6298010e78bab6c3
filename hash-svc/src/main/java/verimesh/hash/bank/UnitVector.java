package verimesh.hash.bank;

import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// Makes vectors comparable: of length 1, so that their dot product is their cosine.
public final class UnitVector {
  private UnitVector() {}

  /// @return a new array of length 1
  /// @throws ProblemException VECTOR_DIMENSION, VECTOR_NOT_FINITE, VECTOR_ZERO
  public static float[] of(float[] vector) {
    if (vector.length == 0 || vector.length > Limits.DIMENSION_MAX) {
      throw invalid("VECTOR_DIMENSION", "The vector has " + vector.length + " numbers; 1 to " + Limits.DIMENSION_MAX + " are taken.");
    }
    double squares = 0;
    for (float value : vector) squares += (double) value * value;
    if (!Double.isFinite(squares)) throw invalid("VECTOR_NOT_FINITE", "The vector holds a number that is infinite or none.");
    // The square of a number below 1e-19 is no float32 any more; such a vector's direction is noise.
    if (squares < 1e-30) throw invalid("VECTOR_ZERO", "The vector has no direction: all its numbers are 0 or nearly so.");
    double scale = 1 / Math.sqrt(squares);
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) unit[i] = (float) (vector[i] * scale);
    return unit;
  }

  private static ProblemException invalid(String reason, String message) {
    return new ProblemException(new Problem.Invalid(reason, message));
  }
}
