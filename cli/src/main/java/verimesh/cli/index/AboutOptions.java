package verimesh.cli.index;

import java.util.Locale;
import picocli.CommandLine.Option;
import verimesh.cli.UsageProblem;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.ItemLabel;

/// What is said of the pictures that a command registers.
final class AboutOptions {
  @Option(names = "--label", paramLabel = "ai|real|other", description = "What they are (default: by the bank's kind).")
  private String label;

  @Option(names = "--ai-edit", description = "They are AI edits of genuine pictures: their PDQ will never decide alone.")
  private boolean aiEdit;

  @Option(names = "--generator", paramLabel = "NAME", description = "What made them.")
  private String generator = "";

  @Option(names = "--source", paramLabel = "TEXT", description = "Where they come from (default: the file's path).")
  private String source = "";

  @Option(names = "--note", paramLabel = "TEXT", description = "Anything worth knowing.")
  private String note = "";

  Item.Builder item(ItemLabel whenNotGiven) {
    return Item.newBuilder()
        .setLabel(label == null ? whenNotGiven : label(label))
        .setAiEdit(aiEdit)
        .setGenerator(generator)
        .setSource(source)
        .setNote(note);
  }

  static ItemLabel label(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "ai", "fake", "1" -> ItemLabel.ITEM_LABEL_AI;
      case "real", "0" -> ItemLabel.ITEM_LABEL_REAL;
      case "other", "" -> ItemLabel.ITEM_LABEL_OTHER;
      default -> throw new UsageProblem("\"" + text + "\" is no label; there are ai, real and other");
    };
  }
}
