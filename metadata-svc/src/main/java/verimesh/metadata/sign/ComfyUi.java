package verimesh.metadata.sign;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import verimesh.metadata.read.XmpRecord;
import verimesh.metadata.sign.Words.Saying;

/// ComfyUI: a graph in whatever place its many savers choose. Many services run it as a backend and leave its graph behind
/// too, so it is asked after them.
final class ComfyUi implements Recogniser {
  static final String NAME = "ComfyUI";

  @Override
  public List<Signature> find(Words words) {
    return graph(words).or(() -> workflow(words)).or(() -> fragment(words)).map(List::of).orElse(List.of());
  }

  private static Stream<Saying> places(Words words) {
    Stream<Saying> packets = words.xmp().properties().stream()
        .filter(p -> p.namespace().toLowerCase(java.util.Locale.ROOT).contains("comfy"))
        .filter(p -> p.name().equalsIgnoreCase("prompt") || p.name().equalsIgnoreCase("workflow"))
        .map(p -> words.saying(Words.Source.EXIF, p.name(), p.value(), Place.xmp(words.xmp().carrier(), p.name())));
    return Stream.of(words.named("prompt", "Prompt"), words.named("UserComment", "Comment"), words.named("workflow", "Workflow"), words.named("parameters"), packets)
        .flatMap(s -> s);
  }

  private static Optional<Signature> graph(Words words) {
    return places(words).flatMap(s -> s.object().flatMap(ComfyGraph::of).map(g -> Signature.record(NAME, s.place(), g.recipe())).stream()).findFirst();
  }

  private static Optional<Signature> workflow(Words words) {
    return places(words).flatMap(s -> s.object().flatMap(ComfyWorkflow::of).map(w -> Signature.record(NAME, s.place(), w.recipe())).stream()).findFirst();
  }

  /// A graph that is cut off or too large to be parsed.
  private static Optional<Signature> fragment(Words words) {
    return places(words).filter(s -> s.object().isEmpty()).flatMap(s -> ComfyScan.read(s.text()).map(r -> Signature.record(NAME, s.place(), r)).stream()).findFirst();
  }
}
