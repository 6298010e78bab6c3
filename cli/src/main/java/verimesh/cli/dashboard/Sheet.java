package verimesh.cli.dashboard;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import verimesh.cli.report.Html;

/// A whole dashboard as one SVG, laid out as Grafana lays it out.
final class Sheet {
  private static final int WIDTH = 1440;
  private static final int MARGIN = 16;
  private static final int HEAD = 64;
  /// A line of Grafana's grid and the gap below it, in pixels.
  private static final int LINE = 38;
  private static final int GAP = 8;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Sheet() {}

  /// @param values each panel's lines
  static String of(Dashboard dashboard, Moments moments, Map<Dashboard.Panel, List<Series>> values) {
    int lines = dashboard.boxes().stream().mapToInt(box -> box.place().y() + box.place().height()).max().orElse(0);
    int height = HEAD + lines * LINE + MARGIN;
    var out = new Html();
    out.open("svg", "xmlns", "http://www.w3.org/2000/svg", "width", Integer.toString(WIDTH), "height", Integer.toString(height),
        "viewBox", "0 0 " + WIDTH + " " + height, "font-family", "Inter, 'Segoe UI', 'DejaVu Sans', sans-serif").line();
    Plot.rectangle(out, 0, 0, WIDTH, height, "#f4f5f7", "none");
    Plot.write(out, MARGIN, 28, "start", 20, "#1f2328", "600", dashboard.title());
    Plot.write(out, MARGIN, 48, "start", 12, "#57606a", "400", dashboard.description());
    Plot.write(out, WIDTH - MARGIN, 28, "end", 12, "#57606a", "400",
        TIME.format(Instant.ofEpochSecond(moments.start())) + " to " + TIME.format(Instant.ofEpochSecond(moments.end())) + " UTC");
    double column = (WIDTH - 2.0 * MARGIN + GAP) / 24;
    for (Dashboard.Box box : dashboard.boxes()) {
      Dashboard.Place place = box.place();
      double left = MARGIN + place.x() * column;
      double top = HEAD + place.y() * LINE;
      switch (box) {
        case Dashboard.Row row -> Plot.write(out, left, top + 22, "start", 15, "#1f2328", "600", row.title());
        case Dashboard.Panel panel ->
            new Plot(left, top, place.width() * column - GAP, place.height() * LINE - GAP).draw(out, panel, moments, values.getOrDefault(panel, List.of()));
      }
    }
    return out.close("svg").line().toString();
  }
}
