package verimesh.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import verimesh.cli.CannotStart;
import verimesh.cli.analyze.FileOutcome;
import verimesh.cli.analyze.Tally;
import verimesh.cli.analyze.Words;
import verimesh.cli.term.Language;
import verimesh.orchestrator.v1.DecidedBy;
import verimesh.orchestrator.v1.Verdict;

/// The page. Cards are written to a file beside it as they come, so that ten thousand pictures do not lie in memory; the
/// page itself appears whole, at the end, or not at all.
///
/// [#prepare] may be called by many threads; everything else by one.
public final class HtmlReport implements AutoCloseable {
  private final Path target;
  private final Path cards;
  private final OutputStream out;
  private final Language language;
  private final InstantSource clock;
  private final Thumbnail thumbnails = new Thumbnail();
  private final Map<Path, Optional<String>> prepared = new ConcurrentHashMap<>();
  private final Set<DecidedBy> reasons = EnumSet.noneOf(DecidedBy.class);
  private int count;

  private HtmlReport(Path target, Path cards, OutputStream out, Language language, InstantSource clock) {
    this.target = target;
    this.cards = cards;
    this.out = out;
    this.language = language;
    this.clock = clock;
  }

  /// @throws CannotStart if nothing can be written there, which is better known before the first file than after the last
  public static HtmlReport open(Path target, Language language, InstantSource clock) {
    try {
      if (Files.isDirectory(target)) throw new CannotStart("cannot write the report: " + target + " is a folder");
      Path folder = target.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Path cards = Files.createTempFile(folder, ".verimesh-report-", ".part");
      return new HtmlReport(target, cards, Files.newOutputStream(cards), language, clock);
    } catch (IOException e) {
      throw new CannotStart("cannot write the report to " + target + ": " + e.getMessage());
    }
  }

  /// Makes the thumbnail ahead of [#add], on the caller's thread.
  public void prepare(Path file) {
    prepared.put(file, thumbnails.of(file));
  }

  public void add(FileOutcome outcome) {
    Path path = outcome.file().path();
    Optional<String> thumbnail = Optional.ofNullable(prepared.remove(path)).orElseGet(() -> thumbnails.of(path));
    if (outcome instanceof FileOutcome.Answered answered) reasons.add(answered.response().getDecidedBy());
    try {
      out.write(Card.of(outcome, thumbnail, count++, language).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the report: " + e.getMessage(), e);
    }
  }

  /// Puts the page together where it was asked for.
  public void write(Tally tally) {
    try {
      out.close();
      Path whole = Files.createTempFile(target.toAbsolutePath().getParent(), ".verimesh-report-", ".part");
      try (OutputStream page = Files.newOutputStream(whole)) {
        page.write(head(tally).getBytes(StandardCharsets.UTF_8));
        Files.copy(cards, page);
        page.write(tail().getBytes(StandardCharsets.UTF_8));
      }
      Files.move(whole, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the report to " + target + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(cards);
  }

  private String head(Tally tally) {
    String css = resource("report.css");
    String policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" + sha256(resource("report.js"))
        + "'; base-uri 'none'; form-action 'none'";
    var html = new Html();
    html.raw("<!doctype html>\n").open("html", "lang", language.tag()).raw("<head><meta charset=\"utf-8\">")
        .open("meta", "http-equiv", "Content-Security-Policy", "content", policy)
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\">")
        .element("title", say("VeriMesh report", "VeriMesh 보고서")).raw("<style>").raw(css).raw("</style></head><body>\n");
    html.open("header", "class", "top").open("div", "class", "wrap").open("div", "class", "row").open("div")
        .element("h1", say("Made by AI, and what says so?", "AI가 만들었는가, 무엇이 그렇게 말하는가?"))
        .element("p", when(tally), "class", "when").close("div");
    html.open("button", "class", "theme", "type", "button", "id", "theme", "data-auto", say("as the system", "시스템 설정"), "data-light", say("light", "밝게"),
            "data-dark", say("dark", "어둡게"))
        .text(say("Look: ", "화면: ")).element("span", say("as the system", "시스템 설정")).close("button").close("div");
    html.open("div", "class", "share", "role", "img", "aria-label", shares(tally));
    for (Map.Entry<Verdict, Integer> verdict : tally.verdicts().entrySet()) share(html, Card.tone(verdict.getKey()), verdict.getValue());
    share(html, "none", tally.refused());
    html.close("div").close("div").close("header").line();
    filters(html, tally);
    html.open("main", "class", "wrap").open("p", "class", "shown", "id", "shown", "role", "status", "data-pattern", say("{0} of {1} shown", "{1}개 중 {0}개 표시")).close("p")
        .open("p", "class", "empty", "id", "empty", "hidden", "").text(say("Nothing fits these filters.", "조건에 맞는 이미지가 없습니다.")).close("p")
        .open("div", "class", "list").line();
    return html.toString();
  }

  private void filters(Html html, Tally tally) {
    html.open("div", "class", "bar").open("div", "class", "wrap filters", "role", "search", "aria-label", say("Filters", "필터"));
    for (Map.Entry<Verdict, Integer> verdict : tally.verdicts().entrySet()) {
      if (verdict.getKey() != Verdict.VERDICT_UNSPECIFIED && verdict.getKey() != Verdict.UNRECOGNIZED) {
        chip(html, Card.tone(verdict.getKey()), Labels.verdict(verdict.getKey(), language), verdict.getValue());
      }
    }
    if (tally.refused() > 0) chip(html, "none", say("No answer", "답 없음"), tally.refused());
    html.element("label", say("Decided by", "결정 근거"), "for", "by", "class", "visually-hidden").open("select", "id", "by")
        .element("option", say("any reason", "모든 결정 근거"), "value", "");
    for (DecidedBy reason : reasons) html.element("option", Labels.decidedBy(reason, language), "value", Words.of(reason));
    html.close("select").element("label", say("Order", "정렬"), "for", "sort", "class", "visually-hidden").open("select", "id", "sort")
        .element("option", say("file order", "파일 순서"), "value", "file").element("option", say("AI first", "AI 먼저"), "value", "ai")
        .element("option", say("real first", "실제 먼저"), "value", "real").element("option", say("surest first", "확신 높은 순"), "value", "sure").close("select");
    html.open("div", "class", "grow").element("label", say("Search", "검색"), "for", "text", "class", "visually-hidden")
        .open("input", "type", "search", "id", "text", "placeholder", say("Search  ( / )", "검색  ( / )"), "autocomplete", "off")
        .close("div").close("div").close("div").line();
  }

  private static void share(Html html, String tone, int count) {
    if (count > 0) html.open("i", "class", tone, "style", "--n:" + count).close("i");
  }

  private static void chip(Html html, String tone, String name, int count) {
    html.open("button", "class", "chip " + tone, "type", "button", "data-verdict", tone, "aria-pressed", "true").raw("<span class=\"dot\"></span>")
        .text(name).element("b", Integer.toString(count)).close("button");
  }

  private String tail() {
    return new Html().close("div").close("main")
        .open("footer").open("div", "class", "wrap")
        .element("p", say(
            "VeriMesh never says that a human made a picture: at most that it is likely real. Metadata proves origin only as far as nobody typed it, "
                + "and a missing label proves nothing.",
            "VeriMesh는 사람이 만들었다고 말하지 않으며, 기껏해야 실제일 가능성이 높다고 말합니다. 메타데이터는 누군가 손으로 적지 않았을 때만 출처를 증명하며, 표시가 없다는 것은 아무것도 "
                + "증명하지 않습니다."))
        .element("p", say(
            "The ratio is the published formula's own: .70 and above speaks for AI, .30 and below for real. Confidence is not calibrated.",
            "비율은 공개된 공식의 값입니다. 0.70 이상은 AI, 0.30 이하는 실제를 가리킵니다. 확신도는 보정된 확률이 아닙니다."))
        .element("p", say("This page is complete in itself and sends nothing anywhere.", "이 페이지는 그 자체로 완결되며 어디로도 아무것도 보내지 않습니다."))
        .close("div").close("footer").raw("<script>").raw(resource("report.js")).raw("</script></body></html>\n").toString();
  }

  private String when(Tally tally) {
    String date = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault()).format(clock.instant());
    int pictures = tally.answered() + tally.refused();
    String skipped = tally.notImages() == 0 ? ""
        : say(", " + tally.notImages() + (tally.notImages() == 1 ? " other file skipped" : " other files skipped"), ", 이미지가 아닌 파일 " + tally.notImages() + "개 제외");
    return say((pictures == 1 ? "1 image" : pictures + " images") + skipped + " · " + date, "이미지 " + pictures + "장" + skipped + " · " + date);
  }

  private String shares(Tally tally) {
    var said = new StringBuilder();
    tally.verdicts().forEach((verdict, n) -> said.append(Labels.verdict(verdict, language)).append(' ').append(n).append(", "));
    return said.append(say("no answer ", "답 없음 ")).append(tally.refused()).toString();
  }

  private String say(String english, String korean) {
    return language.pick(english, korean);
  }

  static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String text) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
