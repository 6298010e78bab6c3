package verimesh.cli.term;

import java.util.Locale;
import java.util.Map;

/// The languages that people's text comes in.
public enum Language {
  EN,
  KO;

  /// As the environment asks for it: the first of LC_ALL, LC_MESSAGES and LANG that is set decides (POSIX.1-2017 §8.2).
  public static Language of(Map<String, String> environment) {
    for (String name : new String[] {"LC_ALL", "LC_MESSAGES", "LANG"}) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) return value.toLowerCase(Locale.ROOT).startsWith("ko") ? KO : EN;
    }
    return EN;
  }

  public verimesh.common.v1.Language toProto() {
    return this == KO ? verimesh.common.v1.Language.LANGUAGE_KO : verimesh.common.v1.Language.LANGUAGE_EN;
  }

  /// As HTML's `lang` has it.
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whichever of the two is this language's.
  public String pick(String english, String korean) {
    return this == KO ? korean : english;
  }
}
