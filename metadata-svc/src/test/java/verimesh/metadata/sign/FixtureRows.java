package verimesh.metadata.sign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the fixtures' index files: RFC 4180 CSV with a header.
public final class FixtureRows {
  private FixtureRows() {}

  public static List<Map<String, String>> parse(String csv) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char c = csv.charAt(i);
      if (quoted) {
        if (c != '"') field.append(c);
        else if (i + 1 < csv.length() && csv.charAt(i + 1) == '"') field.append(csv.charAt(++i));
        else quoted = false;
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',' || c == '\n') {
        row.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          rows.add(row);
          row = new ArrayList<>();
        }
      } else if (c != '\r') {
        field.append(c);
      }
    }
    List<Map<String, String>> named = new ArrayList<>();
    for (List<String> values : rows.subList(1, rows.size())) {
      Map<String, String> entry = new LinkedHashMap<>();
      for (int i = 0; i < values.size(); i++) entry.put(rows.getFirst().get(i), values.get(i));
      named.add(entry);
    }
    return named;
  }
}
