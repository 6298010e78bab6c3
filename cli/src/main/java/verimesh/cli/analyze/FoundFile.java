package verimesh.cli.analyze;

import java.nio.file.Path;
import java.util.Optional;

/// A file to analyse.
///
/// @param path where it lies
/// @param shown as the person who asked would name it; what every output calls it
/// @param refusal why it cannot be read; empty if nothing speaks against it so far
public record FoundFile(Path path, String shown, Optional<Refusal> refusal) {
  FoundFile(Path path, String shown) {
    this(path, shown, Optional.empty());
  }
}
