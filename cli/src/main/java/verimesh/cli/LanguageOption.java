package verimesh.cli;

import java.util.Locale;
import picocli.CommandLine.Option;
import verimesh.cli.term.Language;

/// `--lang`.
public final class LanguageOption {
  @Option(names = "--lang", paramLabel = "en|ko", description = "Language of texts for people (default: the locale's).")
  private String tag;

  public Language orElse(Language other) {
    if (tag == null) return other;
    return switch (tag.toLowerCase(Locale.ROOT)) {
      case "en" -> Language.EN;
      case "ko" -> Language.KO;
      default -> throw new UsageProblem("--lang is \"" + tag + "\"; expected en or ko");
    };
  }
}
