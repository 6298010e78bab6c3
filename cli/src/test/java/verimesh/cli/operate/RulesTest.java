package verimesh.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import verimesh.chassis.testing.Shared;
import verimesh.cli.dashboard.Dashboard;

class RulesTest {
  private static final Path MONITORING = Shared.root().resolve("monitoring");
  private static final Pattern METRIC = Pattern.compile("\\bverimesh_\\w+");

  @Test
  void promtoolTakesTheConfigurationAndTheRules() throws Exception {
    Tool promtool = Tool.promtool();
    var config = promtool.run(MONITORING, "check", "config", "prometheus.yml");
    assertThat(config.code()).as(config.output()).isZero();
    var rules = promtool.run(MONITORING, "check", "rules", "rules/recording.yml", "rules/alerts.yml");
    assertThat(rules.code()).as(rules.output()).isZero();
    assertThat(rules.output()).doesNotContain("FAILED", "duplicate");
  }

  @Test
  void promtoolsUnitTestsOfTheRulesPass() throws Exception {
    var tests = Tool.promtool().run(MONITORING, "test", "rules", "rules-test.yml", "rules-test-days.yml");
    assertThat(tests.code()).as(tests.output()).isZero();
    assertThat(tests.output()).contains("SUCCESS");
  }

  @Test
  void everyAlertHasATestASummaryARunbookLineAndItsPlaceInTheHandbook() throws IOException {
    String tests = Files.readString(MONITORING.resolve("rules-test.yml")) + Files.readString(MONITORING.resolve("rules-test-days.yml"));
    String handbook = Files.readString(Shared.root().resolve("docs/OPERATIONS.md"));
    var alerts = new ArrayList<String>();
    for (JsonNode rule : rules("alerts.yml")) {
      String name = rule.path("alert").asString();
      alerts.add(name);
      assertThat(tests).as(name + " has a unit test that fires").containsPattern("alertname: " + name + "\\s+exp_alerts:\\s+- ");
      assertThat(rule.path("annotations").path("summary").asString("")).as(name).isNotBlank();
      assertThat(rule.path("annotations").path("runbook").asString("")).as(name).isNotBlank().doesNotContain("\n");
      assertThat(rule.path("labels").path("severity").asString("")).as(name).isIn("critical", "warning");
      assertThat(handbook).as("docs/OPERATIONS.md on " + name).contains("`" + name + "`");
    }
    assertThat(alerts).doesNotHaveDuplicates().hasSizeGreaterThan(8);
  }

  @Test
  void rulesAndDashboardsNameOnlyMetricsThatExist() throws IOException {
    Set<String> known = known();
    for (String file : Set.of("rules/recording.yml", "rules/alerts.yml")) assertThat(used(Files.readString(MONITORING.resolve(file)))).as(file).isSubsetOf(known);
    for (Dashboard dashboard : Dashboard.all(Shared.root().resolve("monitoring/dashboards"))) {
      for (Dashboard.Query query : dashboard.queries()) assertThat(used(query.expression())).as(dashboard.title() + ": " + query.panel()).isSubsetOf(known);
    }
  }

  /// Names of series: families with what their kind puts behind them.
  private static Set<String> known() {
    Set<String> all = new TreeSet<>();
    Catalogue.read().rows().forEach((name, row) -> {
      switch (row.type()) {
        case "histogram" -> {
          all.add(name + "_bucket");
          all.add(name + "_sum");
          all.add(name + "_count");
        }
        case "summary" -> {
          all.add(name + "_sum");
          all.add(name + "_count");
        }
        default -> all.add(name);
      }
    });
    return all;
  }

  /// Recording rules' own names have a colon before `verimesh`, so they are no words of their own here.
  private static Set<String> used(String text) {
    Set<String> names = new TreeSet<>();
    Matcher m = METRIC.matcher(text);
    while (m.find()) if (m.start() == 0 || text.charAt(m.start() - 1) != ':') names.add(m.group());
    return names;
  }

  static Iterable<JsonNode> rules(String file) throws IOException {
    var all = new ArrayList<JsonNode>();
    Yaml.first(Files.readString(MONITORING.resolve("rules").resolve(file))).path("groups").forEach(group -> group.path("rules").forEach(all::add));
    return all;
  }
}
