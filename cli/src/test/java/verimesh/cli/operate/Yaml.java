package verimesh.cli.operate;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// YAML as trees.
final class Yaml {
  private static final YAMLMapper MAPPER = YAMLMapper.builder().build();

  private Yaml() {}

  /// The only document of a text; a list stays one.
  static JsonNode first(String text) {
    return MAPPER.readTree(text);
  }

  /// Every document of a text that has any content.
  static List<JsonNode> all(String text) {
    try (MappingIterator<JsonNode> documents = MAPPER.readerFor(JsonNode.class).readValues(text)) {
      return documents.readAll().stream().filter(node -> node != null && !node.isNull() && !node.isMissingNode()).toList();
    }
  }
}
