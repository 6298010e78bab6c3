package verimesh.chassis.config;

import java.util.Collection;
import java.util.Comparator;

/// Finds the name that somebody probably meant.
final class Spelling {
  private Spelling() {}

  /// `; did you mean X?`, or nothing where no known name is near.
  static String didYouMean(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(candidate -> distance(name, candidate) <= Math.max(2, name.length() / 5))
        .map(candidate -> "; did you mean " + candidate + "?")
        .orElse("");
  }

  /// Levenshtein's edit distance.
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
