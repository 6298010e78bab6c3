package verimesh.verifier.clue;

import java.util.regex.Pattern;

/// One concrete clue.
///
/// @param id stable, `category.name` in lower case with hyphens; verdicts refer to it, so it is never reused
/// @param category first part of the id
public record Clue(String id, String category, Words english, Words korean) {
  private static final Pattern ID = Pattern.compile("[a-z]+(-[a-z]+)*\\.[a-z0-9]+(-[a-z0-9]+)*");

  public Clue {
    if (!ID.matcher(id).matches()) throw new IllegalArgumentException("not a clue id: " + id);
    if (!id.startsWith(category + ".")) throw new IllegalArgumentException(id + " is not in category " + category);
  }

  /// A clue in one language.
  ///
  /// @param text what is seen when it is present, one neutral sentence; also what CLIP embeds
  /// @param lookAt where to look and what to compare
  /// @param naturalExplanation what genuine pictures show that looks alike
  public record Words(String text, String lookAt, String naturalExplanation) {
    public Words {
      if (text.isBlank() || lookAt.isBlank() || naturalExplanation.isBlank()) {
        throw new IllegalArgumentException("a clue needs a text, a place to look at and a natural explanation");
      }
    }
  }
}
