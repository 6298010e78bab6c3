package verimesh.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.cli.Exit;
import verimesh.cli.testing.Answers;
import verimesh.cli.testing.Browser;
import verimesh.cli.testing.FakeMesh;
import verimesh.cli.testing.Screen;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;

class HtmlReportTest {
  private static final Path ROOT = Path.of(System.getProperty("verimesh.root"));

  @TempDir private Path folder;

  /// Two AI, two uncertain, one likely real, one without an answer.
  private static AnalyzeResponse answer(AnalyzeRequest request) {
    int kind = request.getImage().byteAt(request.getImage().size() - 1);
    return switch (kind) {
      case 1, 2 -> Answers.declared();
      case 3, 4 -> Answers.camera();
      case 5 -> Answers.likelyReal();
      default -> throw new ProblemException(new Problem.Invalid("UNREADABLE_HEADER", "The <b>PNG</b> header cannot be read."));
    };
  }

  private Path report(String... options) throws IOException {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    byte[] example = Files.readAllBytes(ROOT.resolve("examples/moon.gif"));
    for (int kind = 1; kind <= 6; kind++) {
      byte[] file = Arrays.copyOf(example, example.length + 1); // what follows a GIF's end is nobody's
      file[example.length] = (byte) kind;
      Files.write(pictures.resolve("picture-" + kind + (kind == 4 ? "<script>alert(1)</script>'\".gif".replace('/', '_') : ".gif")), file);
    }
    Path html = folder.resolve("out/report.html");
    String[] args = new String[4 + options.length];
    System.arraycopy(new String[] {"analyze", pictures.toString(), "--html", html.toString()}, 0, args, 0, 4);
    System.arraycopy(options, 0, args, 4, options.length);
    Screen screen = Screen.pipe();
    assertThat(screen.run(FakeMesh.analyzing(HtmlReportTest::answer), args)).isEqualTo(Exit.SOME_FAILED);
    assertThat(screen.err()).contains(html.toString());
    return html;
  }

  @Test
  void thePageHoldsEverythingItself() throws IOException {
    String page = Files.readString(report());
    Matcher addresses = Pattern.compile("(?:src|href)=\"([^\"]*)\"|url\\(([^)]*)\\)|@import").matcher(page);
    while (addresses.find()) assertThat(addresses.group(1)).startsWith("data:");
    assertThat(page).contains("default-src &#39;none&#39;").contains("lang=\"en\"").startsWith("<!doctype html>");
    assertThat(Files.list(folder.resolve("out"))).hasSize(1); // nothing left over beside it
  }

  @Test
  void nothingFromAFileBecomesMarkup() throws IOException {
    String page = Files.readString(report());
    assertThat(page).doesNotContain("<script>alert").doesNotContain("<b>PNG</b>").contains("&lt;b&gt;PNG&lt;/b&gt;");
  }

  @Test
  void allWordsOfThePageAreKoreanWhenAsked() throws IOException {
    String page = Files.readString(report("--lang", "ko"));
    assertThat(page).contains("lang=\"ko\"").contains("AI 생성").contains("불확실").contains("증거").contains("메타데이터");
    assertThat(page).doesNotContain(">Uncertain<").doesNotContain(">Evidence<").doesNotContain(">Metadata<");
  }

  @Test
  void aFolderInPlaceOfTheFileIsSaidBeforeAnythingIsAsked() throws IOException {
    Screen screen = Screen.pipe();
    FakeMesh mesh = FakeMesh.analyzing(HtmlReportTest::answer);
    assertThat(screen.run(mesh, "analyze", ROOT.resolve("examples").toString(), "--html", folder.toString())).isEqualTo(Exit.CANNOT_START);
    assertThat(screen.err()).contains("is a folder");
    assertThat(mesh.asked()).isEmpty();
  }

  @Test
  void filtersWorkInABrowserAndNoRequestLeavesThePage() throws Exception {
    Optional<Path> chromium = Browser.program();
    if (chromium.isEmpty()) System.out.println("skipped: no Chromium here, so the report page was not driven (apt-get install chromium)");
    Assumptions.assumeTrue(chromium.isPresent());
    Path page = report();
    try (var browser = new Browser(chromium.get(), Files.createDirectory(folder.resolve("profile")), page)) {
      String visible = "[...document.querySelectorAll('article')].filter(a => !a.hidden).length";
      assertThat(browser.evaluate(visible).getAsInt()).isEqualTo(6);
      assertThat(browser.evaluate("document.getElementById('shown').textContent").getAsString()).isEqualTo("6 of 6 shown");

      browser.evaluate("document.querySelector('.chip[data-verdict=ai]').click()");
      assertThat(browser.evaluate(visible).getAsInt()).isEqualTo(4);
      browser.evaluate("document.querySelector('.chip[data-verdict=ai]').click()");

      browser.evaluate("{ const by = document.getElementById('by'); by.value = 'low_coverage'; by.dispatchEvent(new Event('change')); }");
      assertThat(browser.evaluate(visible).getAsInt()).isEqualTo(2);
      browser.evaluate("{ const by = document.getElementById('by'); by.value = ''; by.dispatchEvent(new Event('change')); }");

      String type = "{ const t = document.getElementById('text'); t.value = '%s'; t.dispatchEvent(new Event('input')); }";
      browser.evaluate(type.formatted("DreamShaper picture-2"));
      assertThat(browser.evaluate(visible).getAsInt()).isEqualTo(1);
      browser.evaluate(type.formatted("nothing of that kind"));
      assertThat(browser.evaluate(visible).getAsInt()).isZero();
      assertThat(browser.evaluate("document.getElementById('empty').hidden").getAsBoolean()).isFalse();
      browser.evaluate(type.formatted(""));

      browser.evaluate("{ const s = document.getElementById('sort'); s.value = 'real'; s.dispatchEvent(new Event('change')); }");
      assertThat(browser.evaluate("document.querySelector('article').dataset.verdict").getAsString()).isNotEqualTo("ai");

      browser.evaluate("document.getElementById('theme').click()");
      assertThat(browser.evaluate("document.documentElement.dataset.theme").getAsString()).isEqualTo("light");
      String unnamed = "[...document.querySelectorAll('button,input,select,img,[role=img]')].filter(e => !(e.textContent.trim() || e.alt"
          + " || e.getAttribute('aria-label') || e.labels?.length)).length";
      assertThat(browser.evaluate(unnamed).getAsInt()).isZero();

      assertThat(browser.complaints()).isEmpty();
      assertThat(browser.requests()).containsExactly(page.toUri().toString());
    }
  }
}
