package verimesh.hash.caller;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// How fast each caller may register: a bucket of tokens a caller, filled at a steady rate.
///
/// Thread-safe. Remembers the 10,000 callers seen last; a caller that is forgotten finds a full bucket.
public final class RegistrationRate {
  private static final int CALLERS_MAX = 10_000;

  private static final class Bucket {
    double tokens;
    long filledNanos;
  }

  private final int perSecond;
  private final int burst;
  private final LongSupplier nanos;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > CALLERS_MAX;
        }
      };

  /// @param nanos a clock that only goes forward, in nanoseconds
  public RegistrationRate(CallerConfig config, LongSupplier nanos) {
    this.perSecond = config.registrationsPerSecond();
    this.burst = config.registrationsBurst();
    this.nanos = nanos;
  }

  /// The most that one caller may register at once.
  public int burst() {
    return burst;
  }

  /// Takes leave to register a number of pictures.
  /// @return zero if they may be registered now; otherwise when to ask again, and nothing was taken
  public synchronized Duration take(Caller caller, int pictures) {
    if (caller.equals(Caller.LOCAL)) return Duration.ZERO;
    long now = nanos.getAsLong();
    Bucket bucket = buckets.computeIfAbsent(caller.name(), name -> {
      Bucket full = new Bucket();
      full.tokens = burst;
      full.filledNanos = now;
      return full;
    });
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.filledNanos) * 1e-9 * perSecond);
    bucket.filledNanos = now;
    double needed = Math.min(pictures, burst); // more than a bucket holds costs a full bucket
    if (bucket.tokens >= needed) {
      bucket.tokens -= needed;
      return Duration.ZERO;
    }
    return Duration.ofMillis((long) Math.ceil((needed - bucket.tokens) / perSecond * 1000));
  }
}
