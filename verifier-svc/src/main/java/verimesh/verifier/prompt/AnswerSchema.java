package verimesh.verifier.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// JSON schemas of answers. Every object is closed, so there is no room for what nobody asked for.
final class AnswerSchema {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AnswerSchema() {}

  /// @param clueIds ids that the findings name; empty for the first pass
  static JsonNode of(Wording wording, List<String> clueIds) {
    ObjectNode root = object();
    ObjectNode properties = root.putObject("properties");
    properties.putObject("verdict").put("type", "string").putArray("enum").add("real").add("fake");
    properties.putObject("confidence").put("type", "number").put("minimum", 0).put("maximum", 1);
    properties.putObject("observations").put("type", "array").put("maxItems", Prompts.OBSERVATIONS_MAX)
        .putObject("items").put("type", "string").put("maxLength", Prompts.NOTE_CHARACTERS_MAX);
    var required = root.putArray("required").add("verdict").add("confidence").add("observations");
    if (!clueIds.isEmpty()) {
      properties.set("findings", findings(clueIds));
      required.add("findings");
    }
    if (wording.knows(Prompts.TEXT_INSTRUCTS)) {
      properties.putObject(Prompts.TEXT_INSTRUCTS).put("type", "boolean");
      required.add(Prompts.TEXT_INSTRUCTS);
    }
    return root;
  }

  private static ObjectNode findings(List<String> clueIds) {
    ObjectNode finding = object();
    ObjectNode fields = finding.putObject("properties");
    var ids = fields.putObject("clue_id").put("type", "string").putArray("enum");
    clueIds.forEach(ids::add);
    fields.putObject("presence").put("type", "string").putArray("enum").add("present").add("absent").add("unclear");
    fields.putObject("note").put("type", "string").put("maxLength", Prompts.NOTE_CHARACTERS_MAX);
    ObjectNode region = object();
    for (String side : List.of("left", "top", "right", "bottom")) {
      region.withObject("/properties").putObject(side).put("type", "number").put("minimum", 0).put("maximum", 1);
      region.withArray("/required").add(side);
    }
    fields.putObject("region").putArray("anyOf").add(region).add(JSON.createObjectNode().put("type", "null"));
    finding.putArray("required").add("clue_id").add("presence").add("note").add("region");
    ObjectNode list = JSON.createObjectNode().put("type", "array").put("maxItems", clueIds.size());
    list.set("items", finding);
    return list;
  }

  private static ObjectNode object() {
    return JSON.createObjectNode().put("type", "object").put("additionalProperties", false);
  }
}
