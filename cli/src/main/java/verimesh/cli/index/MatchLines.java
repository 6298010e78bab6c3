package verimesh.cli.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.cli.term.Plain;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.ItemMatch;
import verimesh.hash.v1.MatchResponse;
import verimesh.hash.v1.MatchTier;
import verimesh.hash.v1.TierReport;

/// A match answer in lines for people.
final class MatchLines {
  private MatchLines() {}

  static List<String> of(MatchResponse response) {
    List<String> lines = new ArrayList<>();
    for (ItemMatch match : response.getMatchesList()) {
      String how = switch (match.getTier()) {
        case MATCH_TIER_SHA256 -> "same bytes";
        case MATCH_TIER_PDQ -> "PDQ " + match.getPdqDistanceBits() + " bits" + way(match);
        case MATCH_TIER_EMBEDDING -> String.format(Locale.ROOT, "cosine %.3f", match.getCosine());
        case MATCH_TIER_UNSPECIFIED, UNRECOGNIZED -> "?";
      };
      String said = match.getItem().getGenerator().isEmpty() ? match.getItem().getSource() : match.getItem().getGenerator() + ", " + match.getItem().getSource();
      lines.add(String.format(Locale.ROOT, "  %-13s %-8s %-20s %s  %s", how,
          match.getBankKind() == BankKind.BANK_KIND_POSITIVE ? "known AI" : "known real",
          match.getItem().getBank(), match.getItem().getItemId(), Plain.line(said)));
    }
    for (TierReport tier : response.getTiersList()) {
      lines.add("  " + name(tier.getTier()) + ": " + (tier.getSearched()
          ? String.format(Locale.ROOT, "%d items compared, threshold %s, %.2g false matches expected a query%s", tier.getItems(),
              threshold(tier), tier.getExpectedFalseMatches(), tier.getReason().isEmpty() ? "" : " (" + tier.getReason() + ")")
          : "not searched: " + tier.getReason()));
    }
    return lines;
  }

  /// How the picture is to be turned to be the known one.
  private static String way(ItemMatch match) {
    int way = match.getOrientationValue();
    return way > 0 && way < Dihedral.values().length ? ", " + Dihedral.values()[way].id() : "";
  }

  private static String name(MatchTier tier) {
    return switch (tier) {
      case MATCH_TIER_SHA256 -> "SHA-256";
      case MATCH_TIER_PDQ -> "PDQ";
      case MATCH_TIER_EMBEDDING -> "embedding";
      case MATCH_TIER_UNSPECIFIED, UNRECOGNIZED -> "?";
    };
  }

  private static String threshold(TierReport tier) {
    return switch (tier.getTier()) {
      case MATCH_TIER_PDQ -> (int) tier.getThreshold() + " bits";
      case MATCH_TIER_EMBEDDING -> "cosine " + tier.getThreshold();
      case MATCH_TIER_SHA256, MATCH_TIER_UNSPECIFIED, UNRECOGNIZED -> "equal";
    };
  }
}
