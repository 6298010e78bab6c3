package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import verimesh.metadata.sign.Words.Saying;

/// China's mandatory label, GB 45438-2025 (METADATA.md §7): one JSON object, in XMP, a PNG chunk, EXIF text, or glued to
/// the word `AIGC`.
final class Tc260 implements Recogniser {
  private static final String UNNAMED = Signature.UNKNOWN_TOOL + "TC260 label)";
  private static final String UNNAMED_SUSPECTED = Signature.UNKNOWN_TOOL + "TC260 label, suspected)";

  /// At least one of these makes an object under the common word `AIGC` a label.
  private static final Set<String> FIELDS = Set.of("Label", "ContentProducer", "ProduceID", "ContentPropagator", "PropagateID", "ReservedCode1", "ReservedCode2", "ServiceProvider", "ServiceUser");

  /// Producers by the start of their Unified Social Credit Code; a code's last five digits are the product. In order.
  private static final Map<String, String> PRODUCERS = producers();

  @Override
  public List<Signature> find(Words words) {
    Stream<Found> packets = words.xmp().properties().stream()
        .filter(p -> p.name().equalsIgnoreCase("AIGC") && (p.namespace().equals(Xmp.TC260) || p.namespace().contains("tc260")))
        .flatMap(p -> Json.object(p.value()).map(o -> new Found(o, Place.xmp(words.xmp().carrier(), "AIGC"))).stream());
    Stream<Found> texts = words.named("AIGC").flatMap(s -> s.object().map(o -> new Found(o, s.place())).stream());
    Stream<Found> glued = words.named("AIGC", "UserComment", "ImageDescription", "Comment").flatMap(s -> glued(s).stream());
    return Stream.of(packets, texts, glued).flatMap(f -> f).filter(f -> FIELDS.stream().anyMatch(f.label()::has)).findFirst()
        .map(f -> List.of(sign(f))).orElse(List.of());
  }

  private record Found(JsonNode label, Place place) {}

  /// `AIGC{...}`, and `{"AIGC":"{...}"}` whose value is JSON within a string.
  private static Optional<Found> glued(Saying saying) {
    int at = saying.text().indexOf("AIGC");
    if (at < 0 || at > 64) return Optional.empty();
    int brace = saying.text().indexOf('{', at);
    if (brace < 0 || brace - at > 16) return saying.object().flatMap(o -> Json.nested(o, "AIGC")).map(o -> new Found(o, saying.place()));
    return Json.object(saying.text().substring(brace)).map(o -> new Found(o, saying.place()));
  }

  private static Signature sign(Found found) {
    JsonNode label = found.label();
    String value = Json.text(label, "Label");
    String producer = Json.text(label, "ContentProducer");
    String provider = Json.text(label, "ServiceProvider");
    String named = named(producer, provider);
    Weight weight = switch (value) {
      case "1" -> Weight.DECLARED;
      case "2" -> Weight.UNDECIDED;
      case "3" -> Weight.SUSPECTED;
      // Tencent's variant has no Label: that the service wrote it is the statement. A producer's code without a Label says less.
      default -> !provider.isEmpty() ? Weight.DECLARED : !producer.isEmpty() ? Weight.UNDECIDED : Weight.SUSPECTED;
    };
    String unnamed = weight == Weight.SUSPECTED ? UNNAMED_SUSPECTED : UNNAMED;
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : List.of("Label", "ContentProducer", "ProduceID", "ContentPropagator", "PropagateID", "ServiceProvider", "Time", "ContentId")) settings.put(name, Json.text(label, name));
    return Signature.label(named.isEmpty() ? unnamed : named, Kind.TC260_LABEL, found.place(), weight).with(Recipe.UNKNOWN.settings(settings));
  }

  private static String named(String producer, String provider) {
    if (provider.toLowerCase(java.util.Locale.ROOT).contains("tencent")) return "Tencent Cloud AIGC";
    String code = producer.toLowerCase(java.util.Locale.ROOT);
    return PRODUCERS.entrySet().stream().filter(e -> code.contains(e.getKey())).map(Map.Entry::getValue).findFirst().orElse("");
  }

  private static Map<String, String> producers() {
    Map<String, String> producers = new LinkedHashMap<>();
    producers.put("91110102macqd9k640", "Doubao (ByteDance)");
    producers.put("9144030008867405x2", "Jimeng (ByteDance)");
    producers.put("91440101ma9y9t4h7a", "Qwen (Alibaba)");
    producers.put("91110108335469089c", "Kling (Kuaishou)");
    producers.put("91440300708461136t", "Tencent Yuanbao");
    producers.put("91110000802100433b", "Baidu");
    producers.put("91110105macj6k1c8a", "LibLib");
    producers.put("91340100maeb4n8h76", "RunningHub");
    producers.put("doubao", "Doubao (ByteDance)"); // bare names occur too
    producers.put("jimeng", "Jimeng (ByteDance)");
    producers.put("dreamina", "Dreamina (ByteDance)");
    producers.put("picwish", "PicWish");
    producers.put("kling", "Kling (Kuaishou)");
    producers.put("qwen", "Qwen (Alibaba)");
    producers.put("yuanbao", "Tencent Yuanbao");
    return producers;
  }
}
