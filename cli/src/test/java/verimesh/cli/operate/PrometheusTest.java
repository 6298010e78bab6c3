package verimesh.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import verimesh.chassis.testing.Shared;
import verimesh.cli.dashboard.Dashboard;
import verimesh.cli.local.MeshService;

/// A real Prometheus scrapes the real services over the repository's own configuration.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedMesh.class)
class PrometheusTest {
  private ScrapedMesh mesh;
  private RealPrometheus prometheus;

  @BeforeAll
  void start(ScrapedMesh shared, @TempDir Path folder) throws Exception {
    Tool.prometheus();
    mesh = shared;
    Map<String, String> addresses = new LinkedHashMap<>();
    for (MeshService service : MeshService.values()) {
      addresses.put("127.0.0.1:" + (service.port(MeshService.BASE_PORT) + 1), "127.0.0.1:" + mesh.httpPort(service));
    }
    mesh.work(); // series that begin at a value have no rate; those that are there and then grow have one
    prometheus = RealPrometheus.start(Files.createDirectory(folder.resolve("prometheus")), addresses);
    prometheus.awaitTrue("every target is scraped", () -> up() == MeshService.values().length);
    mesh.work();
    prometheus.awaitTrue("the second work is seen", () -> !prometheus.query("rate(verimesh_analyze_seconds_count[1m]) > 0").path("data").path("result").isEmpty());
    // Each service is scraped, and each group of rules evaluated, at a moment of its own: one that has data says nothing of the rest.
    prometheus.awaitNone("recording rules and panels without data", () -> {
      var missing = new ArrayList<>(emptyRecordingRules());
      missing.addAll(emptyPanels());
      return missing;
    });
  }

  private int up() {
    return prometheus.query("up{job=\"verimesh\"} == 1").path("data").path("result").size();
  }

  @AfterAll
  void stop() throws Exception {
    if (prometheus != null) prometheus.close();
  }

  @Test
  void eachServiceIsScrapedUnderItsName() {
    var services = new TreeSet<String>();
    prometheus.query("up{job=\"verimesh\"}").path("data").path("result").forEach(r -> services.add(r.path("metric").path("service").asString()));
    assertThat(services).containsExactlyInAnyOrderElementsOf(MeshService.ids());
  }

  @Test
  void whatPrometheusHoldsIsTheCatalogueAndNothingElse() {
    var held = new TreeSet<String>();
    prometheus.api("label/__name__/values").path("data").forEach(name -> {
      if (name.asString().startsWith("verimesh_")) held.add(name.asString());
    });
    var expected = new TreeSet<String>();
    Catalogue.read().rows().forEach((name, row) -> {
      switch (row.type()) {
        case "histogram" -> expected.addAll(List.of(name + "_bucket", name + "_sum", name + "_count", name + "_max"));
        case "summary" -> expected.addAll(List.of(name + "_sum", name + "_count", name + "_max"));
        default -> expected.add(name);
      }
    });
    // A distribution of counts that has no time has a maximum, too.
    assertThat(held).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void everyPanelOfEveryDashboardHasData() throws Exception {
    var dashboards = Dashboard.all(Shared.root().resolve("monitoring/dashboards"));
    assertThat(dashboards).extracting(Dashboard::uid).containsExactly("verimesh-models", "verimesh-overview", "verimesh-verdicts");
    int queries = 0;
    for (Dashboard dashboard : dashboards) {
      for (Dashboard.Panel panel : dashboard.panels()) {
        assertThat(panel.queries()).as(panel.title()).isNotEmpty();
        assertThat(panel.description()).as(panel.title()).isNotBlank();
        assertThat(panel.dataSource()).as(panel.title()).isEqualTo("verimesh");
        queries += panel.queries().size();
      }
    }
    assertThat(queries).isGreaterThan(50);
    assertThat(emptyPanels()).isEmpty();
  }

  private List<String> emptyPanels() throws Exception {
    var wrong = new ArrayList<String>();
    for (Dashboard dashboard : Dashboard.all(Shared.root().resolve("monitoring/dashboards"))) {
      for (Dashboard.Panel panel : dashboard.panels()) {
        for (Dashboard.Query query : panel.queries()) {
          JsonNode answer = prometheus.query(query.promql("1m"));
          if (!answer.path("status").asString().equals("success")) {
            wrong.add(dashboard.title() + ", " + panel.title() + ": " + answer.path("error").asString());
          } else if (answer.path("data").path("result").isEmpty()) {
            wrong.add(dashboard.title() + ", " + panel.title() + ": no data for " + query.expression());
          }
        }
      }
    }
    return wrong;
  }

  @Test
  void everyRecordingRuleHasData() throws Exception {
    assertThat(emptyRecordingRules()).isEmpty();
  }

  private List<String> emptyRecordingRules() throws Exception {
    var empty = new ArrayList<String>();
    for (JsonNode rule : RulesTest.rules("recording.yml")) {
      String name = rule.path("record").asString();
      if (prometheus.query(name).path("data").path("result").isEmpty()) empty.add(name);
    }
    return empty;
  }

  @Test
  void noRuleFailsToBeEvaluated() {
    prometheus.api("rules").path("data").path("groups").forEach(group -> group.path("rules").forEach(
        rule -> assertThat(rule.path("health").asString()).as(rule.path("name").asString() + ": " + rule.path("lastError").asString("")).isEqualTo("ok")));
  }
}
