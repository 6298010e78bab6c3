package verimesh.chassis.testing;

import java.util.SplittableRandom;

/// Randomness of a property test: printed once a run, replayed by `-Dverimesh.seed=N`.
public final class Seed {
  private static final long VALUE = value();

  private Seed() {}

  /// The same numbers for the same seed and name, whatever other tests draw.
  public static SplittableRandom random(String name) {
    return new SplittableRandom(VALUE ^ ((long) name.hashCode() << 32));
  }

  /// For a failure's message: how to see it again.
  public static String replay() {
    return "-Dverimesh.seed=" + VALUE;
  }

  private static long value() {
    Long given = Long.getLong("verimesh.seed");
    // Every run looks elsewhere, but one that decides about a change can be repeated as it was.
    long value = given != null ? given : System.getenv("CI") != null ? 20_261_125 : System.nanoTime();
    System.out.println("seed " + value + " (replay with -Dverimesh.seed=" + value + ")");
    return value;
  }
}
