package verimesh.verifier.examine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.verifier.TestPictures;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.clue.ClueVectors;
import verimesh.verifier.examine.Examination.Finding;
import verimesh.verifier.examine.Examination.Presence;
import verimesh.verifier.examine.Examination.Region;
import verimesh.verifier.lmm.BackendProblem;
import verimesh.verifier.picture.PictureConfig;
import verimesh.verifier.picture.PictureMaker;

/// CLIP as a plane: texts of clues lie at (1, 0), their natural explanations at (0, 1), and a picture's vector tells how red it
/// is against how blue.
class ClipContrastTest {
  private static final List<Clue> CLUES = ClueBase.ours().clues().subList(0, 3);

  private final PictureMaker pictures = new PictureMaker(PictureConfig.DEFAULT, InstantSource.system());
  private final int half = ClueBase.ours().clues().size();
  private final ClueVectors clues = new ClueVectors(ClueBase.ours(), this::texts, InstantSource.system());
  private int seenTexts;

  private ClueVectors.TextEmbedder.Embedded texts(List<String> texts) {
    List<float[]> vectors = texts.stream().map(_ -> seenTexts++ < half ? new float[] {1, 0} : new float[] {0, 1}).toList();
    return new ClueVectors.TextEmbedder.Embedded("plane", vectors);
  }

  @AfterEach
  void close() {
    pictures.close();
  }

  @Test
  void whatLooksLikeItsCluesLeansToFakeAndNeverFar() {
    Answer red = answer(at(1, 0));
    assertThat(red.fake()).isTrue();
    assertThat(red.confidence()).isEqualTo(ClipContrast.CONFIDENCE_MAX);
    assertThat(red.findings()).hasSize(3).allMatch(finding -> finding.presence() == Presence.PRESENT);
    Answer blue = answer(at(0, 1));
    assertThat(blue.fake()).isFalse();
    assertThat(blue.findings()).allMatch(finding -> finding.presence() == Presence.ABSENT);
  }

  @Test
  void halfwayBetweenBothNothingIsSaidOfTheCluesAndRealOfThePicture() {
    Answer between = answer(at(0.70710677f, 0.70710677f));
    assertThat(between.fake()).isFalse();
    assertThat(between.confidence()).isCloseTo(0.5, within(1e-9));
    assertThat(between.findings()).allMatch(finding -> finding.presence() == Presence.UNCLEAR);
  }

  @Test
  void itsAnswersSayThatTheyAreWeak() {
    var examiner = new Examiner(List.of(at(1, 0)), AskMode.FIRST, Optional.empty(), InstantSource.system(), 10, Duration.ofMinutes(1));
    var examined = (Examiner.Outcome.Examined) examiner.examine(task(CLUES));
    assertThat(examined.examination().flags()).containsExactly("WEAK_CLIP_CONTRAST");
    assertThat(examined.examination().promptVersion()).isEqualTo("clip-contrast/1");
    var first = (Examiner.Outcome.Examined) examiner.examine(task(List.of()));
    assertThat(first.examination().findings()).as("a first pass names no clues").isEmpty();
    assertThat(first.examination().fake()).isTrue();
  }

  @Test
  void withoutAClipModelItIsNotConfiguredAndNoOutage() {
    var contrast = new ClipContrast("clip", 1, (_, _) -> {
      throw new ProblemException(new Problem.NotSetUp("NO_MODEL", "none"));
    }, clues, 0.15);
    assertThat(contrast.ask(task(CLUES))).isInstanceOfSatisfying(
        Model.Outcome.NotAnswered.class, no -> assertThat(no.problem()).isInstanceOf(BackendProblem.NotConfigured.class));
  }

  @Test
  void aClaimIsHeldAgainstThePlaceThatItNames() {
    // Red on the left, blue on the right: a crop's vector says how much of each there is.
    Clip byColour = (parts, _) -> new Clip.Embedded("plane", parts.stream().map(ClipContrastTest::colour).toList());
    var agreement = new Agreement(byColour, clues, pictures);
    List<Finding> findings = List.of(
        present(CLUES.get(0), new Region(0, 0, 0.2, 1)), present(CLUES.get(1), new Region(0.8, 0, 1, 1)),
        new Finding(CLUES.get(2).id(), Presence.ABSENT, "", Optional.empty(), java.util.OptionalDouble.empty()));
    List<Finding> agreed = agreement.on(findings, task(CLUES), Instant.now().plusSeconds(20));
    assertThat(agreed.get(0).clipAgreement().orElseThrow()).isGreaterThan(0.9);
    assertThat(agreed.get(1).clipAgreement().orElseThrow()).isLessThan(-0.9);
    assertThat(agreed.get(2).clipAgreement()).as("an absent clue claims nothing").isEmpty();
    assertThat(Reliability.of(true, 0.9, agreed)).isLessThan(Reliability.of(true, 0.9, findings));
  }

  @Test
  void clipsSilenceLeavesAClaimAsItIs() {
    var agreement = new Agreement((_, _) -> {
      throw new ProblemException(new Problem.Unavailable("WARMING_UP", "later", Duration.ofSeconds(1)));
    }, clues, pictures);
    List<Finding> findings = List.of(present(CLUES.getFirst(), new Region(0, 0, 1, 1)));
    assertThat(agreement.on(findings, task(CLUES), Instant.now().plusSeconds(20))).isEqualTo(findings);
  }

  private ClipContrast at(float x, float y) {
    return new ClipContrast("clip", 1, (files, _) -> new Clip.Embedded("plane", files.stream().map(_ -> new float[] {x, y}).toList()), clues, -1);
  }

  private Answer answer(ClipContrast contrast) {
    return ((Model.Outcome.Answered) contrast.ask(task(CLUES))).answer();
  }

  private Task task(List<Clue> checklist) {
    return new Task(pictures.make(TestPictures.png(400, 100), Instant.now().plusSeconds(20)), checklist, false, true, Instant.now().plusSeconds(20));
  }

  private static Finding present(Clue clue, Region region) {
    return new Finding(clue.id(), Presence.PRESENT, "seen", Optional.of(region), java.util.OptionalDouble.empty());
  }

  private static float[] colour(byte[] png) {
    try {
      var image = javax.imageio.ImageIO.read(new java.io.ByteArrayInputStream(png));
      int rgb = image.getRGB(image.getWidth() / 2, image.getHeight() / 2);
      double red = rgb >> 16 & 0xFF;
      double blue = rgb & 0xFF;
      double length = Math.hypot(red, blue);
      return new float[] {(float) (red / length), (float) (blue / length)};
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
