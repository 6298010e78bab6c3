package verimesh.verifier.clue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// All clues, in file order. Immutable.
public record ClueBase(List<Clue> clues) {
  private static final String RESOURCE = "/verimesh/verifier/clues/clues.json";

  public ClueBase {
    clues = List.copyOf(clues);
    Set<String> ids = new HashSet<>();
    for (Clue clue : clues) if (!ids.add(clue.id())) throw new IllegalArgumentException("two clues have the id " + clue.id());
  }

  /// The clue base of this project.
  /// @throws UncheckedIOException if the jar lacks it, which is a broken build
  public static ClueBase ours() {
    try (InputStream in = ClueBase.class.getResourceAsStream(RESOURCE)) {
      if (in == null) throw new IOException("missing resource " + RESOURCE);
      return parse(new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException("the clue base cannot be read", e);
    }
  }

  /// These and others.
  /// @throws IllegalArgumentException if one has an id that is taken
  public ClueBase and(List<Clue> others) {
    List<Clue> all = new ArrayList<>(clues);
    all.addAll(others);
    return new ClueBase(all);
  }

  public Set<String> categories() {
    Set<String> names = new TreeSet<>();
    for (Clue clue : clues) names.add(clue.category());
    return names;
  }

  public Optional<Clue> find(String id) {
    return clues.stream().filter(clue -> clue.id().equals(id)).findFirst();
  }

  private static ClueBase parse(JsonNode root) {
    List<Clue> clues = new ArrayList<>();
    for (JsonNode node : root.path("clues")) clues.add(clue(node));
    return new ClueBase(clues);
  }

  /// @throws IllegalArgumentException if something is missing
  static Clue clue(JsonNode node) {
    String id = node.path("id").asText();
    return new Clue(id, id.substring(0, Math.max(0, id.indexOf('.'))), words(node.path("en")), words(node.path("ko")));
  }

  private static Clue.Words words(JsonNode node) {
    return new Clue.Words(node.path("text").asText(), node.path("look_at").asText(), node.path("natural").asText());
  }
}
