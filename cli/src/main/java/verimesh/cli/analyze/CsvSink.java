package verimesh.cli.analyze;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import verimesh.cli.term.Console;
import verimesh.common.v1.Layer;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.LayerReport;

/// `--csv`: one row a file, RFC 4180, with a header.
///
/// Texts that come from files are written so that no spreadsheet takes them for a formula: a leading `=`, `+`, `-` or `@`
/// gets an apostrophe in front. Programs read `--json`, where nothing is changed.
final class CsvSink implements Sink {
  private static final String HEADER =
      "file,verdict,confidence,decided_by,ratio,coverage,hash,metadata,content,generator,capture_device,label_class,format,width,"
          + "height,bytes,sha256,took_ms,verdict_id,summary,error_reason,error_message";
  private static final int COLUMNS = HEADER.split(",").length;

  private final Console console;

  CsvSink(Console console) {
    this.console = console;
    console.line(HEADER);
  }

  @Override
  public void accept(FileOutcome outcome) {
    console.line(String.join(",", switch (outcome) {
      case FileOutcome.Answered(FoundFile file, AnalyzeResponse response) -> answered(file, response);
      case FileOutcome.Refused(FoundFile file, Refusal refusal) -> refused(file, refusal);
    }));
  }

  private static List<String> answered(FoundFile file, AnalyzeResponse r) {
    return List.of(
        text(file.shown()),
        Words.of(r.getVerdict()),
        number(r.getConfidence()),
        Words.of(r.getDecidedBy()),
        r.hasRatio() ? number(r.getRatio()) : "",
        number(r.getCoverage()),
        layer(r, Layer.LAYER_HASH),
        layer(r, Layer.LAYER_METADATA),
        layer(r, Layer.LAYER_CONTENT),
        text(r.getProvenance().getGeneratorName()),
        text(r.getProvenance().getCaptureDevice()),
        Words.of(r.getProvenance().getLabelClass()),
        r.getImage().getFormat(),
        Integer.toUnsignedString(r.getImage().getWidth()),
        Integer.toUnsignedString(r.getImage().getHeight()),
        Long.toUnsignedString(r.getImage().getBytes()),
        r.getImage().getSha256(),
        Long.toString(r.getTook().getSeconds() * 1000 + r.getTook().getNanos() / 1_000_000),
        r.getVerdictId(),
        text(r.getSummary()),
        "",
        "");
  }

  private static List<String> refused(FoundFile file, Refusal refusal) {
    var row = new ArrayList<String>();
    row.add(text(file.shown()));
    while (row.size() < COLUMNS - 2) row.add("");
    row.add(refusal.reason());
    row.add(text(refusal.message()));
    return row;
  }

  private static String layer(AnalyzeResponse response, Layer layer) {
    return response.getLayersList().stream().filter(report -> report.getLayer() == layer)
        .map(LayerReport::getOutcome).findFirst().map(Words::of).orElse("");
  }

  /// Four digits after the point, without zeros at the end.
  private static String number(double value) {
    String digits = String.format(Locale.ROOT, "%.4f", value);
    return digits.replaceAll("\\.?0+$", "");
  }

  static String text(String text) {
    String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    return safe.matches("(?s).*[\",\r\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }
}
