package verimesh.metadata.c2pa;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.Optional;
import verimesh.metadata.c2pa.Manifest.Declared;

/// Whole-asset words on the making that stand outside the actions: labels that single generators invented, and signed
/// copies of the IPTC property (METADATA-C2PA.md §7, §11, §12).
final class DeclaredReader {
  private static final SourceType FULLY_AI = SourceType.of("trainedAlgorithmicMedia");
  private static final SourceType AI_PART = SourceType.of("compositeWithTrainedAlgorithmicMedia");
  private static final JsonFactory JSON = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(Cbor.DEPTH_MAX).maxTokenCount(Cbor.ITEMS_MAX).build()).build();

  private DeclaredReader() {}

  static Optional<Declared> read(String label, SuperBox assertion, boolean bySigner) {
    return switch (label) {
      // Black Forest Labs: {model, prompt, ai_generated: true}.
      case "c2pa.ai_generated_content" -> assertion.cbor()
          .filter(a -> a.get("ai_generated").map(CborValue::isTrue).orElse(true))
          .map(a -> new Declared(FULLY_AI, label, a.text("model").orElse(""), bySigner)).findFirst();
      // Adobe before 2024: its presence says that AI took part, not how much of the picture it made.
      case "com.adobe.generative-ai" -> Optional.of(new Declared(AI_PART, label, "", bySigner));
      case "stds.iptc", "stds.iptc.photo-metadata", "c2pa.metadata", "cawg.metadata", "stds.schema-org.CreativeWork" ->
          assertion.content("json").flatMap(json -> sourceType(assertion.data(), json)).map(type -> new Declared(type, label, "", bySigner));
      default -> Optional.empty();
    };
  }

  /// The first member named `DigitalSourceType`, with or without a prefix, at any depth.
  private static Optional<SourceType> sourceType(byte[] data, SuperBox.ContentBox json) {
    try (JsonParser parser = JSON.createParser(data, json.from(), json.to() - json.from())) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token != JsonToken.FIELD_NAME) continue;
        String name = parser.currentName();
        if (!name.substring(name.lastIndexOf(':') + 1).equalsIgnoreCase("DigitalSourceType")) continue;
        if (parser.nextToken() == JsonToken.VALUE_STRING) return Optional.of(SourceType.of(parser.getText()));
      }
    } catch (IOException e) {
      // No JSON: the assertion says nothing. A validator will say `assertion.json.invalid`.
    }
    return Optional.empty();
  }
}
