package verimesh.verifier.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import verimesh.verifier.clue.Clue;

/// The prompts of both passes and the schemas of their answers. Immutable.
///
/// @param examine of the first pass
/// @param reExamine of the second pass
public record Prompts(Wording examine, Wording reExamine) {
  public static final String EXAMINE = "examine";
  public static final String RE_EXAMINE = "reexamine";

  /// The answer's field by which a model says that text in the picture gives orders.
  public static final String TEXT_INSTRUCTS = "text_instructs";

  /// Longest observation or note that an answer may hold, in characters.
  public static final int NOTE_CHARACTERS_MAX = 500;

  public static final int OBSERVATIONS_MAX = 8;

  /// This project's newest wordings.
  public static Prompts ours() {
    return new Prompts(Wording.all(EXAMINE).getLast(), Wording.all(RE_EXAMINE).getLast());
  }

  /// @param clues the checklist; empty: the first pass
  public Wording wording(List<Clue> clues) {
    return clues.isEmpty() ? examine : reExamine;
  }

  /// What is said beside the picture: the checklist, if there is one.
  public String task(List<Clue> clues, boolean korean) {
    if (clues.isEmpty()) return "Examine this picture. " + answerLanguage(korean);
    var text = new StringBuilder("Examine this picture with the checklist. ").append(answerLanguage(korean)).append("\n\nChecklist:\n");
    for (Clue clue : clues) {
      // English in both languages: it is what the wording was tested with; only the answer's language changes.
      text.append("- ").append(clue.id()).append(": ").append(clue.english().text())
          .append(" Look: ").append(clue.english().lookAt())
          .append(" Natural explanation: ").append(clue.english().naturalExplanation()).append('\n');
    }
    return text.toString();
  }

  /// What is added when an answer did not fit: its fault, never its text.
  public static String repair(String fault) {
    return "\n\nYour last answer could not be used: " + fault + " Answer again with exactly one JSON object of the form given in the rules.";
  }

  /// What an answer must fit.
  public JsonNode schema(List<Clue> clues) {
    return AnswerSchema.of(wording(clues), clues.stream().map(Clue::id).toList());
  }

  private static String answerLanguage(boolean korean) {
    return korean ? "Write observations and notes in Korean." : "Write observations and notes in English.";
  }
}
