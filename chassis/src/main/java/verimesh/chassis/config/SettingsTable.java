package verimesh.chassis.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The one table of all settings in docs/CONFIGURATION.md: names, ranges and defaults come from the code, the meaning
/// is written by people and kept. A row is `| name | kind | range | default | meaning |`.
///
/// @param rows by name
public record SettingsTable(Map<String, Row> rows) {
  /// Where the table stands in the document.
  public static final String BEGIN = "<!-- settings: generated; only the last column is written by hand -->";

  public static final String END = "<!-- end of settings -->";

  private static final Pattern ROW =
      Pattern.compile("\\| `(VERIMESH_[A-Z0-9_]+)` \\| (.*?) \\| (.*?) \\| (.*?) \\|(.*)\\|");

  /// @param meaning for people; empty until somebody wrote it
  public record Row(String name, String kind, String range, String defaultValue, String meaning) {
    static Row of(Setting setting, String meaning) {
      String value = setting.defaultValue();
      // A default below somebody's home must read the same on every machine.
      if (setting.kind() == Setting.Kind.PATH) value = value.replace(System.getProperty("user.home"), "~");
      return new Row(setting.name(), setting.kind().words(), setting.range(), code(value), meaning);
    }

    private static String code(String value) {
      return value.isEmpty() ? "" : "`" + value.replace("|", "\\|") + "`";
    }

    private String line() {
      return "| `" + name + "` | " + kind + " | " + range + " | " + defaultValue + " | " + meaning + " |";
    }
  }

  public SettingsTable {
    rows = new TreeMap<>(rows);
  }

  /// The table in a document; empty where there is none.
  public static SettingsTable parse(String document) {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (String line : document.lines().toList()) {
      Matcher m = ROW.matcher(line.strip());
      if (!m.matches()) continue;
      rows.put(m.group(1), new Row(m.group(1), m.group(2), m.group(3), m.group(4), m.group(5).strip()));
    }
    return new SettingsTable(rows);
  }

  /// What keeps the table from being true of these settings, a sentence each; empty when it is. Other rows are left
  /// alone: each module answers for its own settings.
  public List<String> differences(List<Setting> settings) {
    List<String> all = new ArrayList<>();
    for (Setting setting : settings) {
      Row row = rows.get(setting.name());
      if (row == null) {
        all.add(setting.name() + " has no row");
      } else if (!Row.of(setting, row.meaning()).equals(row)) {
        String expected = Row.of(setting, row.meaning()).line();
        all.add(setting.name() + " has a row that is not true any more; expected " + expected);
      } else if (row.meaning().isBlank()) {
        all.add(setting.name() + " has no meaning written down");
      }
    }
    return all;
  }

  /// Rows that none of these settings explains; for whoever knows the settings of every service.
  public List<String> surplus(List<Setting> everySetting) {
    return rows.keySet().stream().filter(name -> everySetting.stream().noneMatch(s -> s.name().equals(name))).toList();
  }

  /// This table with these settings' rows brought up to date; meanings stay.
  public SettingsTable updated(List<Setting> settings) {
    Map<String, Row> all = new TreeMap<>(rows);
    for (Setting setting : settings) {
      Row before = all.get(setting.name());
      all.put(setting.name(), Row.of(setting, before == null ? "" : before.meaning()));
    }
    return new SettingsTable(all);
  }

  /// The document with its table replaced by this one.
  /// @throws IllegalArgumentException if the document has no place for it
  public String into(String document) {
    int begin = document.indexOf(BEGIN);
    int end = document.indexOf(END);
    if (begin < 0 || end < begin) throw new IllegalArgumentException("no lines \"" + BEGIN + "\" and \"" + END + "\"");
    return document.substring(0, begin + BEGIN.length()) + "\n" + text() + "\n" + document.substring(end);
  }

  /// A section a scope, common ones first.
  private String text() {
    var commonFirst = Comparator.comparingInt(SettingsTable::order).thenComparing(Comparator.<String>naturalOrder());
    Map<String, List<Row>> sections = new TreeMap<>(commonFirst);
    rows.values().forEach(row -> sections.computeIfAbsent(scopeOf(row.name()), _ -> new ArrayList<>()).add(row));
    StringBuilder text = new StringBuilder();
    sections.forEach((scope, members) -> {
      text.append("\n### `VERIMESH_").append(scope).append("_*`\n\n");
      text.append("| setting | written as | range | default | meaning |\n| --- | --- | --- | --- | --- |\n");
      members.forEach(row -> text.append(row.line()).append('\n'));
    });
    return text.toString();
  }

  private static int order(String scope) {
    int index = Scopes.ALL.indexOf(scope);
    return index < 0 ? Integer.MAX_VALUE : index;
  }

  private static String scopeOf(String name) {
    String bare = name.substring("VERIMESH_".length());
    int cut = bare.indexOf('_');
    return cut < 0 ? bare : bare.substring(0, cut);
  }
}
