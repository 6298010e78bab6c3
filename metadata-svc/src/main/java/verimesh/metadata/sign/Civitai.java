package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import verimesh.metadata.sign.Words.Saying;

/// Civitai's generator: A1111 text that ends in `Civitai resources`, or a graph with `extraMetadata`, in either case with
/// the EXIF Artist `ai` that the site itself asks for. The text alone also comes from plug-ins of other tools.
final class Civitai implements Recogniser {
  private static final String NAME = "Civitai";

  @Override
  public List<Signature> find(Words words) {
    boolean artist = words.text("Artist").strip().equals("ai");
    for (Saying saying : Stream.concat(words.records(), words.named("prompt")).toList()) {
      Optional<JsonNode> graph = saying.object().filter(ComfyGraph::isGraph);
      if (graph.isPresent() && (graph.get().has("extraMetadata") || artist && saying.text().contains("urn:air:"))) {
        return List.of(Signature.record(NAME, saying.place(), fromGraph(graph.get())));
      }
      Optional<Parameters> parameters = artist ? Parameters.parse(saying.text()) : Optional.empty();
      if (parameters.filter(p -> !p.setting("Civitai resources").isEmpty()).isPresent()) {
        return List.of(Signature.record(NAME, saying.place(), fromText(parameters.get())));
      }
    }
    return List.of();
  }

  private static Recipe fromGraph(JsonNode graph) {
    Recipe walked = ComfyGraph.of(graph).map(ComfyGraph::recipe).orElse(Recipe.UNKNOWN);
    Recipe extra = Json.nested(graph, "extraMetadata")
        .map(o -> new Recipe("", "", Json.text(o, "prompt"), Json.text(o, "negativePrompt"), Json.text(o, "seed"),
            Map.of("workflow", Json.text(o, "workflowId"), "sampler", Json.text(o, "sampler"), "steps", Json.text(o, "steps"), "cfgScale", Json.text(o, "cfgScale"))))
        .orElse(Recipe.UNKNOWN);
    return walked.or(extra);
  }

  /// The model is the checkpoint among the resources.
  private static Recipe fromText(Parameters parameters) {
    Recipe recipe = parameters.recipe();
    if (!recipe.model().isEmpty()) return recipe;
    return Json.object("{\"r\":" + parameters.setting("Civitai resources") + "}").stream()
        .flatMap(o -> { Stream.Builder<JsonNode> all = Stream.builder(); o.path("r").forEach(all); return all.build(); })
        .filter(r -> Json.text(r, "type").equals("checkpoint") && !Json.text(r, "modelName").isEmpty()).findFirst()
        .map(r -> recipe.model((Json.text(r, "modelName") + " " + Json.text(r, "modelVersionName")).strip()))
        .orElse(recipe);
  }
}
