package verimesh.cli.clues;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.LanguageOption;
import verimesh.cli.UsageProblem;
import verimesh.cli.term.Ink;
import verimesh.cli.term.Language;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueBase;

/// `./mesh clues list`.
@Command(name = "list", description = "Every clue in use: this project's, and approved ones of VERIMESH_VERIFIER_CLUE_FILES.")
final class ListCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--category", paramLabel = "NAME", description = "Only these, for example hands.")
  private String category = "";

  @Option(names = "--json", description = "One JSON object a line, both languages.")
  private boolean json;

  @Mixin private LanguageOption language = new LanguageOption();

  ListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    ClueBase base = VerifierSettings.of(context).clues();
    if (!category.isEmpty() && !base.categories().contains(category)) {
      throw new UsageProblem("there is no clue category \"" + category + "\"; there are " + String.join(", ", base.categories()));
    }
    List<Clue> clues = base.clues().stream().filter(clue -> category.isEmpty() || clue.category().equals(category)).toList();
    boolean korean = language.orElse(context.language()) == Language.KO;
    for (Clue clue : clues) {
      if (json) {
        context.console().line(new ObjectMapper().writeValueAsString(clue));
        continue;
      }
      Clue.Words words = korean ? clue.korean() : clue.english();
      context.console().line(context.console().ink(Ink.NAME, clue.id()) + "  " + words.text());
      context.console().line("    " + (korean ? "볼 곳: " : "look: ") + words.lookAt());
      context.console().line("    " + (korean ? "자연스러운 설명: " : "natural: ") + words.naturalExplanation());
    }
    if (!json) context.console().note(korean ? "단서 " + clues.size() + "개" : clues.size() + " clues");
    return Exit.OK;
  }
}
