package verimesh.cli.dashboard;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import verimesh.cli.report.Html;

/// One panel as SVG: a frame, its title and what it says, then lines over time or the last values, and who is who.
///
/// @param left and `top`, `width`, `height` in pixels
record Plot(double left, double top, double width, double height) {
  private static final List<String> COLOURS =
      List.of("#3274d9", "#e0752d", "#56a64b", "#c4162a", "#8f3bb8", "#b8860b", "#0a8a8a", "#e02f84", "#6e7681", "#7a5230");
  private static final Map<String, String> NAMED =
      Map.of("red", "#c4162a", "orange", "#e0752d", "yellow", "#b8860b", "green", "#56a64b", "blue", "#3274d9", "purple", "#8f3bb8", "gray", "#8e959c");
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int LEGEND_LINE = 15;
  private static final int LEGEND_LINES_MAX = 5;
  /// A letter's mean width at eleven pixels, a little too wide, so that nothing runs into its neighbour.
  private static final double LETTER = 6.1;

  /// @param series in the order of their queries
  void draw(Html out, Dashboard.Panel panel, Moments moments, List<Series> series) {
    rectangle(out, left, top, width, height, "#ffffff", "#d8dde3");
    write(out, left + 12, top + 20, "start", 13, "#1f2328", "600", panel.title());
    write(out, left + 12, top + 36, "start", 11, "#6e7681", "400", cut(panel.description(), width - 24));
    if (series.stream().allMatch(s -> Double.isNaN(s.last()))) {
      write(out, left + width / 2, top + height / 2 + 10, "middle", 13, "#8e959c", "400", "no data");
    } else if (panel.type().equals("stat")) {
      numbers(out, panel, series);
    } else {
      var there = series.stream().filter(s -> !Double.isNaN(s.last()));
      // The legend has no room for all, so the greatest come first; what is stacked keeps its order.
      lines(out, panel, moments, (panel.stacked() ? there : there.sorted(Comparator.comparingDouble(Series::greatest).reversed())).toList());
    }
  }

  private void numbers(Html out, Dashboard.Panel panel, List<Series> series) {
    double each = (width - 24) / series.size();
    for (int i = 0; i < series.size(); i++) {
      double middle = left + 12 + each * (i + 0.5);
      double value = series.get(i).last();
      String words = panel.words().getOrDefault(value, Scale.words(value, panel.unit()));
      write(out, middle, top + height / 2 + 16, "middle", each < 90 ? 20 : 30, value == 0 && panel.words().containsKey(0.0) ? NAMED.get("red") : "#1f6f3f", "600", words);
      write(out, middle, top + height / 2 + 40, "middle", 11, "#57606a", "400", cut(series.get(i).name(), each));
    }
  }

  private void lines(Html out, Dashboard.Panel panel, Moments moments, List<Series> series) {
    List<Entry> legend = legend(series.stream().map(s -> shortened(panel, s) + "  " + Scale.words(s.last(), panel.unit())).toList());
    int legendLines = legend.getLast().line() + 1;
    double x0 = left + 58;
    double x1 = left + width - 14;
    double y0 = top + height - 24 - legendLines * LEGEND_LINE - 6;
    double y1 = top + 50;

    List<double[]> drawn = new ArrayList<>();
    double least = 0;
    double greatest = 0;
    for (Series s : series) {
      double[] values = s.values().clone();
      if (panel.stacked() && !drawn.isEmpty()) {
        for (int i = 0; i < values.length; i++) values[i] = zero(values[i]) + zero(drawn.getLast()[i]);
      }
      drawn.add(values);
      for (double value : values) {
        if (Double.isNaN(value)) continue;
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
    }
    Scale scale = Scale.over(least, panel.most().orElse(greatest), panel.unit());
    for (int step = 0; scale.bottom() + step * scale.step() <= scale.top() * (1 + 1e-9); step++) {
      double value = scale.bottom() + step * scale.step();
      double y = y0 + (y1 - y0) * (value - scale.bottom()) / (scale.top() - scale.bottom());
      line(out, x0, y, x1, y, "#e7ebef");
      write(out, x0 - 6, y + 4, "end", 10, "#6e7681", "400", scale.words(Math.abs(value) < scale.step() * 1e-9 ? 0 : value));
    }
    for (int tick = 0; tick <= 4; tick++) {
      double x = x0 + (x1 - x0) * tick / 4;
      String anchor = tick == 0 ? "start" : tick == 4 ? "end" : "middle";
      write(out, x, y0 + 14, anchor, 10, "#6e7681", "400", CLOCK.format(Instant.ofEpochSecond(moments.start() + (moments.end() - moments.start()) * tick / 4)));
    }
    for (int i = drawn.size() - 1; i >= 0; i--) {
      String path = path(drawn.get(i), scale, x0, y0, x1, y1, moments.count());
      String colour = colour(panel, series.get(i), i);
      if (panel.stacked()) {
        double[] below = i == 0 ? new double[moments.count()] : drawn.get(i - 1);
        out.open("path", "d", area(drawn.get(i), below, scale, x0, y0, x1, y1), "fill", colour, "fill-opacity", "0.55", "stroke", "none").close("path").line();
      }
      out.open("path", "d", path, "fill", "none", "stroke", colour, "stroke-width", "1.6", "stroke-linejoin", "round").close("path").line();
    }
    for (int i = 0; i < legend.size(); i++) {
      Entry entry = legend.get(i);
      double x = left + 14 + entry.offset();
      double y = top + height - 8 - (legendLines - 1 - entry.line()) * LEGEND_LINE;
      if (!entry.counts()) rectangle(out, x, y - 8, 9, 9, colour(panel, series.get(i), i), "none");
      write(out, x + 13, y, "start", 11, "#3d444d", "400", entry.text());
    }
  }

  /// A name below the lines.
  /// @param offset pixels from the left
  /// @param counts whether it is no series' name, but says how many have no room
  private record Entry(int line, double offset, String text, boolean counts) {}

  /// Names broken into lines as words are.
  private List<Entry> legend(List<String> names) {
    var placed = new ArrayList<Entry>();
    int line = 0;
    double offset = 0;
    for (String whole : names) {
      String name = cut(whole, width - 44);
      double wide = name.length() * LETTER + 24;
      if (offset > 0 && offset + wide > width - 20) {
        line++;
        offset = 0;
      }
      if (line >= LEGEND_LINES_MAX) {
        while (placed.getLast().line() == LEGEND_LINES_MAX - 1) placed.removeLast();
        placed.add(new Entry(LEGEND_LINES_MAX - 1, 0, "and " + (names.size() - placed.size()) + " more", true));
        return placed;
      }
      placed.add(new Entry(line, offset, name, false));
      offset += wide;
    }
    return placed;
  }

  private static String shortened(Dashboard.Panel panel, Series series) {
    return panel.shortened().map(pattern -> pattern.matcher(series.name()).replaceAll("")).orElse(series.name());
  }

  private static String colour(Dashboard.Panel panel, Series series, int index) {
    String named = panel.colours().get(series.name());
    return named == null ? COLOURS.get(index % COLOURS.size()) : NAMED.getOrDefault(named, named);
  }

  /// A line with a gap where there is no value; a value between two gaps is a dot's width of line.
  private static String path(double[] values, Scale scale, double x0, double y0, double x1, double y1, int count) {
    var path = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < count; i++) {
      if (Double.isNaN(values[i])) {
        drawing = false;
        continue;
      }
      boolean level = drawing && i + 1 < count && values[i - 1] == values[i] && values[i] == values[i + 1];
      if (level) continue; // says nothing that its neighbours do not
      path.append(drawing ? 'L' : 'M').append(point(i, values[i], scale, x0, y0, x1, y1, count));
      if (!drawing && (i + 1 == count || Double.isNaN(values[i + 1]))) path.append("h1.5");
      drawing = true;
    }
    return path.toString();
  }

  private static String area(double[] values, double[] below, Scale scale, double x0, double y0, double x1, double y1) {
    var path = new StringBuilder("M");
    for (int i = 0; i < values.length; i++) path.append(i == 0 ? "" : "L").append(point(i, zero(values[i]), scale, x0, y0, x1, y1, values.length));
    for (int i = values.length - 1; i >= 0; i--) path.append('L').append(point(i, zero(below[i]), scale, x0, y0, x1, y1, values.length));
    return path.append('Z').toString();
  }

  private static String point(int i, double value, Scale scale, double x0, double y0, double x1, double y1, int count) {
    double shown = Math.clamp(value, scale.bottom(), scale.top());
    return pixel(x0 + (x1 - x0) * i / Math.max(1, count - 1)) + " " + pixel(y0 + (y1 - y0) * (shown - scale.bottom()) / (scale.top() - scale.bottom()));
  }

  private static double zero(double value) {
    return Double.isNaN(value) ? 0 : value;
  }

  private static String cut(String text, double pixels) {
    int letters = (int) (pixels / LETTER);
    return text.length() <= letters ? text : text.substring(0, Math.max(1, letters - 1)) + "…";
  }

  static void rectangle(Html out, double x, double y, double width, double height, String fill, String stroke) {
    out.open("rect", "x", pixel(x), "y", pixel(y), "width", pixel(width), "height", pixel(height), "rx", height > 20 ? "4" : "1", "fill", fill, "stroke", stroke).close("rect").line();
  }

  private static void line(Html out, double x0, double y0, double x1, double y1, String stroke) {
    out.open("line", "x1", pixel(x0), "y1", pixel(y0), "x2", pixel(x1), "y2", pixel(y1), "stroke", stroke).close("line").line();
  }

  static void write(Html out, double x, double y, String anchor, int size, String fill, String weight, String text) {
    out.element("text", text, "x", pixel(x), "y", pixel(y), "text-anchor", anchor, "font-size", Integer.toString(size), "fill", fill, "font-weight", weight).line();
  }

  private static String pixel(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
