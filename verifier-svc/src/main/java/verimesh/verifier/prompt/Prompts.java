package verimesh.verifier.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import verimesh.verifier.clue.Clue;

/// The prompts of both passes and the schemas of their answers. Immutable.
///
/// @param examine system text of the first pass
/// @param reExamine system text of the second pass
public record Prompts(String examine, String reExamine) {
  public static final String EXAMINE_VERSION = "examine/1";
  public static final String RE_EXAMINE_VERSION = "reexamine/1";

  private static final ObjectMapper JSON = new ObjectMapper();

  /// Longest observation or note that an answer may hold, in characters.
  public static final int NOTE_CHARACTERS_MAX = 500;

  public static final int OBSERVATIONS_MAX = 8;

  /// Texts of this project's versions.
  public static Prompts ours() {
    return new Prompts(resource("examine-1.txt"), resource("reexamine-1.txt"));
  }

  /// What is said beside the picture in the first pass.
  public static String examineTask(boolean korean) {
    return "Examine this picture. " + answerLanguage(korean);
  }

  /// What is said beside the picture in the second pass: the checklist.
  public static String reExamineTask(List<Clue> clues, boolean korean) {
    var text = new StringBuilder("Examine this picture with the checklist. ").append(answerLanguage(korean)).append("\n\nChecklist:\n");
    for (Clue clue : clues) {
      // English in both languages: it is what the wording was tested with; only the answer's language changes.
      text.append("- ").append(clue.id()).append(": ").append(clue.english().text())
          .append(" Look: ").append(clue.english().lookAt())
          .append(" Natural explanation: ").append(clue.english().naturalExplanation()).append('\n');
    }
    return text.toString();
  }

  /// What is added when an answer did not fit: its fault, never its text.
  public static String repair(String fault) {
    return "\n\nYour last answer could not be used: " + fault + " Answer again with exactly one JSON object of the form given in the rules.";
  }

  public static JsonNode examineSchema() {
    return schema(List.of());
  }

  /// @param clueIds ids that the findings must name, at least one
  public static JsonNode reExamineSchema(List<String> clueIds) {
    return schema(clueIds);
  }

  private static JsonNode schema(List<String> clueIds) {
    ObjectNode root = object();
    ObjectNode properties = root.putObject("properties");
    properties.putObject("verdict").put("type", "string").putArray("enum").add("real").add("fake");
    properties.putObject("confidence").put("type", "number").put("minimum", 0).put("maximum", 1);
    properties.putObject("observations").put("type", "array").put("maxItems", OBSERVATIONS_MAX)
        .putObject("items").put("type", "string").put("maxLength", NOTE_CHARACTERS_MAX);
    var required = root.putArray("required").add("verdict").add("confidence").add("observations");
    if (clueIds.isEmpty()) return root;
    required.add("findings");
    ObjectNode findings = properties.putObject("findings").put("type", "array").put("maxItems", clueIds.size());
    ObjectNode finding = object();
    findings.set("items", finding);
    ObjectNode fields = finding.putObject("properties");
    var ids = fields.putObject("clue_id").put("type", "string").putArray("enum");
    clueIds.forEach(ids::add);
    fields.putObject("presence").put("type", "string").putArray("enum").add("present").add("absent").add("unclear");
    fields.putObject("note").put("type", "string").put("maxLength", NOTE_CHARACTERS_MAX);
    ObjectNode region = object();
    for (String side : List.of("left", "top", "right", "bottom")) {
      region.withObject("/properties").putObject(side).put("type", "number").put("minimum", 0).put("maximum", 1);
      region.withArray("/required").add(side);
    }
    fields.putObject("region").putArray("anyOf").add(region).add(JSON.createObjectNode().put("type", "null"));
    finding.putArray("required").add("clue_id").add("presence").add("note").add("region");
    return root;
  }

  private static ObjectNode object() {
    return JSON.createObjectNode().put("type", "object").put("additionalProperties", false);
  }

  private static String answerLanguage(boolean korean) {
    return korean ? "Write observations and notes in Korean." : "Write observations and notes in English.";
  }

  private static String resource(String name) {
    String path = "/verimesh/verifier/prompts/" + name;
    try (InputStream in = Prompts.class.getResourceAsStream(path)) {
      if (in == null) throw new IOException("missing resource " + path);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("a prompt cannot be read", e);
    }
  }
}
