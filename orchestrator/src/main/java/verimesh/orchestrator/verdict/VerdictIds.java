package verimesh.orchestrator.verdict;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// Makes ids: ULIDs (https://github.com/ulid/spec), 26 characters, sortable by time to the millisecond. Whoever knows an id
/// may read the verdict, so its 80 random bits must not be guessable. Thread-safe if the randomness is.
public final class VerdictIds {
  private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // no I, L, O, U
  private static final int LENGTH = 26;

  private final InstantSource clock;
  private final RandomGenerator random;

  /// @param random a cryptographic one, outside of tests
  public VerdictIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  public String next() {
    byte[] bits = new byte[10];
    random.nextBytes(bits);
    long high = 0;
    long low = 0;
    for (int i = 0; i < 5; i++) high = high << 8 | bits[i] & 0xFF;
    for (int i = 5; i < 10; i++) low = low << 8 | bits[i] & 0xFF;
    char[] id = new char[LENGTH];
    write(id, 0, 10, clock.millis());
    write(id, 10, 8, high);
    write(id, 18, 8, low);
    return new String(id);
  }

  /// Five bits a character, the highest first.
  private static void write(char[] id, int from, int characters, long value) {
    for (int i = characters - 1; i >= 0; i--, value >>>= 5) id[from + i] = CROCKFORD.charAt((int) (value & 31));
  }

  /// True for what [#next] can have made.
  public static boolean isId(String text) {
    if (text.length() != LENGTH || text.charAt(0) > '7') return false;
    for (int i = 0; i < LENGTH; i++) if (CROCKFORD.indexOf(text.charAt(i)) < 0) return false;
    return true;
  }
}
