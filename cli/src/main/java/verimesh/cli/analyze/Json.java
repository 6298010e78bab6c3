package verimesh.cli.analyze;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;

/// The JSON that `--json` prints: one object a line, `file` first.
public final class Json {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private Json() {}

  /// The message's protobuf JSON, defaults printed, behind the file's name.
  /// @param more members to put between the two, each with its comma: `"generator":null,`
  public static String object(String file, Message message, String more) {
    String body = print(message).substring(1);
    return "{\"file\":" + GSON.toJson(file) + "," + more + body;
  }

  public static String print(Message message) {
    try {
      return readable(PRINTER.print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("our messages hold no Any, so they always print", e);
    }
  }

  /// The printer escapes `<`, `>`, `&`, `=` and `'` as if the text went into HTML; here they read better as they are.
  private static String readable(String json) {
    var readable = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c != '\\') {
        readable.append(c);
        continue;
      }
      String escape = json.substring(i, Math.min(json.length(), i + 6));
      switch (escape) {
        case "\\u003c", "\\u003e", "\\u0026", "\\u003d", "\\u0027" -> {
          readable.append((char) Integer.parseInt(escape.substring(2), 16));
          i += 5;
        }
        default -> readable.append(c).append(json.charAt(++i)); // also a backslash that is itself escaped
      }
    }
    return readable.toString();
  }

  /// A file without an answer.
  public static String error(String file, Refusal refusal) {
    return "{\"file\":" + GSON.toJson(file) + ",\"error\":" + GSON.toJson(refusal) + "}";
  }
}
