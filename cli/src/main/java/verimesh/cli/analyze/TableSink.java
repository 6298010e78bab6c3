package verimesh.cli.analyze;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import verimesh.cli.term.Console;
import verimesh.cli.term.Ink;
import verimesh.cli.term.Language;
import verimesh.cli.term.Plain;
import verimesh.cli.term.Width;
import verimesh.common.v1.Evidence;
import verimesh.common.v1.Layer;
import verimesh.common.v1.LayerOutcome;
import verimesh.common.v1.Side;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.LayerReport;
import verimesh.orchestrator.v1.Verdict;

/// The table for people: a row a file, as they are answered, and what came of all at the end.
final class TableSink implements Sink {
  private static final int FILE_COLUMNS_MAX = 44;
  private static final int VERDICT_COLUMNS = 12;
  private static final int CONFIDENCE_COLUMNS = 4;
  private static final int DECIDED_COLUMNS = 12;
  private static final String GAP = "  ";

  private final Console console;
  private final Language language;
  private final boolean verbose;
  private final int fileColumns;
  private final int whyColumns;

  /// @param files all that will come, so that the columns fit
  /// @param verbose shows layers and evidence under each row
  TableSink(Console console, Language language, boolean verbose, List<FoundFile> files) {
    this.console = console;
    this.language = language;
    this.verbose = verbose;
    int columns = console.columns(0);
    int widest = files.stream().mapToInt(file -> Width.of(Plain.line(file.shown()))).max().orElse(4);
    int most = columns == 0 ? Integer.MAX_VALUE : Math.min(FILE_COLUMNS_MAX, Math.max(16, columns * 2 / 5));
    this.fileColumns = Math.clamp(widest, 4, Math.max(4, most));
    int before = fileColumns + VERDICT_COLUMNS + CONFIDENCE_COLUMNS + DECIDED_COLUMNS + 4 * GAP.length();
    // In a file or a pipe nothing is cut; in a narrow terminal the reasons get a line of their own.
    this.whyColumns = columns == 0 ? Integer.MAX_VALUE : columns - before;
    if (!files.isEmpty()) header();
  }

  private void header() {
    String header = row(
        language.pick("file", "파일"), language.pick("verdict", "판정"), language.pick("conf", "확신"),
        language.pick("decided by", "결정 근거"), whyBeside() ? language.pick("what says so", "판정 이유") : "");
    console.line(console.ink(Ink.FAINT, header));
  }

  private boolean whyBeside() {
    return whyColumns >= 24;
  }

  @Override
  public void accept(FileOutcome outcome) {
    String file = Width.pad(Width.cutFront(Plain.line(outcome.file().shown()), fileColumns), fileColumns);
    switch (outcome) {
      case FileOutcome.Refused refused -> {
        String said = Plain.line(refused.refusal().message() + " (" + refused.refusal().reason() + ")");
        console.line(file + GAP + console.ink(Ink.BAD, language.pick("no answer", "답 없음")) + GAP + said);
      }
      case FileOutcome.Answered answered -> show(file, answered.response());
    }
  }

  private void show(String file, AnalyzeResponse response) {
    String verdict = console.ink(ink(response.getVerdict()), Width.pad(Words.of(response.getVerdict()), VERDICT_COLUMNS));
    String confidence = String.format(Locale.ROOT, "%.2f", response.getConfidence());
    String decided = Width.pad(Words.of(response.getDecidedBy()), DECIDED_COLUMNS);
    String why = Plain.line(response.getSummary());
    String row = file + GAP + verdict + GAP + Width.pad(confidence, CONFIDENCE_COLUMNS) + GAP + decided;
    if (whyBeside()) {
      console.line((row + GAP + Width.cut(why, verbose ? Integer.MAX_VALUE : whyColumns)).stripTrailing());
    } else {
      console.line(row.stripTrailing());
      if (!why.isEmpty()) console.line("    " + console.ink(Ink.FAINT, Width.cut(why, Math.max(20, console.columns(80) - 4))));
    }
    if (verbose) detail(response);
  }

  private void detail(AnalyzeResponse response) {
    for (LayerReport layer : response.getLayersList()) {
      String said = layer.getOutcome() == LayerOutcome.LAYER_OUTCOME_ANSWERED
          ? String.format(Locale.ROOT, "ai %.3f  real %.3f", layer.getAi(), layer.getReal())
          : Words.of(layer.getOutcome());
      String reason = layer.getReason().isEmpty() ? "" : "  " + Plain.line(layer.getReason());
      console.line("    " + console.ink(Ink.NAME, Width.pad(Words.of(layer.getLayer()), 9)) + " " + said + console.ink(Ink.FAINT, reason));
    }
    if (response.hasRatio()) {
      console.line(String.format(Locale.ROOT, "    %s ratio %.3f  coverage %.2f",
          console.ink(Ink.NAME, Width.pad(language.pick("formula", "공식"), 9)), response.getRatio(), response.getCoverage()));
    }
    for (Evidence evidence : response.getEvidenceList()) {
      String mark = evidence.getSide() == Side.SIDE_AI ? console.ink(Ink.AI, "ai  ")
          : evidence.getSide() == Side.SIDE_REAL ? console.ink(Ink.REAL, "real") : console.ink(Ink.FAINT, "fact");
      String level = evidence.getLevel().getNumber() > 1 ? " " + console.ink(Ink.STRONG, Words.of(evidence.getLevel())) : "";
      console.line("      " + mark + level + "  " + Plain.line(evidence.getText()));
    }
  }

  @Override
  public void end(Tally tally) {
    if (tally.answered() + tally.refused() == 0) {
      console.note(language.pick("no picture found", "이미지를 찾지 못했습니다") + skipped(tally));
      return;
    }
    console.line("");
    var verdicts = new StringJoiner(", ");
    for (Map.Entry<Verdict, Integer> entry : tally.verdicts().entrySet()) {
      if (entry.getValue() > 0) verdicts.add(console.ink(ink(entry.getKey()), entry.getValue() + " " + Words.of(entry.getKey())));
    }
    String refused = tally.refused() == 0 ? ""
        : console.ink(Ink.BAD, language.pick("; " + tally.refused() + " without an answer", "; 답 없음 " + tally.refused()));
    if (tally.answered() == 0) {
      console.line(console.ink(Ink.BAD, language.pick(
          tally.refused() == 1 ? "no answer for 1 file" : "no answer for " + tally.refused() + " files", "파일 " + tally.refused() + "개에 답 없음"))
          + skipped(tally) + ", " + seconds(tally.took()));
      return;
    }
    String pictures = language.pick(
        tally.answered() == 1 ? "1 picture" : tally.answered() + " pictures", "이미지 " + tally.answered() + "장");
    console.line(pictures + (verdicts.length() > 0 ? ": " + verdicts : "") + refused + skipped(tally) + ", " + seconds(tally.took()));
    for (String line : silent(tally)) console.line(console.ink(Ink.FAINT, line));
  }

  private String skipped(Tally tally) {
    if (tally.notImages() == 0) return "";
    return language.pick(
        "; " + tally.notImages() + (tally.notImages() == 1 ? " file is no picture" : " files are no pictures"),
        "; 이미지가 아닌 파일 " + tally.notImages() + "개");
  }

  /// Why layers said nothing, so that nobody takes silence for an answer.
  private List<String> silent(Tally tally) {
    var lines = new ArrayList<String>();
    for (Map.Entry<Layer, Map<String, Integer>> layer : tally.silentLayers().entrySet()) {
      for (Map.Entry<String, Integer> why : layer.getValue().entrySet()) {
        String count = why.getValue() == tally.answered() ? "" : why.getValue() + " × ";
        lines.add(Words.of(layer.getKey()) + ": " + count + Plain.line(why.getKey()));
      }
    }
    return lines;
  }

  private static String row(String file, int fileColumns, String verdict, String confidence, String decided, String why) {
    return Width.pad(file, fileColumns) + GAP + Width.pad(verdict, VERDICT_COLUMNS) + GAP + Width.pad(confidence, CONFIDENCE_COLUMNS)
        + GAP + Width.pad(decided, DECIDED_COLUMNS) + GAP + why;
  }

  private String row(String file, String verdict, String confidence, String decided, String why) {
    return row(file, fileColumns, verdict, confidence, decided, why).stripTrailing();
  }

  private static Ink ink(Verdict verdict) {
    return switch (verdict) {
      case VERDICT_AI_GENERATED -> Ink.AI;
      case VERDICT_LIKELY_REAL -> Ink.REAL;
      case VERDICT_UNCERTAIN, VERDICT_UNSPECIFIED, UNRECOGNIZED -> Ink.OPEN;
    };
  }

  static String seconds(Duration took) {
    return String.format(Locale.ROOT, took.toSeconds() < 10 ? "%.1f s" : "%.0f s", took.toMillis() / 1000.0);
  }
}
