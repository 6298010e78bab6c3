package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import verimesh.metadata.sign.Words.Saying;

/// Fooocus, whose records follow one of two schemes (its own JSON or A1111 text), and RuinedFooocus.
final class Fooocus implements Recogniser {
  private static final String NAME = "Fooocus";

  @Override
  public List<Signature> find(Words words) {
    for (Saying saying : words.records().toList()) {
      Optional<JsonNode> json = saying.object();
      if (json.filter(o -> Json.text(o, "software").equals("RuinedFooocus")).isPresent()) {
        return List.of(Signature.record("RuinedFooocus", saying.place(), ruined(json.get())));
      }
      if (json.filter(o -> o.has("base_model") && (o.has("metadata_scheme") || o.has("adm_guidance") || o.has("performance"))).isPresent()) {
        return List.of(Signature.record(NAME, saying.place(), own(json.get())));
      }
    }
    return scheme(words);
  }

  /// The A1111 scheme: the text says `Version: Fooocus v...`, and a chunk or an EXIF tag names the scheme.
  private static List<Signature> scheme(Words words) {
    boolean named = words.first("fooocus_scheme").isPresent() || words.text("Software").startsWith(NAME + " v");
    for (Saying saying : words.records().toList()) {
      Optional<Parameters> parameters = Parameters.parse(saying.text());
      if (parameters.isPresent() && (named || parameters.get().setting("Version").startsWith(NAME))) {
        Recipe recipe = parameters.get().recipe();
        return List.of(Signature.record(NAME, saying.place(), recipe.version(version(recipe.version()))));
      }
    }
    return words.first("fooocus_scheme").or(() -> words.named("Software").filter(s -> s.text().startsWith(NAME + " v")).findFirst())
        .map(s -> List.of(Signature.record(NAME, s.place(), Recipe.UNKNOWN.version(s.key().equals("Software") ? version(s.text()) : "")))).orElse(List.of());
  }

  private static String version(String written) {
    return written.startsWith(NAME + " ") ? written.substring(NAME.length() + 1) : written;
  }

  private static Recipe own(JsonNode json) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : List.of("performance", "steps", "guidance_scale", "sampler", "scheduler", "sharpness", "resolution", "refiner_model",
        "base_model_hash")) {
      settings.put(name, Json.text(json, name));
    }
    return new Recipe(version(Json.text(json, "version")), Json.text(json, "base_model"), Json.text(json, "prompt"), Json.text(json, "negative_prompt"), Json.text(json, "seed"), settings);
  }

  private static Recipe ruined(JsonNode json) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : List.of("steps", "cfg", "sampler_name", "scheduler", "width", "height", "base_model_hash")) settings.put(name, Json.text(json, name));
    return new Recipe("", Json.text(json, "base_model_name"), Json.text(json, "Prompt", "prompt"), Json.text(json, "Negative", "negative"), Json.text(json, "seed"), settings);
  }
}
