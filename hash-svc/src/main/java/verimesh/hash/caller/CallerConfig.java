package verimesh.hash.caller;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import verimesh.chassis.config.Settings;

/// @param writers names that may register, change, export and read the audit log; `*` allows everyone
/// @param feedbackWriters names that may register into quarantine banks, and nothing else
/// @param keys name by secret key, for callers without a certificate
/// @param registrationsPerSecond how many pictures one caller may register a second, on average; `local` is not bounded
/// @param registrationsBurst how many at once
public record CallerConfig(
    Set<String> writers,
    Set<String> feedbackWriters,
    Map<String, String> keys,
    int registrationsPerSecond,
    int registrationsBurst) {

  public CallerConfig {
    writers = Set.copyOf(writers);
    feedbackWriters = Set.copyOf(feedbackWriters);
    keys = Map.copyOf(keys);
  }

  public static CallerConfig from(Settings s) {
    Map<String, String> keys = new HashMap<>();
    for (String pair : s.secret("KEYS").split(",")) {
      if (pair.isBlank()) continue;
      int colon = pair.indexOf(':');
      if (colon < 1 || pair.length() - colon - 1 < 16) {
        s.problem("KEYS", "has an entry that is not name:key with a key of 16 characters or more");
      } else {
        keys.put(pair.substring(colon + 1).strip(), pair.substring(0, colon).strip());
      }
    }
    return new CallerConfig(
        Set.copyOf(s.list("WRITERS", List.of(Caller.LOCAL.name()))),
        Set.copyOf(s.list("FEEDBACK_WRITERS", List.of())),
        keys,
        s.integer("REGISTRATIONS_PER_SECOND", 500, 1, 1_000_000),
        s.integer("REGISTRATIONS_BURST", 5_000, 1, 10_000_000));
  }
}
