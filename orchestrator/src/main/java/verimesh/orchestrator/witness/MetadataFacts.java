package verimesh.orchestrator.witness;

import java.util.List;
import java.util.Optional;
import verimesh.orchestrator.fusion.Level;
import verimesh.orchestrator.fusion.MetadataAnswer.Part;

/// What the file says of itself, as far as people are told about it. Without prompts and without personal data.
///
/// @param signs every AI tool's sign, the deciding one first
/// @param generator the tool that made or edited the picture, where the file names one
/// @param exifScore the published score, 0 to 1, not calibrated
/// @param exifConsistency `CAMERA_CONSISTENT`, `STRIPPED`, `CONTRADICTORY` or empty
/// @param captureDevice make and model that the data names, empty if none: a name, not a proof
/// @param inconsistencies the published rules that fired, code and sentence
/// @param credentials state of the Content Credentials: `none`, `remote`, `unvalidated`, `invalid`, `valid`, `trusted`
/// @param editors editing programs that the file names
/// @param reencoded true if it was encoded again after its capture or making
public record MetadataFacts(
    List<Sign> signs,
    Optional<Generator> generator,
    double exifScore,
    String exifConsistency,
    String captureDevice,
    List<Inconsistency> inconsistencies,
    String credentials,
    List<String> editors,
    boolean reencoded) {
  public MetadataFacts {
    signs = List.copyOf(signs);
    inconsistencies = List.copyOf(inconsistencies);
    editors = List.copyOf(editors);
  }

  /// @param kind UPPER_SNAKE: `GENERATOR_RECORD`, `C2PA_CLAIM`, ...
  /// @param carrier container and place: `PNG tEXt parameters`
  /// @param claim what it says of the picture
  /// @param signer who vouches, empty where nobody does
  /// @param verified true only for a cryptographic signature that holds
  public record Sign(
      String tool, String kind, String carrier, Level level, Part part, Claim claim, String version, String model, String signer, boolean verified) {}

  /// What a sign says of the picture's making.
  public enum Claim {
    NOTHING,
    FULLY_GENERATED,
    /// In components or edits only; never to be shown as "fully AI".
    AI_EDITED,
    CAPTURED,
    OTHER,
    /// A platform suspects it.
    SUSPECTED
  }

  /// @param evidence where it stands, for people: `PNG text chunk 'parameters'`
  public record Generator(String name, String version, String model, String evidence) {}

  public record Inconsistency(String code, String text) {}
}
