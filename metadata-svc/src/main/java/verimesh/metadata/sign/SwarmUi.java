package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// SwarmUI (first StableSwarmUI): JSON with `sui_image_params`, in `parameters` or UserComment, beside its backend's graph.
final class SwarmUi implements Recogniser {
  @Override
  public List<Signature> find(Words words) {
    return Stream.concat(words.records(), words.named("prompt"))
        .flatMap(s -> s.object().flatMap(o -> Json.nested(o, "sui_image_params")).map(params -> Signature.record("SwarmUI", s.place(), recipe(params))).stream())
        .findFirst()
        .or(() -> words.first("sui_image_params").flatMap(s -> s.object().map(params -> Signature.record("SwarmUI", s.place(), recipe(params)))))
        .map(List::of).orElse(List.of());
  }

  private static Recipe recipe(JsonNode params) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (var member : params.properties()) {
      boolean told = switch (member.getKey()) {
        case "prompt", "negativeprompt", "model", "seed", "swarm_version" -> true;
        default -> false;
      };
      if (!told && member.getValue().isValueNode()) settings.put(member.getKey(), member.getValue().asText());
    }
    return new Recipe(Json.text(params, "swarm_version"), Json.text(params, "model"), Json.text(params, "prompt"), Json.text(params, "negativeprompt"), Json.text(params, "seed"), settings);
  }
}
