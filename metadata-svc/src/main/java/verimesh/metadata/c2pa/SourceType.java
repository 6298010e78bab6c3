package verimesh.metadata.c2pa;

import java.util.Map;

/// IPTC digital source type, as XMP and C2PA actions carry it (METADATA.md §6, METADATA-C2PA.md §11).
///
/// @param term last path part of the URI, case kept: schemes differ between writers (`http`, `https`), the term does not
/// @param meaning what it says of the picture; [Meaning#UNDECIDED] for terms that nobody published
public record SourceType(String term, Meaning meaning) {
  /// Ordered from nothing to everything only by name; a picture can be captured first and AI-edited later.
  public enum Meaning {
    /// Made by a model trained on sampled content, as a whole.
    FULLY_AI,
    /// AI in parts or steps: never "fully AI".
    AI_PART,
    /// A camera's capture; proves no more than its signer does.
    CAPTURE,
    /// Made or changed by people, programs, scanners: no AI claim.
    OTHER,
    /// Says neither.
    UNDECIDED
  }

  private static final Map<String, Meaning> MEANINGS = Map.ofEntries(
      Map.entry("trainedAlgorithmicMedia", Meaning.FULLY_AI),
      Map.entry("trainedAlgorithmicData", Meaning.FULLY_AI), // C2PA's own: as media when it stands on a picture
      Map.entry("compositeWithTrainedAlgorithmicMedia", Meaning.AI_PART),
      Map.entry("compositeSynthetic", Meaning.AI_PART),
      Map.entry("digitalCapture", Meaning.CAPTURE),
      Map.entry("computationalCapture", Meaning.CAPTURE),
      Map.entry("compositeCapture", Meaning.OTHER),
      Map.entry("algorithmicMedia", Meaning.OTHER), // an algorithm without training data: fractals, procedural art
      Map.entry("algorithmicallyEnhanced", Meaning.OTHER),
      Map.entry("dataDrivenMedia", Meaning.OTHER),
      Map.entry("digitalCreation", Meaning.OTHER),
      Map.entry("humanEdits", Meaning.OTHER),
      Map.entry("minorHumanEdits", Meaning.OTHER),
      Map.entry("softwareImage", Meaning.OTHER),
      Map.entry("digitalArt", Meaning.OTHER),
      Map.entry("negativeFilm", Meaning.OTHER),
      Map.entry("positiveFilm", Meaning.OTHER),
      Map.entry("print", Meaning.OTHER),
      Map.entry("screenCapture", Meaning.OTHER));

  /// @param uri as written, or the bare term
  public static SourceType of(String uri) {
    String trimmed = uri.strip();
    while (trimmed.endsWith("/")) trimmed = trimmed.substring(0, trimmed.length() - 1);
    String term = trimmed.substring(trimmed.lastIndexOf('/') + 1);
    return new SourceType(term, MEANINGS.getOrDefault(term, Meaning.UNDECIDED));
  }

  public boolean isAi() {
    return meaning == Meaning.FULLY_AI || meaning == Meaning.AI_PART;
  }
}
