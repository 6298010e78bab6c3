package verimesh.cli.operate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import verimesh.chassis.testing.Shared;

/// The table of docs/METRICS.md.
///
/// @param rows by metric
record Catalogue(Map<String, Row> rows) {
  private static final Pattern ROW = Pattern.compile("\\| `(verimesh_\\w+)` \\| (\\w+) \\| ([^|]*) \\| ([^|]+) \\| ([^|]+) \\| (.+) \\|");
  private static final Pattern CODE = Pattern.compile("`(\\w+)`");

  record Row(String type, Set<String> labels, String unit, String meaning) {}

  static Catalogue read() {
    Map<String, Row> rows = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(Shared.root().resolve("docs/METRICS.md"))) {
        Matcher m = ROW.matcher(line);
        if (!m.matches()) continue;
        Set<String> labels = new TreeSet<>();
        Matcher code = CODE.matcher(m.group(3));
        while (code.find()) labels.add(code.group(1));
        if (rows.put(m.group(1), new Row(m.group(2), labels, m.group(4).strip(), m.group(6))) != null) {
          throw new IllegalStateException(m.group(1) + " has two rows");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Catalogue(rows);
  }
}
