package verimesh.metadata.sign;

import java.util.List;
import verimesh.metadata.c2pa.SourceType;

/// The AI properties of IPTC Photo Metadata 2025.1. Who wrote the prompt (`AIPromptWriterName`) is a person and no sign.
final class IptcAiProperties implements Recogniser {
  private static final int NAME_MAX = 100;

  @Override
  public List<Signature> find(Words words) {
    String system = words.xmp().first(Xmp.IPTC_EXTENSION, "AISystemUsed").map(String::strip).orElse("");
    String prompt = words.xmp().first(Xmp.IPTC_EXTENSION, "AIPromptInformation").map(String::strip).orElse("");
    if (system.isEmpty() && prompt.isEmpty()) return List.of();
    String version = words.xmp().first(Xmp.IPTC_EXTENSION, "AISystemVersionUsed").map(String::strip).orElse("");
    // The properties do not say how much AI did; a source type beside them does.
    boolean part = SourceTypeLabel.of(words.xmp())
        .anyMatch(t -> t.meaning() == SourceType.Meaning.AI_PART || t.meaning() == SourceType.Meaning.CAPTURE || t.meaning() == SourceType.Meaning.OTHER);
    String property = system.isEmpty() ? "AIPromptInformation" : "AISystemUsed";
    String tool = system.isEmpty() ? Signature.UNKNOWN_TOOL + "IPTC AIPromptInformation)" : system.substring(0, Math.min(system.length(), NAME_MAX));
    return List.of(Signature.label(tool, Kind.IPTC_AI_PROPERTY, Place.xmp(words.xmp().carrier(), property), part ? Weight.EDITED : Weight.DECLARED)
        .with(Recipe.ofPrompt(prompt, "").version(version)));
  }
}
