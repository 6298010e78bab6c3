package verimesh.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One of monitoring/dashboards, as far as it matters here.
///
/// @param uid also the file's name
/// @param boxes panels and the rows that group them, from top to bottom
public record Dashboard(String uid, String title, String description, List<Box> boxes) {
  /// Something with a place on the page.
  public sealed interface Box {
    String title();

    Place place();
  }

  /// A heading over the panels below it.
  public record Row(String title, Place place) implements Box {}

  /// @param type Grafana's word: `timeseries` or `stat`
  /// @param unit Grafana's word: `s`, `bytes`, `percentunit`, `reqps`, `short`
  /// @param most the axis ends here; empty: at what is there
  /// @param words what a value is called instead of its number
  /// @param colours of series by name; the others take theirs in turn
  /// @param shortened what is cut from a series' name wherever it stands
  public record Panel(String title, String description, String type, String unit, Optional<Double> most, boolean stacked, String dataSource, Place place,
      Map<Double, String> words, Map<String, String> colours, Optional<Pattern> shortened, List<Query> queries) implements Box {}

  /// In twenty-fourths of the page's width, and in lines of 38 pixels, as Grafana counts.
  public record Place(int x, int y, int width, int height) {}

  /// @param panel its panel's title
  public record Query(String panel, String expression, String legend) {
    /// As Grafana would send it, whose macros depend on the scrape interval.
    public String promql(String rateInterval) {
      return expression.replace("$__rate_interval", rateInterval);
    }
  }

  /// @param folder monitoring/dashboards
  public static List<Dashboard> all(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      var all = new ArrayList<Dashboard>();
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        Dashboard dashboard = read(Files.readString(file));
        if (!file.getFileName().toString().equals(dashboard.uid + ".json")) throw new IllegalStateException(file + " holds " + dashboard.uid);
        all.add(dashboard);
      }
      return all;
    }
  }

  public List<Panel> panels() {
    return boxes.stream().filter(Panel.class::isInstance).map(Panel.class::cast).toList();
  }

  public List<Query> queries() {
    return panels().stream().flatMap(panel -> panel.queries().stream()).toList();
  }

  private static Dashboard read(String json) throws IOException {
    JsonNode root = new ObjectMapper().readTree(json);
    var boxes = new ArrayList<Box>();
    for (JsonNode node : root.path("panels")) {
      JsonNode grid = node.path("gridPos");
      var place = new Place(grid.path("x").asInt(), grid.path("y").asInt(), grid.path("w").asInt(), grid.path("h").asInt());
      String title = node.path("title").asText();
      boxes.add(node.path("type").asText().equals("row") ? new Row(title, place) : panel(node, title, place));
    }
    return new Dashboard(root.path("uid").asText(), root.path("title").asText(), root.path("description").asText(), boxes);
  }

  private static Panel panel(JsonNode node, String title, Place place) {
    JsonNode defaults = node.path("fieldConfig").path("defaults");
    Map<Double, String> words = new HashMap<>();
    defaults.path("mappings").forEach(mapping -> mapping.path("options").properties()
        .forEach(option -> words.put(Double.parseDouble(option.getKey()), option.getValue().path("text").asText())));
    Map<String, String> colours = new HashMap<>();
    node.path("fieldConfig").path("overrides").forEach(override -> override.path("properties").forEach(property -> {
      if (property.path("id").asText().equals("color")) {
        colours.put(override.path("matcher").path("options").asText(), property.path("value").path("fixedColor").asText());
      }
    }));
    Optional<Pattern> shortened = Optional.empty();
    for (JsonNode transformation : node.path("transformations")) {
      if (transformation.path("id").asText().equals("renameByRegex")) shortened = Optional.of(Pattern.compile(transformation.path("options").path("regex").asText()));
    }
    var queries = new ArrayList<Query>();
    node.path("targets").forEach(target -> queries.add(new Query(title, target.path("expr").asText(), target.path("legendFormat").asText())));
    return new Panel(title, node.path("description").asText(), node.path("type").asText(), defaults.path("unit").asText(),
        defaults.has("max") ? Optional.of(defaults.path("max").asDouble()) : Optional.empty(),
        defaults.path("custom").path("stacking").path("mode").asText().equals("normal"), node.path("datasource").path("uid").asText(), place,
        words, colours, shortened, queries);
  }
}
