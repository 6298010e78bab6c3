package verimesh.verifier.lmm;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import verimesh.verifier.TestPictures;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.examine.Answer;
import verimesh.verifier.examine.ChatModel;
import verimesh.verifier.examine.Model;
import verimesh.verifier.examine.Task;
import verimesh.verifier.picture.PictureConfig;
import verimesh.verifier.picture.PictureMaker;
import verimesh.verifier.prompt.Prompts;

/// What every OpenAI-compatible endpoint must do for us: take our prompts and a picture, and answer by our schema. Of the
/// answer's sense nothing is asked.
public abstract class ChatContract {
  private static final List<Clue> CLUES = ClueBase.ours().clues().subList(0, 8);
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  protected abstract URI url();

  protected abstract String model();

  protected String key() {
    return "";
  }

  @Test
  void theFirstPassIsAnsweredBySchema() {
    Answer answer = answer(List.of(), false, TestPictures.jpeg(300, 200));
    assertThat(answer.confidence()).isBetween(0.0, 1.0);
    assertThat(answer.findings()).isEmpty();
    assertThat(meters.counter("verimesh.lmm.tokens", "backend", "peer").count()).as("tokens are counted").isPositive();
  }

  @Test
  void theSecondPassFindsSomethingOfEachClue() {
    Answer answer = answer(CLUES, false, TestPictures.png(120, 90));
    assertThat(answer.findings()).extracting(finding -> finding.clueId()).containsExactlyElementsOf(CLUES.stream().map(Clue::id).toList());
  }

  @Test
  void koreanIsTakenToo() {
    assertThat(answer(List.of(), true, TestPictures.gif(40, 30))).isNotNull();
  }

  private Answer answer(List<Clue> checklist, boolean korean, byte[] file) {
    Instant until = Instant.now().plus(PATIENCE);
    try (var backend = backend(); var pictures = new PictureMaker(PictureConfig.DEFAULT, InstantSource.system())) {
      var model = new ChatModel(backend, Prompts.ours());
      Model.Outcome outcome = model.ask(new Task(pictures.make(file, until), checklist, korean, true, until));
      assertThat(outcome).isInstanceOf(Model.Outcome.Answered.class);
      return ((Model.Outcome.Answered) outcome).answer();
    }
  }

  protected OpenAiBackend backend() {
    var limits = new OpenAiSettings.Limits(1, 64, 0, new OpenAiSettings.Price(0, 0), 0);
    var settings = new OpenAiSettings(
        "peer", url(), model(), key(), 1, OpenAiSettings.Structured.JSON_SCHEMA, PATIENCE, 2, limits, 10, Duration.ofSeconds(1));
    return new OpenAiBackend(settings, InstantSource.system(), RandomGenerator.of("L64X128MixRandom"), meters);
  }
}
