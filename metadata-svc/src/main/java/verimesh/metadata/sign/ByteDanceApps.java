package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import verimesh.metadata.sign.Words.Saying;

/// JSON that ByteDance's apps leave in ordinary EXIF text. `product` alone only tells which app exported a file.
final class ByteDanceApps implements Recogniser {
  @Override
  public List<Signature> find(Words words) {
    return words.named("UserComment", "ImageDescription", "Comment").flatMap(s -> s.object().flatMap(o -> sign(s, o)).stream()).findFirst().map(List::of).orElse(List.of());
  }

  private static Optional<Signature> sign(Saying saying, JsonNode json) {
    List<JsonNode> parts = Stream.concat(Stream.of(json), Stream.of("data", "extra", "metadata").flatMap(n -> Json.nested(json, n).stream())).toList();
    for (JsonNode part : parts) {
      String product = Json.text(part, "product");
      if (product.startsWith("dreamina") && Json.text(part, "exportType").equals("generation")) {
        return Optional.of(Signature.label("Dreamina (ByteDance)", Kind.VENDOR_MARK, saying.place(), Weight.DECLARED));
      }
      String type = Json.nested(part, "aigc_info").map(info -> Json.text(info, "aigc_label_type")).orElse("");
      if (type.equals("1") || type.equals("2")) {
        String tool = switch (product) {
          case "doubao" -> "Doubao (ByteDance)";
          case "jimeng" -> "Jimeng (ByteDance)";
          case "dreamina", "dreamina_oversea" -> "Dreamina (ByteDance)";
          default -> Signature.UNKNOWN_TOOL + "aigc_info)";
        };
        return Optional.of(Signature.label(tool, Kind.VENDOR_MARK, saying.place(), type.equals("1") ? Weight.DECLARED : Weight.UNDECIDED));
      }
    }
    return Optional.empty();
  }
}
