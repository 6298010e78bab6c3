package verimesh.chassis.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Finds the name that somebody probably meant.
final class Spelling {
  private Spelling() {}

  /// `; did you mean X?`, or nothing where no known name is near: near is a slip of the pen (an edit in four letters),
  /// the same words in another order, or a name whose first words were left out.
  /// @param prefix what all names begin with; it says nothing about nearness
  static String didYouMean(String name, String prefix, Collection<String> known) {
    String bare = name.substring(prefix.length());
    List<String> words = words(bare);
    for (String candidate : known) {
      String other = candidate.substring(prefix.length());
      if (words(other).equals(words) || other.endsWith("_" + bare)) return asked(candidate);
    }
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(bare, candidate.substring(prefix.length()))))
        .filter(candidate -> distance(bare, candidate.substring(prefix.length())) <= Math.max(2, bare.length() / 4))
        .map(Spelling::asked)
        .orElse("");
  }

  private static String asked(String candidate) {
    return "; did you mean " + candidate + "?";
  }

  private static List<String> words(String name) {
    return List.of(name.split("_")).stream().sorted().toList();
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
        int exchanged = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), exchanged);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
