package verimesh.metadata.sign;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import verimesh.metadata.sign.Words.Saying;

/// MFLUX: JSON with `mflux_version` in the PNG's EXIF, and XMP of its own namespace.
final class Mflux implements Recogniser {
  private static final String NAME = "MFLUX";
  private static final String NAMESPACE = "http://ns.mflux.ai/1.0/";

  @Override
  public List<Signature> find(Words words) {
    Recipe packet = packet(words);
    Optional<Saying> json = words.records().filter(s -> s.object().filter(o -> o.has("mflux_version")).isPresent()).findFirst();
    if (json.isPresent()) {
      Recipe recipe = json.flatMap(Saying::object).map(o -> new Recipe(Json.text(o, "mflux_version"), Json.text(o, "model"), Json.text(o, "prompt"), Json.text(o, "negative_prompt"),
          Json.text(o, "seed"), Map.of("steps", Json.text(o, "steps"), "guidance", Json.text(o, "guidance"), "quantize", Json.text(o, "quantize")))).orElseThrow();
      return List.of(Signature.record(NAME, json.get().place(), recipe.or(packet)));
    }
    if (packet.version().isEmpty() && words.xmp().properties().stream().noneMatch(p -> p.namespace().equals(NAMESPACE))) return List.of();
    return List.of(Signature.record(NAME, Place.xmp(words.xmp().carrier(), "CreatorTool"), packet));
  }

  private static Recipe packet(Words words) {
    String tool = words.xmp().first(Xmp.BASIC, "CreatorTool").map(String::strip).filter(t -> t.startsWith(NAME)).orElse("");
    return new Recipe(tool.isEmpty() ? "" : tool.substring(NAME.length()).strip(), words.xmp().first(NAMESPACE, "model").orElse(""),
        words.xmp().first(Xmp.DUBLIN_CORE, "description").orElse(""), "", words.xmp().first(NAMESPACE, "seed").orElse(""), Map.of());
  }
}
