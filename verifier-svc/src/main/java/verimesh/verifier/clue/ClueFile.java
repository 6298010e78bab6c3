package verimesh.verifier.clue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file of clues beside this project's own: what a model proposed and a person looked through. An entry counts only once
/// its `review` says `approved`; `pending` and `rejected` ones are left alone.
///
/// @param approved in file order
/// @param pending entries that nobody has looked at
/// @param rejected entries that somebody turned down
public record ClueFile(List<Clue> approved, int pending, int rejected) {
  private static final long BYTES_MAX = 64L << 20;

  public ClueFile {
    approved = List.copyOf(approved);
  }

  /// @throws IOException with a sentence for people, if it cannot be read or an entry is wrong
  public static ClueFile read(Path file) throws IOException {
    if (Files.size(file) > BYTES_MAX) throw new IOException("has more than " + (BYTES_MAX >> 20) + " MiB");
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new IOException("is no JSON: " + e.getOriginalMessage());
    }
    if (!root.path("clues").isArray()) throw new IOException("has no list \"clues\"");
    List<Clue> approved = new ArrayList<>();
    int pending = 0;
    int rejected = 0;
    for (JsonNode node : root.path("clues")) {
      switch (node.path("review").asText("")) {
        case "approved" -> approved.add(clue(node));
        case "pending" -> pending++;
        case "rejected" -> rejected++;
        default -> throw new IOException("says nothing of the review of " + node.path("id").asText("an entry without an id")
            + "; expected \"review\": \"pending\", \"approved\" or \"rejected\"");
      }
    }
    return new ClueFile(approved, pending, rejected);
  }

  private static Clue clue(JsonNode node) throws IOException {
    try {
      return ClueBase.clue(node);
    } catch (IllegalArgumentException e) {
      throw new IOException("has a wrong entry " + node.path("id").asText() + ": " + e.getMessage());
    }
  }
}
