package verimesh.orchestrator.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class VerdictIdsTest {
  @Test
  void idsAreSortedByTimeToTheMillisecond() {
    Instant[] now = {Instant.EPOCH};
    var ids = new VerdictIds(() -> now[0], new SecureRandom());
    String before = "";
    for (String moment : new String[] {"1970-01-01T00:00:00Z", "2016-07-30T23:54:10.259Z", "2026-11-25T12:00:00Z", "2026-11-25T12:00:00.001Z", "9999-01-01T00:00:00Z"}) {
      now[0] = Instant.parse(moment);
      String id = ids.next();
      assertThat(id).hasSize(26).isGreaterThan(before);
      assertThat(VerdictIds.isId(id)).isTrue();
      before = id;
    }
  }

  @Test
  void theTimeIsWrittenAsTheSpecificationHasIt() {
    // https://github.com/ulid/spec: 01ARYZ6S41 is 1469918176385
    var ids = new VerdictIds(() -> Instant.ofEpochMilli(1_469_918_176_385L), all(0));
    assertThat(ids.next()).isEqualTo("01ARYZ6S410000000000000000");
    assertThat(new VerdictIds(() -> Instant.ofEpochMilli(281_474_976_710_655L), all(0xFF)).next()).isEqualTo("7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
  }

  @Test
  void noTwoAreEqual() {
    var ids = new VerdictIds(() -> Instant.EPOCH, new SecureRandom());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) assertThat(seen.add(ids.next())).isTrue();
  }

  @Test
  void whatIsNoIdIsKnown() {
    for (String text : new String[] {"", "01ARYZ6S41000000000000000", "01ARYZ6S4100000000000000000", "81ARYZ6S410000000000000000", "01ARYZ6S41000000000000000I"}) {
      assertThat(VerdictIds.isId(text)).as(text).isFalse();
    }
  }

  private static RandomGenerator all(int value) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return -value;
      }

      @Override
      public void nextBytes(byte[] bytes) {
        java.util.Arrays.fill(bytes, (byte) value);
      }
    };
  }
}
