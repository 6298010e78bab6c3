package verimesh.orchestrator.verdict;

import java.time.Duration;
import java.util.Optional;
import verimesh.chassis.config.Settings;

/// Where verdicts are kept and for how long.
///
/// @param keep how long a verdict can be asked for
/// @param bytesMax of the store in this process; the oldest make room
/// @param redis `redis://host:port` or `rediss://...`; empty keeps verdicts in this process, where they end with it
public record VerdictStoreConfig(Duration keep, long bytesMax, Optional<String> redis) {
  public static VerdictStoreConfig from(Settings s) {
    String redis = s.secret("STORE_REDIS"); // a URI may hold a password
    if (!redis.isBlank() && !redis.matches("rediss?://.+")) {
      s.problem("STORE_REDIS", "is no Redis URI; expected redis://host:port or rediss://host:port");
      redis = "";
    }
    return new VerdictStoreConfig(
        s.duration("STORE_TIME", Duration.ofHours(24), Duration.ofSeconds(1), Duration.ofDays(30)),
        s.bytes("STORE_BYTES_MAX", 64L << 20, 1L << 20, 1L << 36),
        redis.isBlank() ? Optional.empty() : Optional.of(redis.strip()));
  }
}
