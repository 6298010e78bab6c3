package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import verimesh.metadata.sign.Words.Saying;

/// Stability Matrix: `smproj` (its project) and `parameters-json`, beside A1111 text and the graph of its backend.
final class StabilityMatrix implements Recogniser {
  @Override
  public List<Signature> find(Words words) {
    Optional<Saying> json = words.named("parameters-json").filter(s -> s.object().filter(o -> o.has("PositivePrompt")).isPresent()).findFirst();
    Optional<Saying> project = words.named("smproj").filter(s -> s.object().isPresent()).findFirst();
    if (json.isEmpty() && project.isEmpty()) return List.of();
    Recipe text = words.named("parameters").flatMap(s -> Parameters.parse(s.text()).stream()).findFirst().map(Parameters::recipe).orElse(Recipe.UNKNOWN);
    Recipe recipe = json.flatMap(Saying::object).map(StabilityMatrix::recipe).orElse(Recipe.UNKNOWN).or(text);
    return List.of(Signature.record("Stability Matrix", json.or(() -> project).orElseThrow().place(), recipe));
  }

  private static Recipe recipe(JsonNode json) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : List.of("Steps", "Sampler", "CfgScale", "Width", "Height", "ModelHash")) settings.put(name, Json.text(json, name));
    return new Recipe("", Json.text(json, "ModelName"), Json.text(json, "PositivePrompt"), Json.text(json, "NegativePrompt"), Json.text(json, "Seed"), settings);
  }
}
