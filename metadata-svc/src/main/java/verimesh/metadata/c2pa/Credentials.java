package verimesh.metadata.c2pa;

import java.util.List;
import java.util.Optional;
import verimesh.metadata.read.FileRecord.ReadFinding;

/// The Content Credentials of one file.
///
/// @param carrier where the store stood: `PNG caBX`, ...; empty without one
/// @param manifests in store order; the last one is active
/// @param story what the manifests together say; [Story#SILENT] without any
/// @param remoteUrl reference to a manifest elsewhere, never fetched; empty without one
/// @param findings damage and limits, offsets relative to the store
public record Credentials(
    State state, String carrier, List<Manifest> manifests, Story story, String remoteUrl, List<ReadFinding> findings) {
  public static final Credentials NONE = new Credentials(State.NONE, "", List.of(), Story.SILENT, "", List.of());

  public Credentials {
    manifests = List.copyOf(manifests);
    findings = List.copyOf(findings);
  }

  /// `UNVALIDATED` until validation exists; then `VALID` and `TRUSTED` join.
  public enum State {
    /// No store in the file.
    NONE,
    /// Only a reference to one elsewhere.
    REMOTE,
    /// Claims were read, no signature or hash was checked.
    UNVALIDATED,
    /// A store that says nothing that could be read, or several stores, which are all void (METADATA-C2PA.md §2).
    INVALID;

    /// As answers print it.
    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public Optional<Manifest> active() {
    return manifests.isEmpty() ? Optional.empty() : Optional.of(manifests.getLast());
  }
}
