package verimesh.cli.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Holds JSON against an example: every member of the example must be there, with a value of the same kind. Further members
/// are fine, since contracts grow.
public final class Shape {
  private Shape() {}

  public static JsonObject example(String resource) {
    try (InputStream in = Shape.class.getResourceAsStream("/verimesh/cli/" + resource)) {
      return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8)).getAsJsonObject();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What differs, by path; empty if the shapes agree.
  public static List<String> differences(JsonElement actual, JsonElement example) {
    var differences = new ArrayList<String>();
    compare("", actual, example, differences);
    return differences;
  }

  private static void compare(String path, JsonElement actual, JsonElement example, List<String> differences) {
    if (example.isJsonNull()) return;
    if (example.isJsonObject()) {
      if (!actual.isJsonObject()) {
        differences.add(path + " is no object: " + actual);
        return;
      }
      for (Map.Entry<String, JsonElement> member : example.getAsJsonObject().entrySet()) {
        if (member.getKey().startsWith("_")) continue; // a remark in the example
        JsonElement value = actual.getAsJsonObject().get(member.getKey());
        if (value == null) differences.add(path + "." + member.getKey() + " is missing");
        else compare(path + "." + member.getKey(), value, member.getValue(), differences);
      }
    } else if (example.isJsonArray()) {
      if (!actual.isJsonArray()) differences.add(path + " is no array: " + actual);
      else if (!example.getAsJsonArray().isEmpty() && !actual.getAsJsonArray().isEmpty()) {
        compare(path + "[0]", actual.getAsJsonArray().get(0), example.getAsJsonArray().get(0), differences);
      }
    } else if (!actual.isJsonPrimitive() || kind(actual) != kind(example)) {
      differences.add(path + " is " + actual + ", the example has " + example);
    }
  }

  private static char kind(JsonElement primitive) {
    return primitive.getAsJsonPrimitive().isNumber() ? 'n' : primitive.getAsJsonPrimitive().isBoolean() ? 'b' : 's';
  }
}
