package verimesh.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedMesh.class)
class MetricsCatalogueTest {
  @Test
  void theTableAndTheServicesSayTheSameBothWays(ScrapedMesh mesh) throws Exception {
    var documented = Catalogue.read();
    assertThat(mesh.analyzeExamples()).hasSizeGreaterThan(5);
    var served = Exposition.of(mesh.scrapes());

    assertThat(served.families().keySet()).as("served against docs/METRICS.md").containsExactlyInAnyOrderElementsOf(documented.rows().keySet());
    var labels = new TreeMap<String, Set<Set<String>>>();
    var types = new TreeMap<String, String>();
    served.families().forEach((name, family) -> {
      labels.put(name, family.labels());
      types.put(name, family.type());
    });
    documented.rows().forEach((name, row) -> {
      assertThat(labels.get(name)).as("labels of " + name).containsExactly(row.labels());
      assertThat(types.get(name)).as("type of " + name).isEqualTo(row.type());
      assertThat(row.meaning()).endsWith(".");
    });
  }

  @Test
  void unitsAreBaseUnitsAndStandInTheName() {
    Catalogue.read().rows().forEach((name, row) -> {
      if (row.type().equals("counter")) assertThat(name).endsWith("_total");
      if (row.unit().equals("seconds")) assertThat(name).endsWith("_seconds");
      if (row.unit().equals("bytes")) assertThat(name).endsWith("_bytes");
      assertThat(name).doesNotContain("_ms", "milli", "_mb", "percent");
    });
  }
}
