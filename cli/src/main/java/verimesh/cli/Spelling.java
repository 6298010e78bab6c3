package verimesh.cli;

import java.util.Collection;
import java.util.Comparator;

/// The word that somebody probably meant.
final class Spelling {
  private Spelling() {}

  /// `; did you mean status?`, or nothing where no known word is near.
  static String didYouMean(String word, Collection<String> known) {
    // The beginning of a word is that word, however much is missing of it.
    Comparator<String> nearest = Comparator.comparing((String candidate) -> !isBeginning(word, candidate))
        .thenComparingInt(candidate -> distance(word, candidate)).thenComparing(Comparator.naturalOrder());
    return known.stream()
        .filter(candidate -> !candidate.equals("warm-up"))
        .min(nearest)
        .filter(candidate -> isBeginning(word, candidate) || distance(word, candidate) <= Math.max(1, candidate.length() / 3))
        .map(candidate -> "; did you mean " + candidate + "?")
        .orElse("");
  }

  private static boolean isBeginning(String word, String candidate) {
    return word.length() >= 3 && candidate.startsWith(word);
  }

  /// Edits, a swap of neighbours being one (optimal string alignment).
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) d[i][0] = i;
    for (int j = 0; j <= b.length(); j++) d[0][j] = j;
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + same);
        if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
