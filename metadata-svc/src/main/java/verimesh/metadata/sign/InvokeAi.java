package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import verimesh.metadata.sign.Words.Saying;

/// InvokeAI in its three ages: `invokeai_metadata`, `sd-metadata`, and the command line `Dream`.
final class InvokeAi implements Recogniser {
  private static final String NAME = "InvokeAI";

  @Override
  public List<Signature> find(Words words) {
    Optional<Saying> modern = words.first("invokeai_metadata");
    if (modern.isPresent()) return List.of(sign(modern.get(), modern.get().object().map(InvokeAi::modern).orElse(Recipe.UNKNOWN)));
    Optional<Saying> middle = words.named("sd-metadata").filter(s -> s.text().contains("invoke")).findFirst();
    if (middle.isPresent()) return List.of(sign(middle.get(), middle.get().object().map(InvokeAi::middle).orElse(Recipe.UNKNOWN)));
    Optional<Saying> dream = words.named("Dream").filter(s -> option(s.text(), 'S').chars().allMatch(Character::isDigit) && !option(s.text(), 'S').isEmpty()).findFirst();
    if (dream.isPresent()) return List.of(sign(dream.get(), dream(dream.get().text())));
    Optional<Saying> graph = words.named("invokeai_graph", "invokeai_workflow").filter(s -> s.object().isPresent()).findFirst();
    return graph.map(s -> List.of(sign(s, Recipe.UNKNOWN))).orElse(List.of());
  }

  private static Signature sign(Saying saying, Recipe recipe) {
    return Signature.record(NAME, saying.place(), recipe);
  }

  private static Recipe modern(JsonNode json) {
    JsonNode model = json.path("model");
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : List.of("generation_mode", "steps", "cfg_scale", "scheduler", "width", "height", "strength")) settings.put(name, Json.text(json, name));
    String modelName = model.isTextual() ? model.textValue() : Json.text(model, "name", "model_name");
    return new Recipe(Json.text(json, "app_version"), modelName, Json.text(json, "positive_prompt"), Json.text(json, "negative_prompt"), Json.text(json, "seed"), settings);
  }

  private static Recipe middle(JsonNode json) {
    JsonNode image = json.path("image");
    JsonNode prompt = image.path("prompt");
    StringBuilder joined = new StringBuilder();
    if (prompt.isTextual()) joined.append(prompt.textValue());
    for (JsonNode part : prompt) if (part.path("prompt").isTextual()) joined.append(joined.isEmpty() ? "" : "\n").append(part.get("prompt").textValue());
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : List.of("steps", "cfg_scale", "sampler", "width", "height", "type")) settings.put(name, Json.text(image, name));
    return new Recipe(Json.text(json, "app_version"), Json.text(json, "model_weights", "model"), joined.toString(), "", Json.text(image, "seed"), settings);
  }

  /// `"prompt" -s 50 -S 2980747362 -W 512 ...`; negative words stand in square brackets within the prompt.
  private static Recipe dream(String command) {
    String text = command.strip();
    int end = text.startsWith("\"") ? text.lastIndexOf('"') : text.indexOf(" -");
    String prompt = end <= 0 ? "" : text.substring(text.startsWith("\"") ? 1 : 0, end);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("steps", option(text, 's'));
    settings.put("width", option(text, 'W'));
    settings.put("height", option(text, 'H'));
    settings.put("cfg_scale", option(text, 'C'));
    settings.put("sampler", option(text, 'A'));
    return new Recipe("", "", prompt, "", option(text, 'S'), settings);
  }

  /// The value of the last such option; options stand behind the prompt.
  private static String option(String text, char name) {
    String flag = " -" + name;
    int at = text.lastIndexOf(flag);
    if (at < 0) return "";
    int from = at + flag.length();
    while (from < text.length() && text.charAt(from) == ' ') from++;
    int to = from;
    while (to < text.length() && !Character.isWhitespace(text.charAt(to))) to++;
    return text.substring(from, to);
  }
}
