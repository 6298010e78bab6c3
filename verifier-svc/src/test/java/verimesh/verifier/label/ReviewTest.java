package verimesh.verifier.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.config.Settings;
import verimesh.verifier.VerifierConfig;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.clue.ClueFile;

class ReviewTest {
  @TempDir private Path folder;

  private Path written() throws IOException {
    var review = new Review(ClueBase.ours());
    review.add("a.png", true, List.of(proposal("hands", "finger count", "A hand has six fingers.")));
    review.add("b.png", true, List.of(proposal("hands", "fingers", "The hand has six fingers."), proposal("hands", "again", "A hand has six fingers")));
    review.add("c.png", false, List.of(proposal("shadows", "two shadows", "One thing casts two shadows.")));
    Path file = folder.resolve("review.json");
    review.write(file, "scripted-1", "label/1");
    return file;
  }

  @Test
  void whatSaysTheSameIsOneCandidateAndCountsOnceAPicture() throws IOException {
    JsonNode clues = new ObjectMapper().readTree(written().toFile()).path("clues");
    assertThat(clues).hasSize(2);
    assertThat(clues.get(0).path("named_in_fakes").asInt()).isEqualTo(2);
    assertThat(clues.get(0).path("examples")).hasSize(2);
    assertThat(clues.get(1).path("named_in_reals").asInt()).isEqualTo(1);
    assertThat(clues.get(0).path("id").asText()).as("the id of a clue that there is already is not given again").isEqualTo("hands.finger-count-2");
    assertThat(clues.get(0).at("/like/id").asText()).startsWith("hands.");
  }

  @Test
  void nothingGoesLiveBeforeAPersonHasApprovedIt() throws IOException {
    Path file = written();
    assertThat(ClueFile.read(file)).isEqualTo(new ClueFile(List.of(), 2, 0));
    assertThat(config(file).clues().clues()).hasSameSizeAs(ClueBase.ours().clues());
    Files.writeString(file, Files.readString(file).replaceFirst("\"pending\"", "\"approved\"").replaceFirst("\"pending\"", "\"rejected\""));
    assertThat(ClueFile.read(file).approved()).extracting(Clue::id).containsExactly("hands.finger-count-2");
    assertThat(ClueFile.read(file).rejected()).isOne();
    assertThat(config(file).clues().find("hands.finger-count-2")).isPresent();
  }

  @Test
  void aReviewedFileIsNeverOverwritten() throws IOException {
    Path file = written();
    assertThatThrownBy(() -> new Review(ClueBase.ours()).write(file, "m", "label/1")).isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void aWrongFileIsSaidByNameAtTheStart() throws IOException {
    Path file = folder.resolve("wrong.json");
    Files.writeString(file, "{\"clues\":[{\"id\":\"hands.new\"}]}");
    var settings = Settings.of(Map.of("VERIMESH_VERIFIER_CLUE_FILES", file + "," + folder.resolve("none.json")), "VERIFIER");
    VerifierConfig.from(settings);
    assertThat(String.join("\n", settings.problems())).contains("says nothing of the review of hands.new").contains("none.json");
  }

  private static VerifierConfig config(Path file) {
    return VerifierConfig.from(Settings.of(Map.of("VERIMESH_VERIFIER_CLUE_FILES", file.toString()), "VERIFIER"));
  }

  private static Proposal proposal(String category, String name, String text) {
    return new Proposal(category, name, new Clue.Words(text, "Look.", "Nature."), new Clue.Words("보인다.", "본다.", "자연."));
  }
}
