package verimesh.verifier.label;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.lmm.Backend;
import verimesh.verifier.lmm.Question;
import verimesh.verifier.picture.ShownPicture;
import verimesh.verifier.prompt.Prompts;
import verimesh.verifier.prompt.Wording;

/// Asks a model for concrete clues in a picture whose truth is known. Thread-safe.
public final class Labeller {
  public static final String PROMPT = "label";
  private static final int PROPOSALS_MAX = 6;
  private static final int TEXT_CHARACTERS_MAX = 300;
  private static final int ANSWER_TOKENS_MAX = 3_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Backend backend;
  private final Wording wording = Wording.all(PROMPT).getLast();
  private final Set<String> categories;

  /// @param categories that a clue may belong to
  public Labeller(Backend backend, Set<String> categories) {
    this.backend = backend;
    this.categories = new TreeSet<>(categories);
  }

  /// For example `label/1`.
  public String promptVersion() {
    return wording.version();
  }

  public sealed interface Labelled {
    /// @param clues may be none
    record Named(List<Proposal> clues) implements Labelled {}

    /// @param why for people
    record Failed(String why) implements Labelled {}
  }

  /// Asks, and once more where the answer does not fit.
  public Labelled label(ShownPicture picture, boolean fake, Instant until) {
    String task = "This picture is known to be " + (fake ? "generated (\"fake\")" : "genuine (\"real\")") + ". Categories: " + String.join(", ", categories) + ".";
    String fault = "";
    for (int round = 1; round <= 2; round++) {
      var question = new Question(
          wording.text(), task + (fault.isEmpty() ? "" : Prompts.repair(fault)), picture.encoded(), picture.mediaType(), "clues", schema(), ANSWER_TOKENS_MAX,
          false, until);
      switch (backend.ask(question)) {
        case Backend.Outcome.NotAnswered(var problem) -> {
          return new Labelled.Failed(problem.detail());
        }
        case Backend.Outcome.Answered(var reply) -> {
          List<Proposal> proposals = read(reply.text());
          if (proposals != null) return new Labelled.Named(proposals);
          fault = "It is not one JSON object with a list \"clues\".";
        }
      }
    }
    return new Labelled.Failed("the answer could not be used, also after one repair");
  }

  /// Null if it is no answer; an entry that is not whole is left out.
  private List<Proposal> read(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text.substring(Math.max(0, text.indexOf('{')), text.lastIndexOf('}') + 1));
    } catch (JsonProcessingException | StringIndexOutOfBoundsException e) {
      return null;
    }
    if (root == null || !root.path("clues").isArray()) return null;
    List<Proposal> proposals = new ArrayList<>();
    for (JsonNode node : root.path("clues")) {
      String category = node.path("category").asText();
      String name = node.path("name").asText().strip();
      Clue.Words english = words(node.path("en"));
      Clue.Words korean = words(node.path("ko"));
      boolean whole = categories.contains(category) && !name.isEmpty() && english != null && korean != null;
      if (whole && proposals.size() < PROPOSALS_MAX) proposals.add(new Proposal(category, name, english, korean));
    }
    return proposals;
  }

  private static Clue.Words words(JsonNode node) {
    String text = clean(node.path("text").asText());
    String lookAt = clean(node.path("look_at").asText());
    String natural = clean(node.path("natural").asText());
    return text.isEmpty() || lookAt.isEmpty() || natural.isEmpty() ? null : new Clue.Words(text, lookAt, natural);
  }

  private static String clean(String text) {
    String plain = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return plain.length() <= TEXT_CHARACTERS_MAX ? plain : plain.substring(0, TEXT_CHARACTERS_MAX).strip();
  }

  private JsonNode schema() {
    ObjectNode words = object("text", "look_at", "natural");
    for (String field : List.of("text", "look_at", "natural")) {
      words.withObject("/properties").putObject(field).put("type", "string").put("maxLength", TEXT_CHARACTERS_MAX);
    }
    ObjectNode clue = object("category", "name", "en", "ko");
    var properties = clue.withObject("/properties");
    var names = properties.putObject("category").put("type", "string").putArray("enum");
    categories.forEach(names::add);
    properties.putObject("name").put("type", "string").put("maxLength", 60);
    properties.set("en", words);
    properties.set("ko", words.deepCopy());
    ObjectNode root = object("clues");
    root.withObject("/properties").putObject("clues").put("type", "array").put("maxItems", PROPOSALS_MAX).set("items", clue);
    return root;
  }

  private static ObjectNode object(String... required) {
    ObjectNode object = JSON.createObjectNode().put("type", "object").put("additionalProperties", false);
    var list = object.putArray("required");
    for (String field : required) list.add(field);
    return object;
  }
}
