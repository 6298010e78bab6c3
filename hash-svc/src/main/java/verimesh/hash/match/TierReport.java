package verimesh.hash.match;

/// How one tier was searched.
///
/// @param searched false if it could not be
/// @param reason why not, UPPER_SNAKE; with a search, what to know of its odds, or empty
/// @param items items that were compared
/// @param expectedFalseMatches of one query at the threshold over that many items; how they are reckoned: [Odds]
/// @param threshold bits for PDQ, a cosine for embeddings, 0 for SHA-256
public record TierReport(
    Tier tier, boolean searched, String reason, long items, double expectedFalseMatches, double threshold) {

  static TierReport notSearched(Tier tier, String reason, double threshold) {
    return new TierReport(tier, false, reason, 0, 0, threshold);
  }
}
