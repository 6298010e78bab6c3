package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// ComfyUI's API graph: node id to `{class_type, inputs}`, where an input is a value or a link `[node id, slot]`
/// (METADATA.md §4). The recipe is found by walking from a sampler; every walk has a visited set, so cycles end, and
/// visits each node once, so it is linear in the graph.
final class ComfyGraph {
  /// Texts that are joined to one prompt, in walking order.
  private static final int TEXTS_MAX = 32;

  /// Inputs in which nodes keep literal text, the likeliest first. `populated_text` is a wildcard's result, `text_0` what
  /// a display node cached.
  private static final List<String> TEXT_INPUTS = List.of(
      "populated_text", "text", "text_g", "text_l", "t5xxl", "clip_l", "prompt", "Text", "prompt_text", "positive_prompt", "string", "value",
      "wildcard_text", "String", "text_0");

  /// Inputs through which one conditioning or text comes from others.
  private static final List<String> PASS_INPUTS = List.of(
      "conditioning", "conditioning_1", "conditioning_2", "conditioning_to", "conditioning_from", "conditionings", "cond", "cond1", "cond2",
      "guider", "basic_pipe", "pipe", "source", "on_true", "on_false", "input", "any", "anything", "a", "b", "string_a", "string_b", "text_a",
      "text_b", "text_c", "text_d", "text1", "text2", "text3", "text4", "prefix", "suffix", "opt_prompt", "captions");

  private static final List<String> MODEL_INPUTS = List.of("ckpt_name", "unet_name", "base_ckpt_name", "model_name", "gguf_name", "diffusion_model", "ckpt_air", "model_path");
  private static final List<String> SEED_INPUTS = List.of("seed", "noise_seed", "seed_num", "seed_value", "value", "int", "number");

  private final Map<String, JsonNode> nodes;

  private ComfyGraph(Map<String, JsonNode> nodes) {
    this.nodes = nodes;
  }

  /// Whether an object is such a graph: some member is a node.
  static boolean isGraph(JsonNode object) {
    for (JsonNode value : object) if (isNode(value)) return true;
    return false;
  }

  private static boolean isNode(JsonNode value) {
    return value.isObject() && value.path("class_type").isTextual() && value.path("inputs").isObject();
  }

  static Optional<ComfyGraph> of(JsonNode object) {
    Map<String, JsonNode> nodes = new LinkedHashMap<>();
    for (var member : object.properties()) if (isNode(member.getValue())) nodes.put(member.getKey(), member.getValue());
    return nodes.isEmpty() ? Optional.empty() : Optional.of(new ComfyGraph(nodes));
  }

  Recipe recipe() {
    Optional<JsonNode> sampler = sampler();
    Prompts prompts = sampler.map(this::prompts).orElseGet(() -> new Prompts("", ""));
    String positive = prompts.positive().isEmpty() ? longestText(prompts.negative()) : prompts.positive();
    Map<String, String> settings = new LinkedHashMap<>();
    sampler.ifPresent(s -> sampling(s, settings));
    String loras = loras();
    if (!loras.isEmpty()) settings.put("loras", loras);
    String seed = sampler.map(this::seed).filter(s -> !s.isEmpty()).orElseGet(this::anySeed);
    return new Recipe("", sampler.flatMap(this::modelOf).orElseGet(this::anyModel), positive, prompts.negative(), seed, settings);
  }

  private static String type(JsonNode node) {
    return node.path("class_type").asText();
  }

  private static boolean isSampler(JsonNode node) {
    String type = type(node).toLowerCase(Locale.ROOT);
    if (type.contains("select") || type.contains("scheduler") || type.contains("provider")) return false; // KSamplerSelect only names one
    JsonNode inputs = node.get("inputs");
    boolean conditioned = inputs.has("positive") || inputs.has("guider") || inputs.has("conditioning") || inputs.has("pipe") || inputs.has("basic_pipe") || inputs.has("text_embeds");
    return (type.contains("ksampler") || type.contains("samplercustom") || type.contains("sampler")) && conditioned;
  }

  /// The sampler that the saved picture comes from: the first one upstream of an output node. Without one, the first
  /// sampler at all, then any node with conditioning of both signs (a detailer).
  private Optional<JsonNode> sampler() {
    Set<JsonNode> seen = identitySet(); // shared: what led to no sampler once never will
    for (JsonNode node : nodes.values()) {
      String type = type(node);
      if (!type.contains("Save") && !type.contains("Preview")) continue;
      Optional<JsonNode> found = upstreamSampler(node, seen);
      if (found.isPresent()) return found;
    }
    return nodes.values().stream().filter(ComfyGraph::isSampler).findFirst()
        .or(() -> nodes.values().stream().filter(n -> n.get("inputs").has("positive") && n.get("inputs").has("negative") && n.get("inputs").has("seed")).findFirst());
  }

  private Optional<JsonNode> upstreamSampler(JsonNode output, Set<JsonNode> seen) {
    Deque<JsonNode> open = new ArrayDeque<>(List.of(output));
    while (!open.isEmpty()) {
      JsonNode node = open.poll();
      if (!seen.add(node)) continue;
      if (isSampler(node)) return Optional.of(node);
      for (JsonNode input : node.get("inputs")) linked(input).ifPresent(open::add);
    }
    return Optional.empty();
  }

  /// The node that a link points to.
  private Optional<JsonNode> linked(JsonNode input) {
    if (!input.isArray() || input.size() != 2 || !input.get(0).isValueNode() || !input.get(1).isNumber()) return Optional.empty();
    return Optional.ofNullable(nodes.get(input.get(0).asText()));
  }

  private record Prompts(String positive, String negative) {}

  private Prompts prompts(JsonNode sampler) {
    JsonNode source = linked(sampler.get("inputs").path("guider")).orElse(sampler);
    JsonNode inputs = source.get("inputs");
    JsonNode positive = inputs.has("positive") ? inputs.get("positive") : inputs.has("conditioning") ? inputs.get("conditioning")
        : inputs.has("text_embeds") ? inputs.get("text_embeds") : inputs.has("basic_pipe") ? inputs.get("basic_pipe") : inputs.path("pipe");
    return new Prompts(textOf(positive, "positive"), textOf(inputs.path("negative"), "negative"));
  }

  /// Walks from a conditioning input to the texts it is made of, depth first in the order of the inputs.
  private String textOf(JsonNode input, String role) {
    if (input.isTextual()) return input.textValue().strip(); // efficiency loaders keep the prompt right here
    Set<String> texts = new LinkedHashSet<>();
    Set<JsonNode> seen = identitySet();
    Deque<JsonNode> open = new ArrayDeque<>();
    linked(input).ifPresent(open::push);
    while (!open.isEmpty() && texts.size() < TEXTS_MAX) {
      JsonNode node = open.pop();
      if (!seen.add(node)) continue;
      // An LLM's instruction is no prompt, and what it wrote is not kept in the graph. A zeroed conditioning has none.
      if (type(node).equals("TextGenerate") || type(node).equals("ConditioningZeroOut")) continue;
      List<JsonNode> upstream = new ArrayList<>();
      boolean literal = false;
      for (String name : textInputs(node, role)) {
        JsonNode value = node.get("inputs").get(name);
        if (value == null) continue;
        if (value.isTextual() && !value.textValue().isBlank()) {
          // `text_0` is what a display node showed: only a stand-in for a source that cannot be followed.
          if (name.equals("text_0") && (literal || !upstream.isEmpty())) continue;
          literal = true;
          texts.add(value.textValue().strip());
        } else {
          linked(value).ifPresent(upstream::add);
        }
      }
      if (type(node).equals("ComfySwitchNode")) chosenFirst(node, upstream);
      for (int i = upstream.size() - 1; i >= 0; i--) open.push(upstream.get(i));
      if (upstream.isEmpty() && !literal && node.get("inputs").path("text_0").isTextual()) texts.add(node.get("inputs").get("text_0").textValue().strip());
    }
    return String.join("\n", texts);
  }

  /// Inputs to follow, in order: the node's own texts, the same role further up, then whatever passes conditioning on.
  private static List<String> textInputs(JsonNode node, String role) {
    List<String> names = new ArrayList<>();
    JsonNode inputs = node.get("inputs");
    if (inputs.has(role)) names.add(role);
    if (inputs.has(role + "_prompt")) names.add(role + "_prompt");
    if (inputs.has("text_" + role)) names.add("text_" + role);
    if (names.isEmpty()) {
      for (String name : TEXT_INPUTS) if (inputs.has(name) && !(name.equals("positive_prompt") && role.equals("negative"))) names.add(name);
    }
    for (String name : PASS_INPUTS) if (inputs.has(name)) names.add(name);
    return names;
  }

  /// A switch forwards one branch; the other is kept behind it for the case that the first holds no text.
  private void chosenFirst(JsonNode node, List<JsonNode> upstream) {
    JsonNode inputs = node.get("inputs");
    JsonNode condition = linked(inputs.path("switch")).map(n -> n.get("inputs").path("value")).orElse(inputs.path("switch"));
    String wanted = condition.asBoolean(true) ? "on_true" : "on_false";
    linked(inputs.path(wanted)).ifPresent(first -> {
      upstream.remove(first);
      upstream.addFirst(first);
    });
  }

  private String longestText(String not) {
    String longest = "";
    for (JsonNode node : nodes.values()) {
      if (!type(node).contains("TextEncode") && !type(node).toLowerCase(Locale.ROOT).contains("prompt")) continue;
      for (JsonNode input : node.get("inputs")) {
        if (input.isTextual() && input.textValue().length() > longest.length() && !input.textValue().strip().equals(not)) longest = input.textValue().strip();
      }
    }
    return longest;
  }

  private Optional<String> modelOf(JsonNode sampler) {
    JsonNode guider = linked(sampler.get("inputs").path("guider")).orElse(sampler);
    JsonNode start = guider.get("inputs").has("model") ? guider.get("inputs").get("model") : sampler.get("inputs").path("model");
    Set<JsonNode> seen = identitySet();
    Deque<JsonNode> open = new ArrayDeque<>();
    linked(start).ifPresent(open::add);
    while (!open.isEmpty()) {
      JsonNode node = open.poll();
      if (!seen.add(node)) continue;
      String named = literal(node, MODEL_INPUTS);
      if (!named.isEmpty() && !type(node).contains("Upscale")) return Optional.of(named);
      JsonNode inputs = node.get("inputs");
      if (inputs.has("model")) linked(inputs.get("model")).ifPresent(open::add);
      else for (JsonNode input : inputs) linked(input).ifPresent(open::add);
    }
    return Optional.empty();
  }

  private String anyModel() {
    for (String name : MODEL_INPUTS.subList(0, 3)) {
      for (JsonNode node : nodes.values()) {
        String named = literal(node, List.of(name));
        if (!named.isEmpty()) return named;
      }
    }
    return "";
  }

  private String seed(JsonNode sampler) {
    JsonNode noise = linked(sampler.get("inputs").path("noise")).orElse(sampler);
    for (String name : SEED_INPUTS.subList(0, 2)) {
      for (JsonNode node : List.of(noise, sampler)) {
        JsonNode value = node.get("inputs").get(name);
        if (value == null) continue;
        String found = number(value, new HashSet<>());
        if (!found.isEmpty()) return found;
      }
    }
    return "";
  }

  /// A number, or the number of the node that a link points to.
  private String number(JsonNode value, Set<String> seen) {
    JsonNode at = value;
    while (at.isArray()) {
      if (at.isEmpty() || !seen.add(at.get(0).asText())) return "";
      Optional<JsonNode> node = linked(at);
      if (node.isEmpty()) return "";
      JsonNode inputs = node.get().get("inputs");
      at = SEED_INPUTS.stream().filter(inputs::has).map(inputs::get).findFirst().orElse(MissingNode.getInstance());
    }
    return at.isNumber() || at.isTextual() ? at.asText() : "";
  }

  private String anySeed() {
    for (String name : SEED_INPUTS.subList(0, 2)) {
      for (JsonNode node : nodes.values()) {
        JsonNode value = node.get("inputs").get(name);
        if (value != null && value.isNumber()) return value.asText();
      }
    }
    return "";
  }

  private void sampling(JsonNode sampler, Map<String, String> settings) {
    Map<String, JsonNode> sources = new HashMap<>();
    for (String link : List.of("sampler", "sigmas", "guider")) linked(sampler.get("inputs").path(link)).ifPresent(node -> sources.put(link, node));
    for (String name : List.of("steps", "cfg", "sampler_name", "scheduler", "denoise")) {
      String value = literal(sampler, List.of(name));
      for (JsonNode source : sources.values()) if (value.isEmpty()) value = literal(source, List.of(name));
      if (!value.isEmpty()) settings.put(name, value);
    }
  }

  private String loras() {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode node : nodes.values()) {
      String name = literal(node, List.of("lora_name"));
      if (!name.isEmpty() && !name.equals("None") && names.size() < TEXTS_MAX) names.add(name);
    }
    return String.join(", ", names);
  }

  /// Nodes are told apart by identity: two equal nodes are two nodes, and comparing them by content costs their size.
  private static Set<JsonNode> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private static String literal(JsonNode node, List<String> names) {
    return Json.text(node.get("inputs"), names.toArray(String[]::new));
  }
}
