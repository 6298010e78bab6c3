package verimesh.cli.bench;

import java.util.SplittableRandom;

/// Unit vectors around so many centres: harder than real pictures' vectors, whose neighbours stand out more, and the same
/// as in the trial that DEPENDENCIES.md tells of (400 clusters, noise of 1.3 of the centres' deviation). Any vector can be
/// made again by its number, so a million of them need no memory.
final class ClusteredVectors {
  private static final int CLUSTERS = 400;
  private static final double NOISE = 1.3;
  private static final long STEP = 0x9E3779B97F4A7C15L; // golden ratio: neighbouring numbers get unrelated seeds

  private final long seed;
  private final int dimension;
  private final float[][] centres = new float[CLUSTERS][];

  ClusteredVectors(long seed, int dimension) {
    this.seed = seed;
    this.dimension = dimension;
    var random = new SplittableRandom(seed);
    for (int c = 0; c < CLUSTERS; c++) {
      centres[c] = new float[dimension];
      for (int i = 0; i < dimension; i++) centres[c][i] = (float) random.nextGaussian();
    }
  }

  float[] vector(long number) {
    var random = new SplittableRandom(seed + (number + 1) * STEP);
    float[] centre = centres[random.nextInt(CLUSTERS)];
    float[] vector = new float[dimension];
    double squares = 0;
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (centre[i] + NOISE * random.nextGaussian());
      squares += (double) vector[i] * vector[i];
    }
    float scale = (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < dimension; i++) vector[i] *= scale;
    return vector;
  }

  /// Numbers that no vector of the index has.
  float[] query(int number) {
    return vector(-1L - number);
  }
}
