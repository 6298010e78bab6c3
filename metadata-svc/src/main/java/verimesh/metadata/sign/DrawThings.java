package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Draw Things: XMP with its name as CreatorTool and JSON as `exif:UserComment`.
final class DrawThings implements Recogniser {
  @Override
  public List<Signature> find(Words words) {
    Optional<String> tool = words.xmp().first(Xmp.BASIC, "CreatorTool").filter(t -> t.strip().startsWith("Draw Things"));
    if (tool.isEmpty()) return List.of();
    Recipe recipe = words.xmp().all(Xmp.EXIF, "UserComment").flatMap(text -> Json.object(text).stream()).findFirst()
        .map(DrawThings::recipe)
        .orElseGet(() -> Recipe.ofPrompt(words.xmp().first(Xmp.DUBLIN_CORE, "description").orElse(""), ""));
    String version = tool.get().strip().substring("Draw Things".length()).strip();
    return List.of(Signature.record("Draw Things", Place.xmp(words.xmp().carrier(), "CreatorTool"), recipe.version(version)));
  }

  private static Recipe recipe(JsonNode json) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : List.of("steps", "sampler", "scale", "size", "strength", "seed_mode")) settings.put(name, Json.text(json, name));
    return new Recipe("", Json.text(json, "model"), Json.text(json, "c"), Json.text(json, "uc"), Json.text(json, "seed"), settings);
  }
}
