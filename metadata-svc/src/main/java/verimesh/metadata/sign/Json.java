package verimesh.metadata.sign;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;

/// Lenient, bounded JSON. Tools write `NaN` and `Infinity`, raw control characters and trailing NULs; strangers write a
/// million brackets. Text that breaks a limit is no JSON here, and its caller falls back to scanning.
final class Json {
  static final int DEPTH_MAX = 200;

  /// Tokens of one document, and of all documents of a file together; a tree of this size takes some 25 MB. A ComfyUI graph of 1 MB has about 100,000; larger ones
  /// are scanned instead ([ComfyScan]).
  static final int TOKENS_MAX = 300_000;

  private static final ObjectReader READER = JsonMapper.builder(
          com.fasterxml.jackson.core.JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).maxTokenCount(TOKENS_MAX).build())
              .build())
      .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS, JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS,
          JsonReadFeature.ALLOW_TRAILING_COMMA, JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
      .build()
      .reader();

  private Json() {}

  /// What the trees of one file may hold together: a file has many texts, and their trees live as long as it is looked at.
  static final class Budget {
    private long tokensLeft = TOKENS_MAX;
  }

  /// As [#object(String)], but empty once the budget is spent. The document that spends it is still read.
  static Optional<JsonNode> object(String text, Budget budget) {
    return budget.tokensLeft <= 0 ? Optional.empty() : read(text, budget);
  }

  /// @return the object that the text begins with, what stands behind it ignored; empty if there is none
  static Optional<JsonNode> object(String text) {
    return read(text, new Budget());
  }

  private static Optional<JsonNode> read(String text, Budget budget) {
    int at = 0;
    while (at < text.length() && (text.charAt(at) <= ' ' || text.charAt(at) == '\uFEFF')) at++;
    if (at == text.length() || text.charAt(at) != '{') return Optional.empty();
    try (JsonParser parser = READER.createParser(at == 0 ? text : text.substring(at))) {
      try {
        JsonNode node = READER.readTree(parser);
        return node != null && node.isObject() ? Optional.of(node) : Optional.empty();
      } finally {
        budget.tokensLeft -= parser.currentTokenCount();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The member as text: strings as they are, numbers as written, everything else as nothing.
  static String text(JsonNode object, String... names) {
    for (String name : names) {
      JsonNode value = object.get(name);
      if (value != null && value.isValueNode() && !value.isNull() && !value.asText().isBlank()) return value.asText();
    }
    return "";
  }

  /// The object that a member is, or that it spells as a string.
  static Optional<JsonNode> nested(JsonNode object, String name) {
    JsonNode value = object.get(name);
    if (value == null) return Optional.empty();
    return value.isObject() ? Optional.of(value) : value.isTextual() ? object(value.textValue()) : Optional.empty();
  }
}
