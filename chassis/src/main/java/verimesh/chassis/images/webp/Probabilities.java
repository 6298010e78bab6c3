package verimesh.chassis.images.webp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/// RFC 6386's three large tables, from `probabilities.txt`.
final class Probabilities {
  static final int MODES = 10;
  static final int MODE_BRANCHES = 9;
  static final int TYPES = 4;
  static final int BANDS = 8;
  static final int CONTEXTS = 3;
  static final int BRANCHES = 11;

  /// `[above * MODES + left][branch]`, §11.5.
  static final int[][] SUBBLOCK_MODES = new int[MODES * MODES][];
  /// Of a new value for each probability of a coefficient, §13.4; flat, in the order of [#index].
  static final int[] COEFFICIENT_UPDATES;
  /// §13.5; flat, in the order of [#index].
  private static final int[] COEFFICIENTS;

  static {
    int[] all = read();
    int modes = MODES * MODES * MODE_BRANCHES;
    int coefficients = TYPES * BANDS * CONTEXTS * BRANCHES;
    if (all.length != modes + 2 * coefficients) throw new IllegalStateException("probabilities.txt holds " + all.length + " numbers");
    for (int i = 0; i < MODES * MODES; i++) SUBBLOCK_MODES[i] = Arrays.copyOfRange(all, i * MODE_BRANCHES, (i + 1) * MODE_BRANCHES);
    COEFFICIENT_UPDATES = Arrays.copyOfRange(all, modes, modes + coefficients);
    COEFFICIENTS = Arrays.copyOfRange(all, modes + coefficients, all.length);
  }

  private Probabilities() {}

  /// A fresh copy: frames change them.
  static int[] coefficients() {
    return COEFFICIENTS.clone();
  }

  /// Where the 11 probabilities for a coefficient begin.
  static int index(int type, int band, int context) {
    return ((type * BANDS + band) * CONTEXTS + context) * BRANCHES;
  }

  private static int[] read() {
    try (InputStream in = Probabilities.class.getResourceAsStream("probabilities.txt")) {
      if (in == null) throw new IllegalStateException("probabilities.txt is missing from the jar");
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().filter(line -> !line.startsWith("#"))
          .flatMap(line -> Stream.of(line.trim().split("\\s+"))).filter(word -> !word.isEmpty()).mapToInt(Integer::parseInt).toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
