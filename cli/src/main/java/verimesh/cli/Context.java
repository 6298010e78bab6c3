package verimesh.cli;

import java.nio.file.Path;
import java.util.Map;
import verimesh.cli.local.Meshes;
import verimesh.cli.term.Console;
import verimesh.cli.term.Language;

/// What every command may need of its surroundings, given by [Mesh#main] and by tests.
///
/// @param root of the repository
/// @param environment all variables; `VERIMESH_*` among them
/// @param language what people's text comes in unless a command says otherwise
/// @param meshes starts services within this process
public record Context(Console console, Path root, Map<String, String> environment, Language language, Meshes meshes) {
  public Context {
    environment = Map.copyOf(environment);
  }

  /// Where running services, logs and what is built lie; never part of the repository.
  public Path home() {
    return root.resolve(".mesh");
  }
}
