package verimesh.metadata.read;

/// Reads a file's own words out of any container, in one pass, within fixed limits (METADATA.md §16).
///
/// Thread-safe and stateless. Never throws for what a file holds: damage becomes a finding.
public interface FileReader {
  /// @param file the whole file; not changed
  /// @return what it says, or why not even its header could be read
  Reading read(byte[] file);

  /// Either a record or the reason why there is none.
  sealed interface Reading {
    record Read(FileRecord record) implements Reading {}

    /// @param reason `EMPTY_FILE`, `NOT_AN_IMAGE` or `UNREADABLE_HEADER`
    record Refused(String reason, String message) implements Reading {}
  }
}
