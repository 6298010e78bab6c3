package verimesh.metadata.sign;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import verimesh.metadata.read.Format;
import verimesh.metadata.sign.Words.Saying;
import verimesh.metadata.sign.Words.Source;

/// Text in the grammar of AUTOMATIC1111's web UI, which its forks and many others write too. The `Version` or `App` tells
/// them apart; a text without either is called by the grammar's first author, for its clones cannot be told from it.
final class A1111 implements Recogniser {
  static final String NAME = "Stable Diffusion WebUI (AUTOMATIC1111)";
  private static final String FAMILY = "Stable Diffusion WebUI ";

  private static final Pattern EASY_REFORGE = Pattern.compile("f\\d+\\.\\d+(?:\\.\\d+)?-v.*");
  private static final Pattern REFORGE = Pattern.compile("f\\d+\\.\\d+(?:\\.\\d+)?v\\d+-v.*");
  private static final Pattern GIT_HASH = Pattern.compile("[0-9a-f]{7,10}");

  @Override
  public List<Signature> find(Words words) {
    for (Saying saying : words.records().filter(A1111::isTools).toList()) {
      Optional<Parameters> parameters = Parameters.parse(saying.text());
      if (parameters.isPresent()) return List.of(Signature.record(tool(parameters.get(), saying, words), saying.place(), parameters.get().recipe()));
    }
    return postprocessing(words);
  }

  /// A PNG's `Comment` chunk is a place where people write; tools use `parameters` there. JSON is never this grammar.
  private static boolean isTools(Saying saying) {
    return !(saying.source() == Source.PNG_TEXT && saying.key().equals("Comment")) && saying.object().isEmpty();
  }

  private static String tool(Parameters parameters, Saying saying, Words words) {
    if (words.text("Software").startsWith("ArtBot")) return "ArtBot (AI Horde)";
    String version = parameters.setting("Version");
    if (parameters.setting("App").startsWith("SD.Next")) return "SD.Next";
    if (version.startsWith("stable-diffusion.cpp")) return "stable-diffusion.cpp";
    // In a PNG, ComfyUI keeps its graph and is told by that; the text alone is then only compatible. Elsewhere its savers
    // have no other place to name it (METADATA.md §4).
    if (version.startsWith(ComfyUi.NAME)) return saying.source() == Source.PNG_TEXT && words.format() == Format.PNG ? NAME : ComfyUi.NAME;
    if (version.startsWith("classic")) return FAMILY + "Forge Classic";
    if (version.startsWith("neo")) return FAMILY + "Forge Neo";
    if (EASY_REFORGE.matcher(version).matches() || REFORGE.matcher(version).matches()) return FAMILY + "reForge";
    if (version.length() > 1 && version.charAt(0) == 'f' && Character.isDigit(version.charAt(1))) return FAMILY + "Forge";
    boolean sdNext = GIT_HASH.matcher(version).matches() && (!parameters.setting("Pipeline").isEmpty() || !parameters.setting("Backend").isEmpty());
    return sdNext ? "SD.Next" : NAME;
  }

  /// Grids and the extras tab: an upscaler ran over a picture of any origin.
  private static List<Signature> postprocessing(Words words) {
    return Stream.concat(words.named("postprocessing"), words.named("extras"))
        .filter(s -> s.source() == Source.PNG_TEXT && (s.text().contains("Postprocess") || s.text().contains("Upscale")) && s.text().contains(": ")).findFirst()
        .map(s -> List.of(Signature.label(NAME, Kind.GENERATOR_RECORD, s.place(), Weight.EDITED))).orElse(List.of());
  }
}
