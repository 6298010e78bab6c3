package verimesh.cli.operate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import verimesh.chassis.testing.Shared;

/// One of monitoring/dashboards.
///
/// @param uid also the file's name
/// @param panels without the rows that only group them
record Dashboard(String uid, String title, List<Panel> panels) {
  /// @param unit Grafana's word: `s`, `bytes`, `percentunit`, `reqps`, `short`
  /// @param width in twenty-fourths of the page
  record Panel(String title, String description, String type, String unit, String dataSource, int width, List<Query> queries) {}

  /// @param panel its panel's title
  record Query(String panel, String expression, String legend) {
    /// As Grafana would send it, whose macros depend on the scrape interval.
    String promql(String rateInterval) {
      return expression.replace("$__rate_interval", rateInterval);
    }
  }

  static List<Dashboard> all() throws IOException {
    try (Stream<Path> files = Files.list(Shared.root().resolve("monitoring/dashboards"))) {
      var all = new ArrayList<Dashboard>();
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        Dashboard dashboard = read(Files.readString(file));
        if (!file.getFileName().toString().equals(dashboard.uid + ".json")) throw new IllegalStateException(file + " holds " + dashboard.uid);
        all.add(dashboard);
      }
      return all;
    }
  }

  List<Query> queries() {
    return panels.stream().flatMap(panel -> panel.queries().stream()).toList();
  }

  private static Dashboard read(String json) {
    JsonNode root = new JsonMapper().readTree(json);
    var panels = new ArrayList<Panel>();
    for (JsonNode panel : root.path("panels")) {
      if (panel.path("type").asString().equals("row")) continue;
      String title = panel.path("title").asString();
      var queries = new ArrayList<Query>();
      panel.path("targets").forEach(target -> queries.add(new Query(title, target.path("expr").asString(), target.path("legendFormat").asString(""))));
      panels.add(new Panel(title, panel.path("description").asString(""), panel.path("type").asString(),
          panel.path("fieldConfig").path("defaults").path("unit").asString(""), panel.path("datasource").path("uid").asString(""),
          panel.path("gridPos").path("w").asInt(0), queries));
    }
    return new Dashboard(root.path("uid").asString(), root.path("title").asString(), panels);
  }
}
