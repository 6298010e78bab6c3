package verimesh.cli.operate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Prometheus' text as `/metrics` gives it.
///
/// @param families by name, without those that are only the `_max` of another one
record Exposition(Map<String, Family> families) {
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? \\S+");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"(?:[^\"\\\\]|\\\\.)*\"");

  /// @param labels names alone, `le` and `quantile` left out
  record Family(String type, Set<Set<String>> labels) {}

  static Exposition of(List<String> scrapes) {
    Map<String, Family> families = new TreeMap<>();
    for (String scrape : scrapes) read(scrape, families);
    List<String> maxima = new ArrayList<>();
    families.keySet().forEach(name -> {
      if (name.endsWith("_max") && families.containsKey(name.substring(0, name.length() - 4))) maxima.add(name);
    });
    maxima.forEach(families::remove);
    return new Exposition(families);
  }

  private static void read(String scrape, Map<String, Family> families) {
    String current = "";
    Map<String, String> types = new LinkedHashMap<>();
    for (String line : scrape.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      if (type.matches()) {
        current = type.group(1);
        types.put(current, type.group(2));
      }
      Matcher sample = SAMPLE.matcher(line);
      if (line.startsWith("#") || !sample.matches() || !current.startsWith("verimesh_")) continue;
      if (!sample.group(1).startsWith(current)) throw new IllegalArgumentException("a sample outside its family: " + line);
      Set<String> labels = new TreeSet<>();
      if (sample.group(2) != null) {
        Matcher label = LABEL.matcher(sample.group(2));
        while (label.find()) labels.add(label.group(1));
      }
      labels.removeAll(Set.of("le", "quantile"));
      families.computeIfAbsent(current, name -> new Family(types.get(name), new java.util.HashSet<>())).labels().add(labels);
    }
  }
}
