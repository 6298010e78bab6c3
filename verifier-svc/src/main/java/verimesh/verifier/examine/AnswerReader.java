package verimesh.verifier.examine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import verimesh.verifier.examine.Examination.Finding;
import verimesh.verifier.examine.Examination.Presence;
import verimesh.verifier.examine.Examination.Region;
import verimesh.verifier.prompt.Prompts;

/// Reads a model's words by the answer schema, and takes nothing else from them: an answer that tries to say more than
/// the schema knows (since a picture told it to) is cut down to it or refused.
final class AnswerReader {
  private static final ObjectMapper JSON = JsonMapper.builder(
          com.fasterxml.jackson.core.JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).maxStringLength(100_000).build())
              .build())
      .build();

  private AnswerReader() {}

  sealed interface Reading {
    /// A clue that the model left out is `UNCLEAR` in it.
    record Read(Answer answer) implements Reading {}

    /// @param fault one sentence that the model can mend its answer by; never the answer's own words
    record Unusable(String fault) implements Reading {}
  }

  /// @param clueIds checklist of the second pass, empty for the first
  static Reading read(String text, List<String> clueIds) {
    JsonNode root;
    try {
      root = JSON.readTree(object(text));
    } catch (JsonProcessingException e) {
      return new Reading.Unusable("It is not one JSON object.");
    }
    if (root == null || !root.isObject()) return new Reading.Unusable("It is not one JSON object.");
    String verdict = root.path("verdict").asText("");
    if (!verdict.equals("real") && !verdict.equals("fake")) return new Reading.Unusable("\"verdict\" must be \"real\" or \"fake\".");
    JsonNode confidence = root.path("confidence");
    if (!confidence.isNumber() || !(confidence.doubleValue() >= 0 && confidence.doubleValue() <= 1)) {
      return new Reading.Unusable("\"confidence\" must be a number from 0 to 1.");
    }
    if (!root.path("observations").isArray()) return new Reading.Unusable("\"observations\" must be a list of sentences.");
    List<String> observations = new ArrayList<>();
    for (JsonNode observation : root.path("observations")) {
      if (!observation.isTextual()) return new Reading.Unusable("\"observations\" must be a list of sentences.");
      if (observations.size() < Prompts.OBSERVATIONS_MAX && !observation.textValue().isBlank()) observations.add(note(observation.textValue()));
    }
    boolean instructs = root.path(Prompts.TEXT_INSTRUCTS).booleanValue(); // left out, or no boolean: false
    var answer = new Answer(verdict.equals("fake"), confidence.doubleValue(), observations, List.of(), instructs);
    return clueIds.isEmpty() ? new Reading.Read(answer) : findings(root.path("findings"), clueIds, answer);
  }

  private static Reading findings(JsonNode list, List<String> clueIds, Answer answer) {
    if (!list.isArray()) return new Reading.Unusable("\"findings\" must be a list with one entry for each clue.");
    Map<String, Finding> byClue = new HashMap<>();
    for (JsonNode node : list) {
      String id = node.path("clue_id").asText("");
      if (!clueIds.contains(id)) continue; // A clue that nobody asked for is no finding.
      Presence presence = switch (node.path("presence").asText("")) {
        case "present" -> Presence.PRESENT;
        case "absent" -> Presence.ABSENT;
        case "unclear" -> Presence.UNCLEAR;
        default -> null;
      };
      if (presence == null) return new Reading.Unusable("\"presence\" must be \"present\", \"absent\" or \"unclear\".");
      byClue.putIfAbsent(id, new Finding(id, presence, note(node.path("note").asText("")), region(node.path("region")), OptionalDouble.empty()));
    }
    if (byClue.isEmpty()) return new Reading.Unusable("\"findings\" names none of the clues.");
    List<Finding> findings = new ArrayList<>();
    for (String id : clueIds) {
      findings.add(byClue.getOrDefault(id, new Finding(id, Presence.UNCLEAR, "", Optional.empty(), OptionalDouble.empty())));
    }
    return new Reading.Read(answer.withFindings(findings));
  }

  /// A region that is none is left out: where a thing lies matters less than that it was seen.
  private static Optional<Region> region(JsonNode node) {
    if (!node.isObject()) return Optional.empty();
    double left = node.path("left").asDouble(-1);
    double top = node.path("top").asDouble(-1);
    double right = node.path("right").asDouble(-1);
    double bottom = node.path("bottom").asDouble(-1);
    boolean fits = left >= 0 && left < right && right <= 1 && top >= 0 && top < bottom && bottom <= 1;
    return fits ? Optional.of(new Region(left, top, right, bottom)) : Optional.empty();
  }

  private static String note(String text) {
    String clean = text.codePoints().filter(c -> !Character.isISOControl(c) || c == '\n')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString().strip();
    return clean.length() <= Prompts.NOTE_CHARACTERS_MAX ? clean : clean.substring(0, Prompts.NOTE_CHARACTERS_MAX);
  }

  /// The text from the first brace to the last: models without structured output wrap JSON in a code fence.
  private static String object(String text) {
    int from = text.indexOf('{');
    int to = text.lastIndexOf('}');
    return from < 0 || to < from ? "" : text.substring(from, to + 1);
  }
}
