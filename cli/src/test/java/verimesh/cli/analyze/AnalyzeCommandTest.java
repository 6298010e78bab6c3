package verimesh.cli.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.Mesh;
import verimesh.cli.term.Console;
import verimesh.cli.term.Language;
import verimesh.cli.testing.Answers;
import verimesh.cli.testing.FakeMesh;
import verimesh.cli.testing.Screen;
import verimesh.cli.testing.Shape;
import verimesh.common.v1.Layer;
import verimesh.common.v1.Priority;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.SecondPass;

class AnalyzeCommandTest {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0};

  @TempDir private Path folder;

  private Path picture(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, PNG);
  }

  private static FakeMesh always(AnalyzeResponse response) {
    return FakeMesh.analyzing(_ -> response);
  }

  private static FakeMesh refusing() {
    return FakeMesh.analyzing(_ -> {
      throw new ProblemException(new Problem.Invalid("UNREADABLE_HEADER", "The PNG header cannot be read: it ends within IHDR."));
    });
  }

  @Test
  void jsonHasTheShapeOfTheExample() throws IOException {
    Screen screen = Screen.pipe();
    assertThat(screen.run(always(Answers.declared()), "analyze", picture("portrait.png").toString(), "--json")).isEqualTo(Exit.OK);
    assertThat(screen.lines()).hasSize(1);
    JsonObject line = JsonParser.parseString(screen.lines().getFirst()).getAsJsonObject();
    assertThat(Shape.differences(line, Shape.example("analyze.example.json"))).isEmpty();
    assertThat(line.keySet().iterator().next()).isEqualTo("file");
    assertThat(line.get("file").getAsString()).endsWith("portrait.png");
    assertThat(line.get("verdict").getAsString()).isEqualTo("VERDICT_AI_GENERATED");
    assertThat(line.getAsJsonObject("image").get("bytes").getAsString()).isEqualTo("412345");
    assertThat(line.get("took").getAsString()).isEqualTo("0.058s");
  }

  @Test
  void jsonOfAnEmptyAnswerStillHasEveryFieldThatHasADefault() throws IOException {
    Screen screen = Screen.pipe();
    screen.run(always(AnalyzeResponse.getDefaultInstance()), "analyze", picture("a.png").toString(), "--json");
    JsonObject line = JsonParser.parseString(screen.out()).getAsJsonObject();
    assertThat(line.keySet()).contains("verdictId", "externalId", "verdict", "confidence", "decidedBy", "policy", "coverage", "missingDecisive", "summary",
        "layers", "evidence", "fromCache");
    assertThat(line.keySet()).doesNotContain("ratio"); // absent when no layer said anything
  }

  @Test
  void textsWithQuotesBackslashesAndMarkupSurviveTheJson() throws IOException {
    String nasty = "it's <b> & \\u0027 = \"x\" \\\\ \n 한글 \u2028";
    Screen screen = Screen.pipe();
    screen.run(always(Answers.declared().toBuilder().setSummary(nasty).build()), "analyze", picture("a.png").toString(), "--json");
    assertThat(screen.lines()).hasSize(1);
    assertThat(JsonParser.parseString(screen.out()).getAsJsonObject().get("summary").getAsString()).isEqualTo(nasty);
    assertThat(screen.out()).contains("it's <b> & ");
  }

  @Test
  void aRefusedFileIsAnErrorObjectAndExitCodeOne() throws IOException {
    Screen screen = Screen.pipe();
    assertThat(screen.run(refusing(), "analyze", picture("a.png").toString(), "--json")).isEqualTo(Exit.SOME_FAILED);
    JsonObject line = JsonParser.parseString(screen.out()).getAsJsonObject();
    assertThat(line.keySet()).containsExactly("file", "error");
    assertThat(line.getAsJsonObject("error").keySet()).containsExactly("code", "reason", "message");
    assertThat(line.getAsJsonObject("error").get("code").getAsString()).isEqualTo("INVALID_ARGUMENT");
    assertThat(line.getAsJsonObject("error").get("reason").getAsString()).isEqualTo("UNREADABLE_HEADER");
  }

  @Test
  void aMissingFileDoesNotKeepTheOthersFromTheirAnswers() throws IOException {
    Screen screen = Screen.pipe();
    assertThat(screen.run(always(Answers.camera()), "analyze", folder.resolve("nowhere.jpg").toString(), picture("a.png").toString(), "--json"))
        .isEqualTo(Exit.SOME_FAILED);
    assertThat(screen.lines()).hasSize(2);
    assertThat(screen.lines().getFirst()).contains("\"error\"").contains("FILE_MISSING");
    assertThat(screen.lines().getLast()).contains("VERDICT_UNCERTAIN");
  }

  @Test
  void foldersAreSearchedAndWhatIsNoPictureIsSkippedAndCounted() throws IOException {
    picture("deep/down/a.png");
    picture("b.png");
    picture(".hidden/c.png");
    Files.writeString(folder.resolve("notes.txt"), "not a picture");
    Files.writeString(folder.resolve("deep/index.csv"), "a,b");
    Screen screen = Screen.pipe();
    assertThat(screen.run(always(Answers.camera()), "analyze", folder.toString())).isEqualTo(Exit.OK);
    assertThat(screen.out()).contains("b.png").contains("deep/down/a.png").doesNotContain("c.png").contains("2 pictures").contains("2 files are no pictures");
  }

  @Test
  void aTextFileNamedLikeAPictureIsNotSkipped() throws IOException {
    Files.writeString(folder.resolve("holiday.jpg"), "not a picture");
    Screen screen = Screen.pipe();
    var mesh = FakeMesh.analyzing(_ -> {
      throw new ProblemException(new Problem.Invalid("NOT_AN_IMAGE", "The file begins like no image format that is known here."));
    });
    assertThat(screen.run(mesh, "analyze", folder.toString(), "--json")).isEqualTo(Exit.SOME_FAILED);
    assertThat(screen.out()).contains("NOT_AN_IMAGE");
  }

  @Test
  void answersComeInTheOrderOfTheFilesHoweverLongEachTakes() throws IOException {
    for (int i = 0; i < 9; i++) picture("p" + i + ".png");
    var first = new CountDownLatch(1);
    var asked = new AtomicInteger();
    var mesh = FakeMesh.analyzing(_ -> {
      if (asked.incrementAndGet() == 1) await(first); // the first question is answered after another one was asked
      else first.countDown();
      return Answers.camera();
    });
    Screen screen = Screen.pipe();
    assertThat(screen.run(mesh, "analyze", folder.toString(), "--json", "--jobs", "3")).isEqualTo(Exit.OK);
    assertThat(screen.lines().stream().map(line -> JsonParser.parseString(line).getAsJsonObject().get("file").getAsString().replaceAll(".*/", "")))
        .containsExactly("p0.png", "p1.png", "p2.png", "p3.png", "p4.png", "p5.png", "p6.png", "p7.png", "p8.png");
  }

  @Test
  void csvHasOneRowAFileWithAsManyColumnsAsTheHeader() throws IOException {
    picture("a,\"b\".png");
    picture("c.png");
    Screen screen = Screen.pipe();
    assertThat(screen.run(always(Answers.likelyReal()), "analyze", folder.toString(), "--csv")).isEqualTo(Exit.OK);
    assertThat(screen.lines()).hasSize(3);
    assertThat(screen.lines().get(1)).contains("a,\"\"b\"\".png\",likely_real,0.8312,formula,0.1688,0.7,not_applicable,answered,answered,,Canon EOS R60,captured,jpeg");
    assertThat(screen.lines().get(2).split(",", -1)).hasSameSizeAs(screen.lines().getFirst().split(","));
  }

  @ParameterizedTest
  @CsvSource({"=1+2,'''=1+2'", "+x,'''+x'", "-x,'''-x'", "@x,'''@x'", "a=b,a=b"})
  void noSpreadsheetTakesATextForAFormula(String text, String written) {
    assertThat(CsvSink.text(text)).isEqualTo(written);
  }

  @Test
  void theTableSaysVerdictsInTheirWordsAndWhyALayerIsSilent() throws IOException {
    picture("a.png");
    Screen screen = Screen.pipe();
    screen.run(always(Answers.camera()), "analyze", folder.toString());
    assertThat(screen.out()).contains("uncertain").contains("low_coverage").contains("hash: not_applicable (the index holds no item)")
        .contains("content: not_configured (no model)").doesNotContain("\u001b");
  }

  @Test
  void onATerminalTheTableIsColouredAndFitsItsWidth() throws IOException {
    picture("a-picture-with-a-rather-long-name-that-does-not-fit-beside-the-rest-of-the-columns.png");
    Screen screen = Screen.terminal(90);
    screen.run(always(Answers.declared()), "analyze", folder.toString());
    assertThat(screen.out()).contains("\u001b[");
    assertThat(screen.lines()).allSatisfy(line -> assertThat(line.replaceAll("\u001b\\[[0-9;]*m", "").length()).isLessThanOrEqualTo(90));
  }

  @Test
  void koreanIsAskedForAndSpoken() throws IOException {
    picture("a.png");
    FakeMesh mesh = always(Answers.camera());
    Screen screen = Screen.pipe();
    screen.run(mesh, "analyze", folder.toString(), "--lang", "ko");
    assertThat(screen.out()).contains("판정").contains("이미지 1장").contains("uncertain");
    assertThat(mesh.asked().getFirst().getLanguage()).isEqualTo(verimesh.common.v1.Language.LANGUAGE_KO);
  }

  @Test
  void theLocalesLanguageIsTheDefault() throws IOException {
    picture("a.png");
    FakeMesh mesh = always(Answers.camera());
    Screen.pipe().in(Language.KO).run(mesh, "analyze", folder.toString());
    assertThat(mesh.asked().getFirst().getLanguage()).isEqualTo(verimesh.common.v1.Language.LANGUAGE_KO);
  }

  @Test
  void everyOptionReachesTheRequest() throws IOException {
    FakeMesh mesh = always(Answers.camera());
    Screen.pipe().run(mesh, "analyze", picture("a.png").toString(), "--policy", "calibrated", "--deadline", "1500ms", "--layers", "hash,metadata",
        "--second-pass", "on-uncertain", "--external-id", "upload-4711");
    AnalyzeRequest asked = mesh.asked().getFirst();
    assertThat(asked.getPolicy()).isEqualTo("calibrated");
    assertThat(asked.getDeadline().getNanos()).isEqualTo(500_000_000);
    assertThat(asked.getLayersList()).containsExactly(Layer.LAYER_HASH, Layer.LAYER_METADATA);
    assertThat(asked.getSecondPass()).isEqualTo(SecondPass.SECOND_PASS_ON_UNCERTAIN);
    assertThat(asked.getExternalId()).isEqualTo("upload-4711");
    assertThat(asked.getPriority()).isEqualTo(Priority.PRIORITY_INTERACTIVE);
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
    "--json --csv;exclude each other",
    "--jobs 0;expected 1 to 256",
    "--deadline soon;expected a time such as",
    "--layers pixels;there are hash, metadata and content",
    "--lang fr;expected en or ko",
    "--second-pass maybe;there are off, on-uncertain",
    "--jsno;did you mean --json?",
    "--jobs many;Invalid value"
  })
  void wrongUsageSaysWhatWasExpectedAndEndsWithTwo(String options, String said) throws IOException {
    Screen screen = Screen.pipe();
    String[] args = ("analyze " + picture("a.png") + " " + options).split(" ");
    assertThat(screen.run(always(Answers.camera()), args)).isEqualTo(Exit.USAGE);
    assertThat(screen.err()).contains(said).doesNotContain("Exception");
    assertThat(screen.out()).isEmpty();
  }

  @Test
  void anEmptyFolderIsNoFailureAndIsSaid() {
    Screen screen = Screen.pipe();
    assertThat(screen.run(always(Answers.camera()), "analyze", folder.toString())).isEqualTo(Exit.OK);
    assertThat(screen.err()).contains("no picture found");
  }

  @Test
  void aReaderThatWentAwayEndsTheCommandQuietly() throws IOException {
    for (int i = 0; i < 50; i++) picture("p" + i + ".png");
    var seen = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var head = new OutputStream() {
      private int lines;

      @Override
      public void write(int b) throws IOException {
        if (lines == 2) throw new IOException("Broken pipe");
        if (b == '\n') lines++;
        seen.write(b);
      }
    };
    var console = new Console(head, err, false, false, 0, false);
    int exit = Mesh.run(new Context(console, folder, Map.of(), Language.EN, always(Answers.camera())), "analyze", folder.toString(), "--json");
    assertThat(exit).isEqualTo(Exit.OK);
    assertThat(err.toString()).isEmpty();
    assertThat(seen.toString().lines()).hasSize(2);
  }

  @Test
  void aFullDiskIsNotTakenForSuccess() throws IOException {
    picture("a.png");
    var err = new ByteArrayOutputStream();
    var full = new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("No space left on device");
      }
    };
    var console = new Console(full, err, false, false, 0, false);
    int exit = Mesh.run(new Context(console, folder, Map.of(), Language.EN, always(Answers.camera())), "analyze", folder.toString());
    assertThat(exit).isEqualTo(Exit.CANNOT_START);
    assertThat(err.toString()).contains("No space left on device").doesNotContain("at verimesh");
  }

  @Test
  void anOverloadedOrchestratorIsAskedAgainWhenItSays() throws IOException {
    var asked = new AtomicInteger();
    var mesh = FakeMesh.analyzing(_ -> {
      if (asked.incrementAndGet() < 3) throw new ProblemException(new Problem.Overloaded("OVERLOADED", "Full.", Duration.ofMillis(1)));
      return Answers.camera();
    });
    Screen screen = Screen.pipe();
    assertThat(screen.run(mesh, "analyze", picture("a.png").toString(), "--json")).isEqualTo(Exit.OK);
    assertThat(asked.get()).isEqualTo(3);
  }

  @Test
  void aStrangersTextDoesNotMoveTheCursor() throws IOException {
    Screen screen = Screen.pipe();
    screen.run(always(Answers.camera().toBuilder().setSummary("a\u001b[2Jb\nc\u202Ed").build()), "analyze", picture("a.png").toString());
    assertThat(screen.out()).contains("a·[2Jb c·d");
  }

  @Test
  void severalFilesAreABatchSoThatOthersGoFirst() throws IOException {
    picture("a.png");
    FakeMesh mesh = always(Answers.camera());
    Screen.pipe().run(mesh, "analyze", folder.toString());
    assertThat(mesh.asked()).extracting(AnalyzeRequest::getPriority).isEqualTo(List.of(Priority.PRIORITY_BATCH));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
