package verimesh.hash.match;

import java.util.List;

/// What is known of one picture.
///
/// @param matches surest tier first, nearest first within a tier; on a tie the positive bank first
/// @param positiveItems items that are on in positive banks, within the banks asked for
/// @param negativeItems the same for negative ones
/// @param generation of the index, taken before the search
public record MatchAnswer(
    List<ItemMatch> matches, List<TierReport> tiers, long positiveItems, long negativeItems, long generation) {}
