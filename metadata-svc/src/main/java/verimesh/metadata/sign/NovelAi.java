package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import verimesh.metadata.sign.Words.Saying;

/// NovelAI: `Software` and a JSON `Comment`, as PNG text, inside a WebP's UserComment, or hidden in the alpha channel.
final class NovelAi implements Recogniser {
  static final String NAME = "NovelAI";

  @Override
  public List<Signature> find(Words words) {
    Optional<Saying> software = words.named("Software").filter(s -> s.text().strip().startsWith(NAME)).findFirst();
    if (software.isEmpty()) return List.of();
    Saying said = words.named("Comment").filter(c -> c.object().isPresent()).findFirst().orElse(software.get());
    String source = words.text("Source");
    String version = (source.isEmpty() ? software.get().text() : source).strip();
    Recipe recipe = said.object().map(comment -> recipe(comment, words.text("Description", "ImageDescription")))
        .orElseGet(() -> Recipe.ofPrompt(words.text("Description", "ImageDescription"), ""));
    if (version.startsWith(NAME + " Diffusion ")) version = version.substring((NAME + " Diffusion ").length());
    return List.of(Signature.record(NAME, said.place(), recipe.version(version.equals(NAME) ? "" : version)));
  }

  private static Recipe recipe(JsonNode comment, String description) {
    String negative = Json.text(comment, "uc");
    if (negative.isEmpty()) negative = comment.path("v4_negative_prompt").path("caption").path("base_caption").asText("");
    String prompt = description.isBlank() ? Json.text(comment, "prompt") : description;
    if (prompt.isBlank()) prompt = comment.path("v4_prompt").path("caption").path("base_caption").asText("");
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : List.of("steps", "sampler", "scale", "strength", "noise", "noise_schedule", "width", "height", "request_type")) {
      settings.put(name, Json.text(comment, name));
    }
    int character = 0;
    for (JsonNode caption : comment.path("v4_prompt").path("caption").path("char_captions")) {
      if (++character > 6) break; // the service takes six
      settings.put("character_" + character, Json.text(caption, "char_caption"));
    }
    return new Recipe("", "", prompt, negative, Json.text(comment, "seed"), settings);
  }
}
