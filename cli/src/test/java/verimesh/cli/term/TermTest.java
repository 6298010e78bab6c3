package verimesh.cli.term;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TermTest {
  @ParameterizedTest
  @CsvSource({"abc,3", "한글,4", "e\u0301,1", "🌊,2", "日本,4", "'',0"})
  void widthIsCountedInColumns(String text, int columns) {
    assertThat(Width.of(text)).isEqualTo(columns);
  }

  @ParameterizedTest
  @CsvSource({"abcdef,6,abcdef", "abcdef,5,abcd…", "한글이다,5,한글…", "한글이다,4,한…", "abc,0,''", "abc,1,…"})
  void cutTextsFit(String text, int columns, String cut) {
    assertThat(Width.cut(text, columns)).isEqualTo(cut);
    assertThat(Width.of(Width.cut(text, columns))).isLessThanOrEqualTo(columns);
  }

  @Test
  void aPathIsCutInFront() {
    assertThat(Width.cutFront("/a/long/way/to/picture.png", 14)).isEqualTo("…o/picture.png");
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {"LANG=ko_KR.UTF-8;KO", "LANG=C;EN", "LC_ALL=en_US.UTF-8;EN", "NOTHING=1;EN"})
  void theLocaleDecidesTheLanguage(String variable, Language language) {
    String[] parts = variable.split("=");
    assertThat(Language.of(Map.of(parts[0], parts[1]))).isEqualTo(language);
  }

  @Test
  void lcAllStandsAboveLang() {
    assertThat(Language.of(Map.of("LANG", "ko_KR.UTF-8", "LC_ALL", "en_US.UTF-8"))).isEqualTo(Language.EN);
    assertThat(Language.of(Map.of("LANG", "ko_KR.UTF-8", "LC_ALL", ""))).isEqualTo(Language.KO);
  }

  @Test
  void aLineOfTheAnswerNeverMixesWithTheProgressLine() {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var console = new Console(out, err, true, true, 40, false);
    console.progress("working");
    console.line("answer");
    console.progress("");
    assertThat(out.toString()).isEqualTo("answer\n");
    assertThat(err.toString()).isEqualTo("working\r\u001b[Kworking\r\u001b[K");
  }

  @Test
  void withoutATerminalThereIsNoProgressLineAndNoColour() {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var console = new Console(out, err, false, false, 0, true);
    console.progress("working");
    assertThat(console.ink(Ink.AI, "x")).isEqualTo("x");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theTimeLeftIsWhatTheRestTakesAtTheSameRate() {
    var err = new ByteArrayOutputStream();
    var now = new AtomicLong(1_000_000);
    var progress = new Progress(new Console(new ByteArrayOutputStream(), err, true, true, 200, false), () -> Instant.ofEpochMilli(now.get()), 100);
    for (int i = 0; i < 10; i++) {
      now.addAndGet(1_000);
      progress.done("p" + i + ".png");
    }
    assertThat(err.toString()).contains("10/100").contains("10 %").contains("1.0/s").contains("ETA 1:30").contains("p9.png");
  }

  @Test
  void strangersTextsKeepTheirLettersAndLoseTheirControls() {
    assertThat(Plain.line("né 한글 👩‍🚀")).isEqualTo("né 한글 👩‍🚀");
    assertThat(Plain.line("a\u0007b\u001b]0;title\u0007\u2066c\ud800")).isEqualTo("a·b·]0;title··c·");
  }
}
