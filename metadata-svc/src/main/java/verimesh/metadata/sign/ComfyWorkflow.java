package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// ComfyUI's other form, the editor's workflow: `nodes` with positional `widgets_values`, and `links`. Read only where the
/// API graph is missing; what a widget means depends on the node type, so less can be known.
final class ComfyWorkflow {
  private final JsonNode workflow;
  private final Map<String, JsonNode> nodes = new HashMap<>();
  private final Map<String, String> linkSources = new HashMap<>();

  private ComfyWorkflow(JsonNode workflow) {
    this.workflow = workflow;
    for (JsonNode node : workflow.path("nodes")) nodes.put(node.path("id").asText(), node);
    for (JsonNode link : workflow.path("links")) {
      if (link.isArray() && link.size() >= 2) linkSources.put(link.get(0).asText(), link.get(1).asText());
      else if (link.isObject()) linkSources.put(link.path("id").asText(), link.path("origin_id").asText());
    }
  }

  /// @return the workflow, if it is one: a list of typed nodes and the editor's own bookkeeping
  static Optional<ComfyWorkflow> of(JsonNode object) {
    JsonNode nodes = object.path("nodes");
    boolean typed = nodes.isArray() && !nodes.isEmpty() && nodes.get(0).path("type").isTextual() && nodes.get(0).has("id");
    boolean kept = object.has("last_node_id") || object.has("links") || object.has("version") || object.has("state");
    return typed && kept ? Optional.of(new ComfyWorkflow(object)) : Optional.empty();
  }

  Recipe recipe() {
    String positive = "";
    String negative = "";
    String model = "";
    String seed = "";
    for (JsonNode node : workflow.path("nodes")) {
      String type = node.path("type").asText();
      JsonNode widgets = node.path("widgets_values");
      if (type.startsWith("CheckpointLoader") || type.equals("UNETLoader")) model = model.isEmpty() ? firstText(widgets) : model;
      if (type.startsWith("KSampler") && !type.contains("Select")) {
        if (seed.isEmpty()) seed = firstNumber(widgets);
        if (positive.isEmpty()) positive = input(node, "positive");
        if (negative.isEmpty()) negative = input(node, "negative");
      }
      if (type.equals("RandomNoise") && seed.isEmpty()) seed = firstNumber(widgets);
    }
    return new Recipe("", model, positive.isEmpty() ? longestText(negative) : positive, negative, seed, Map.of());
  }

  /// The text behind a named input, along the links.
  private String input(JsonNode node, String name) {
    Deque<String> open = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    push(node, name, open);
    while (!open.isEmpty()) {
      String id = open.poll();
      if (!seen.add(id)) continue;
      JsonNode source = nodes.get(id);
      if (source == null) continue;
      String text = source.path("type").asText().contains("TextEncode") ? firstText(source.path("widgets_values")) : "";
      if (!text.isEmpty()) return text;
      push(source, null, open);
    }
    return "";
  }

  private void push(JsonNode node, String name, Deque<String> open) {
    for (JsonNode input : node.path("inputs")) {
      if (name != null && !input.path("name").asText().equals(name)) continue;
      String source = linkSources.get(input.path("link").asText());
      if (source != null) open.add(source);
    }
  }

  private String longestText(String not) {
    String longest = "";
    for (JsonNode node : workflow.path("nodes")) {
      if (!node.path("type").asText().contains("TextEncode")) continue;
      String text = firstText(node.path("widgets_values"));
      if (text.length() > longest.length() && !text.equals(not)) longest = text;
    }
    return longest;
  }

  private static String firstText(JsonNode widgets) {
    for (JsonNode value : widgets) if (value.isTextual() && !value.textValue().isBlank()) return value.textValue().strip();
    return "";
  }

  private static String firstNumber(JsonNode widgets) {
    for (JsonNode value : widgets) if (value.isNumber()) return value.asText();
    return "";
  }
}
