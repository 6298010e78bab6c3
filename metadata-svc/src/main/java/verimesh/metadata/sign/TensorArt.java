package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Tensor.Art: JSON under `generation_data`, beside the graph of its ComfyUI backend.
final class TensorArt implements Recogniser {
  @Override
  public List<Signature> find(Words words) {
    return words.named("generation_data")
        .flatMap(s -> s.object().filter(json -> json.has("prompt") || json.has("baseModel")).map(json -> Signature.record("Tensor.Art", s.place(), recipe(json))).stream())
        .limit(1).toList();
  }

  private static Recipe recipe(JsonNode json) {
    String seed = Json.text(json, "seed");
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : List.of("steps", "cfgScale", "ksamplerName", "samplerName", "schedule", "clipSkip", "width", "height", "workEngine")) settings.put(name, Json.text(json, name));
    return new Recipe("", Json.text(json.path("baseModel"), "modelFileName", "label"), Json.text(json, "prompt"), Json.text(json, "negativePrompt"),
        seed.equals("-1") ? "" : seed, settings); // -1 asked for a random one and does not say which
  }
}
