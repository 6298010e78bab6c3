package verimesh.hash.match;

import java.time.Duration;
import verimesh.chassis.config.Settings;
import verimesh.chassis.images.pdq.PdqConvention;

/// @param pdqDistanceBitsMax a PDQ match lies at or below this Hamming distance; 0 to 128
/// @param pdqQualityMin pictures of lower quality are not compared, on either side; 0 to 100
/// @param pdqTurned pictures that match nothing are looked for turned and mirrored, too: seven more codes a search
/// @param pdqConvention how pictures were shrunk before their PDQ was taken; one index holds one convention
/// @param nearCosine at or above this cosine two pictures are near-duplicates (DESIGN.md §3.1); 0 to 1
/// @param searchesAtOnce searches that run side by side; others wait
/// @param searchesWaitingMax searches that wait; more are refused
/// @param searchTime the longest one search may wait and take; a caller's deadline can only shorten it
public record MatchConfig(
    int pdqDistanceBitsMax,
    int pdqQualityMin,
    boolean pdqTurned,
    PdqConvention pdqConvention,
    double nearCosine,
    int searchesAtOnce,
    int searchesWaitingMax,
    Duration searchTime) {

  public static MatchConfig from(Settings s) {
    int atOnce = s.integer("SEARCHES_AT_ONCE", 0, 0, 4096);
    return new MatchConfig(
        s.integer("PDQ_DISTANCE_BITS_MAX", 31, 0, 128),
        s.integer("PDQ_QUALITY_MIN", 50, 0, 100),
        s.bool("PDQ_TURNED", true),
        s.choice("PDQ_CONVENTION", PdqConvention.class, PdqConvention.SHRUNK_512),
        s.decimal("NEAR_COSINE", 0.85, 0, 1),
        atOnce == 0 ? 2 * Runtime.getRuntime().availableProcessors() : atOnce,
        s.integer("SEARCHES_WAITING_MAX", 256, 0, 1_000_000),
        s.duration("SEARCH_TIME", Duration.ofSeconds(2)));
  }

  public static MatchConfig defaults() {
    return new MatchConfig(31, 50, true, PdqConvention.SHRUNK_512, 0.85, 8, 256, Duration.ofSeconds(2));
  }
}
