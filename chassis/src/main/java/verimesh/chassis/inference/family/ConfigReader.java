package verimesh.chassis.inference.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import verimesh.chassis.inference.CheckpointException;

/// Reads `config.json` with the defaults of the configuration class, since published files leave out what equals them.
record ConfigReader(JsonNode json, String where) {
  static ConfigReader of(JsonNode json) {
    return new ConfigReader(json, "config.json");
  }

  /// A nested configuration; an absent one means that every value is the default.
  ConfigReader nested(String key) {
    JsonNode node = json.path(key);
    return new ConfigReader(node.isObject() ? node : MissingNode.getInstance(), where + "." + key);
  }

  boolean has(String key) {
    return json.path(key).isObject();
  }

  int integer(String key, int defaultValue, int min, int max) throws CheckpointException {
    JsonNode node = json.path(key);
    if (node.isMissingNode() || node.isNull()) return defaultValue;
    // A few published files write whole numbers as 4.0.
    if (node.isNumber() && node.asDouble() == Math.rint(node.asDouble()) && node.asDouble() >= min && node.asDouble() <= max) return node.asInt();
    throw wrong(key, node, "a whole number from " + min + " to " + max);
  }

  double decimal(String key, double defaultValue, double min, double max) throws CheckpointException {
    JsonNode node = json.path(key);
    if (node.isMissingNode() || node.isNull()) return defaultValue;
    if (node.isNumber() && node.asDouble() >= min && node.asDouble() <= max) return node.asDouble();
    throw wrong(key, node, "a number from " + min + " to " + max);
  }

  boolean bool(String key, boolean defaultValue) throws CheckpointException {
    JsonNode node = json.path(key);
    if (node.isMissingNode() || node.isNull()) return defaultValue;
    if (node.isBoolean()) return node.asBoolean();
    throw wrong(key, node, "true or false");
  }

  String text(String key, String defaultValue) {
    JsonNode node = json.path(key);
    return node.isTextual() ? node.asText() : defaultValue;
  }

  List<Integer> integers(String key, List<Integer> defaultValue, int min, int max) throws CheckpointException {
    JsonNode node = json.path(key);
    if (node.isMissingNode() || node.isNull()) return defaultValue;
    List<Integer> values = new ArrayList<>();
    for (JsonNode item : node) {
      if (!item.isIntegralNumber() || item.asLong() < min || item.asLong() > max) throw wrong(key, node, "whole numbers from " + min + " to " + max);
      values.add(item.asInt());
    }
    if (!node.isArray() || values.isEmpty()) throw wrong(key, node, "a list of whole numbers");
    return List.copyOf(values);
  }

  Activation activation(String key, Activation defaultValue) throws CheckpointException {
    JsonNode node = json.path(key);
    return node.isMissingNode() || node.isNull() ? defaultValue : Activation.named(where + "." + key, node.asText());
  }

  /// Labels in the order of the outputs: `id2label`, else `num_labels` times `LABEL_n`, else two (the library's default).
  List<String> labels() throws CheckpointException {
    JsonNode map = json.path("id2label");
    int count = map.isObject() && !map.isEmpty() ? map.size() : integer("num_labels", 2, 1, 100_000);
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JsonNode label = map.path(Integer.toString(i));
      if (map.isObject() && !map.isEmpty() && !label.isValueNode()) throw wrong("id2label", map, "labels for 0 to " + (count - 1));
      labels.add(label.isValueNode() ? label.asText() : "LABEL_" + i);
    }
    return List.copyOf(labels);
  }

  private CheckpointException wrong(String key, JsonNode node, String expected) {
    return new CheckpointException(where + "." + key + " is " + node + "; expected " + expected);
  }
}
