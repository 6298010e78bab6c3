package verimesh.metadata.sign;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import verimesh.metadata.c2pa.SourceType;
import verimesh.metadata.read.XmpRecord;

/// The bare IPTC label: it says that AI made or touched the picture, and names nobody. Only where AI took part in an
/// edit and the editing program says its own name can one be printed.
public final class SourceTypeLabel implements Recogniser {
  /// Every source type that the packets give the picture; more than one is somebody's mistake.
  public static Stream<SourceType> of(XmpRecord xmp) {
    return xmp.all(Xmp.IPTC_EXTENSION, "DigitalSourceType").map(SourceType::of);
  }

  @Override
  public List<Signature> find(Words words) {
    Optional<SourceType> type = of(words.xmp()).filter(SourceType::isAi).findFirst();
    if (type.isEmpty()) return List.of();
    boolean whole = type.get().meaning() == SourceType.Meaning.FULLY_AI;
    String tool = whole ? "" : editor(words);
    if (tool.isEmpty()) tool = Signature.UNKNOWN_TOOL + "IPTC " + type.get().term() + ")";
    return List.of(Signature.label(tool, Kind.IPTC_SOURCE_TYPE, Place.xmp(words.xmp().carrier(), "DigitalSourceType"), whole ? Weight.DECLARED : Weight.EDITED));
  }

  private static String editor(Words words) {
    String tool = words.xmp().first(Xmp.BASIC, "CreatorTool").orElseGet(() -> words.text("Software")).strip();
    return editorsAi(tool);
  }

  /// How an editor's own AI is called, empty for programs that have none of their own.
  static String editorsAi(String tool) {
    for (String editor : List.of("Adobe Photoshop Lightroom", "Adobe Photoshop Express", "Adobe Photoshop", "Adobe Lightroom", "Adobe Express")) {
      if (tool.startsWith(editor)) return editor.replace("Photoshop Lightroom", "Lightroom") + " (generative AI edit)";
    }
    return "";
  }
}
