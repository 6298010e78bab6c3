package verimesh.hash.bulk;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A CSV with a header (RFC 4180: fields in double quotes may hold commas, quotes and line breaks), read row by row.
///
/// Not thread-safe.
public final class CsvRows implements AutoCloseable {
  private static final int FIELD_CHARACTERS_MAX = 1 << 20;
  private static final int COLUMNS_MAX = 1_000;

  private final Path path;
  private final BufferedReader in;
  private final List<String> header;
  private long row;

  private CsvRows(Path path, BufferedReader in) throws IOException, FormatProblem {
    this.path = path;
    this.in = in;
    List<String> names = fields();
    if (names == null) throw new FormatProblem(path + " is empty; expected a header.");
    header = names.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
  }

  public static CsvRows open(Path path) throws IOException, FormatProblem {
    BufferedReader in = Files.newBufferedReader(path, StandardCharsets.UTF_8);
    try {
      CsvRows rows = new CsvRows(path, in);
      in = null;
      return rows;
    } finally {
      if (in != null) in.close();
    }
  }

  /// Names of the columns, in lower case.
  public List<String> header() {
    return header;
  }

  /// The next row by column name, or null after the last.
  public Map<String, String> next() throws IOException, FormatProblem {
    List<String> fields = fields();
    while (fields != null && fields.size() == 1 && fields.getFirst().isEmpty()) fields = fields(); // a blank line
    if (fields == null) return null;
    row++;
    if (fields.size() != header.size()) {
      throw new FormatProblem(path + ", row " + row + ": " + fields.size() + " fields; the header has " + header.size() + ".");
    }
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < header.size(); i++) named.put(header.get(i), fields.get(i));
    return named;
  }

  private List<String> fields() throws IOException, FormatProblem {
    int c = in.read();
    if (c == '\uFEFF') c = in.read(); // a byte-order mark
    if (c < 0) return null;
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    while (true) {
      if (quoted) {
        if (c < 0) throw new FormatProblem(path + " ends within quotes, after row " + row + ".");
        if (c == '"') {
          c = in.read();
          if (c != '"') {
            quoted = false;
            continue;
          }
        }
        field.append((char) c);
      } else if (c == '"' && field.isEmpty()) {
        quoted = true;
      } else if (c == ',') {
        fields.add(field.toString());
        field.setLength(0);
      } else if (c < 0 || c == '\n') {
        fields.add(field.toString());
        return fields;
      } else if (c != '\r') {
        field.append((char) c);
      }
      if (field.length() > FIELD_CHARACTERS_MAX || fields.size() > COLUMNS_MAX) {
        throw new FormatProblem(path + ", after row " + row + ": a field or a row is too long.");
      }
      c = in.read();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
