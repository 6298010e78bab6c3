package verimesh.hash.bank;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problem.Violation;
import verimesh.chassis.problem.ProblemException;

/// How much of everything the index takes. Nothing that breaks one is written, not even in part.
///
/// @param banksMax banks at once, removed ones that can still be undone included
/// @param itemsMax items at once
/// @param noteCharactersMax of a bank's or an item's note
/// @param fieldCharactersMax of generator, source and external id
public record Limits(int banksMax, long itemsMax, int noteCharactersMax, int fieldCharactersMax) {
  /// A vector's numbers; Lucene's own bound.
  public static final int DIMENSION_MAX = 1024;
  /// Embedding spaces of one item, and characters of a space's name.
  public static final int SPACES_MAX = 8;
  public static final int SPACE_CHARACTERS_MAX = 400;
  private static final Pattern BANK_NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  /// @throws ProblemException FIELD_INVALID, naming every field that is wrong
  public void check(Bank bank) {
    List<Violation> wrong = new ArrayList<>();
    checkName(bank.name(), "bank.name", wrong);
    checkText(bank.note(), "bank.note", noteCharactersMax, wrong);
    refuse(wrong);
  }

  /// @throws ProblemException FIELD_INVALID, naming every field that is wrong
  public void check(String bank, Item.About about) {
    List<Violation> wrong = new ArrayList<>();
    checkName(bank, "bank", wrong);
    checkText(about.generator(), "item.generator", fieldCharactersMax, wrong);
    checkText(about.source(), "item.source", fieldCharactersMax, wrong);
    checkText(about.externalId(), "item.external_id", fieldCharactersMax, wrong);
    checkText(about.note(), "item.note", noteCharactersMax, wrong);
    refuse(wrong);
  }

  private static void checkName(String name, String field, List<Violation> wrong) {
    if (!BANK_NAME.matcher(name).matches()) {
      wrong.add(new Violation(field, "1 to 128 letters, digits, '-', '_' or '.'"));
    }
  }

  private static void checkText(String text, String field, int charactersMax, List<Violation> wrong) {
    if (text.length() > charactersMax) {
      wrong.add(new Violation(field, text.length() + " characters; at most " + charactersMax));
    } else if (text.codePoints().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
      wrong.add(new Violation(field, "holds control characters"));
    }
  }

  private static void refuse(List<Violation> wrong) {
    if (wrong.isEmpty()) return;
    StringBuilder sentence = new StringBuilder();
    for (Violation violation : wrong) {
      sentence.append(sentence.isEmpty() ? "" : "; ").append(violation.field()).append(": ").append(violation.description());
    }
    throw new ProblemException(new Problem.Invalid("FIELD_INVALID", sentence + ".", wrong));
  }
}
