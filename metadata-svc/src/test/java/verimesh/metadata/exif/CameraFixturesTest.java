package verimesh.metadata.exif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import verimesh.chassis.testing.Shared;
import verimesh.metadata.exif.CameraConsistency.Answer;
import verimesh.metadata.read.Reads;

/// 32 camera originals of 1999 to 2026 against their index.
class CameraFixturesTest {
  private record Row(String file, boolean edited, Answer expected, double publishedScore, ExifReport report) {}

  private static List<Row> rows() throws IOException {
    Path folder = Shared.path("fixtures/camera");
    try (Stream<Map<String, String>> rows = Csv.rows(folder.resolve("index.csv"))) {
      return rows.map(r -> new Row(r.get("file"), r.get("edited").equals("y"),
          r.get("expected").equals("consistent") ? Answer.CAMERA_CONSISTENT : Answer.CONTRADICTORY, Double.parseDouble(r.get("published_score")),
          ExifReport.of(Reads.record(folder.resolve(r.get("file")))))).toList();
    }
  }

  @Test void everyPublishedScoreIsThatOfTheIndex() throws IOException {
    assertThat(rows()).hasSize(32).allSatisfy(row -> assertThat(row.report().publishedScore()).as(row.file()).isCloseTo(row.publishedScore(), within(.0006)));
  }

  @Test void originalsScoreAtLeastSeventyPercentButOne() throws IOException {
    assertThat(rows()).filteredOn(row -> row.report().publishedScore() < .7).extracting(Row::file).containsExactly("traveler-sx330z.jpg");
  }

  @Test void everyAnswerIsTheExpectedOne() throws IOException {
    assertThat(rows()).allSatisfy(row -> assertThat(row.report().consistency().answer()).as(row.file() + " " + row.report().consistency().reasons()).isEqualTo(row.expected()));
  }

  @Test void onlyTheEditedOnesAreCalledReencodedOrWhatTheirTablesSay() throws IOException {
    // Two originals were encoded again by whoever published them, which the index says in its notes.
    assertThat(rows()).filteredOn(row -> row.report().editing().reencoded()).extracting(Row::file)
        .containsExactlyInAnyOrder("google-pixel.jpg", "apple-iphone-se.jpg", "nikon-d7000.jpg", "motorola-moto-g-9-plus.jpg");
    assertThat(rows()).filteredOn(row -> !row.report().editing().software().isEmpty()).extracting(Row::file).containsExactly("apple-iphone-se.jpg");
  }

  @Test void noOriginalIsInconsistentByThePublishedRules() throws IOException {
    assertThat(rows()).allSatisfy(row -> assertThat(row.report().inconsistencies()).as(row.file()).isEmpty());
  }

  @Test void everyDeviceIsNamed() throws IOException {
    assertThat(rows()).allSatisfy(row -> assertThat(row.report().captureDevice()).as(row.file()).isNotEmpty());
    Map<String, String> names = new LinkedHashMap<>();
    rows().forEach(row -> names.put(row.file(), row.report().captureDevice()));
    assertThat(names).containsEntry("canon-powershot-a40.jpg", "Canon PowerShot A40").containsEntry("apple-iphone-12-pro.dng", "Apple iPhone 12 Pro")
        .containsEntry("nikon-d7000.jpg", "NIKON D7000").containsEntry("htc-desire.jpg", "HTC Desire");
  }

  @Test void positionsAreOnlyInThePersonalData() throws IOException {
    ExifReport report = ExifReport.of(Reads.record(Shared.path("fixtures/camera/nikon-coolpix-p6000.jpg")));
    assertThat(report.personalData()).containsEntry("GPSLatitude", "43.467448").containsKey("GPSLongitude");
    assertThat(report.consistency().reasons().toString() + report.editing() + report.inconsistencies()).doesNotContain("43.46");
  }

  @Test void generatorsAndControlsAreNoCameras() throws IOException {
    Path folder = Shared.path("fixtures/ai-metadata");
    try (Stream<Map<String, String>> rows = Csv.rows(folder.resolve("index.csv"))) {
      rows.filter(r -> !r.get("kind").equals("edit")).forEach(r -> {
        ExifReport report = ExifReport.of(Reads.record(folder.resolve(r.get("file"))));
        assertThat(report.consistency().answer()).as(r.get("file")).isNotEqualTo(Answer.CAMERA_CONSISTENT);
        if (r.get("kind").equals("generator")) {
          assertThat(report.captureDevice()).as(r.get("file")).isEmpty();
          assertThat(report.publishedScore()).as(r.get("file")).isLessThan(.3);
        }
      });
    }
  }

  @Test void aGameCaptureIsContradictoryHoweverFullItsExif() {
    ExifReport report = ExifReport.of(Reads.record(Shared.path("fixtures/ai-metadata/control-game-capture-gran-turismo5.jpg")));
    assertThat(report.consistency().answer()).isEqualTo(Answer.CONTRADICTORY);
    assertThat(report.consistency().reasons()).extracting(CameraConsistency.Reason::code).first().isEqualTo(CameraConsistency.Code.GAME_CAPTURE);
    assertThat(report.captureDevice()).isEmpty();
  }

  @Test void theNetworksMarkAndTheScreenshotAreSeen() {
    Editing facebook = ExifReport.of(Reads.record(Shared.path("fixtures/ai-metadata/control-facebook-fbmd.jpg"))).editing();
    assertThat(facebook.passedThrough()).isEqualTo("Facebook / Instagram");
    assertThat(facebook.reencoded()).isTrue();
    Editing screenshot = ExifReport.of(Reads.record(Shared.path("fixtures/ai-metadata/control-screenshot-macos.png"))).editing();
    assertThat(screenshot.traces()).extracting(Editing.Trace::kind).containsExactly(Editing.Kind.MACOS_PNG);
  }

  @Test void editorsOfControlsAreNamedAsWritten() throws IOException {
    Map<String, String> expected = Map.of("control-software-photoshop.png", "Adobe Photoshop CC 2019 (Windows)", "control-software-gimp.png", "GIMP 2.10.34",
        "control-xmp-lightroom.jpg", "Adobe Photoshop Lightroom Classic 13.2 (Windows)", "control-gimp.gif", "GIMP", "control-gimp-resave.webp", "GIMP 3.0.6",
        "control-gimp-resave.jpg", "GIMP", "control-photoshop-imageready.png", "Adobe Photoshop 23.3 (Windows)");
    Path folder = Shared.path("fixtures/ai-metadata");
    assertThat(Files.isDirectory(folder)).isTrue();
    expected.forEach((file, editor) -> assertThat(ExifReport.of(Reads.record(folder.resolve(file))).editing().software()).as(file).startsWith(editor));
    assertThat(ExifReport.of(Reads.record(folder.resolve("control-caption-midjourney.png"))).editing().software()).isEmpty();
  }
}
