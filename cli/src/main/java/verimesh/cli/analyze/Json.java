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
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("our messages hold no Any, so they always print", e);
    }
  }

  /// A file without an answer.
  public static String error(String file, Refusal refusal) {
    return "{\"file\":" + GSON.toJson(file) + ",\"error\":" + GSON.toJson(refusal) + "}";
  }
}
