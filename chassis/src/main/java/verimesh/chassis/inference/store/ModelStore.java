package verimesh.chassis.inference.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import verimesh.chassis.inference.CheckpointException;

/// The folder of imported models. Names are `name` or `owner/name`, as on a model hub; each is a folder with `model.json`.
///
/// @param folder may not exist yet
public record ModelStore(Path folder) {
  /// Letters, digits, `.`, `_`, `-`, at most one slash, no part that begins with a dot.
  private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,95})?";

  /// All models, by name. Folders that are no models are left out; broken ones throw.
  public List<StoredModel> list() throws IOException {
    List<StoredModel> models = new ArrayList<>();
    if (!Files.isDirectory(folder)) return models;
    try (Stream<Path> paths = Files.find(folder, 3, (path, _) -> path.getFileName().toString().equals("model.json"))) {
      for (Path path : paths.sorted().toList()) models.add(StoredModel.read(path.getParent()));
    }
    models.sort(Comparator.comparing(StoredModel::name));
    return models;
  }

  public Optional<StoredModel> find(String name) throws IOException {
    Path place = place(name);
    return Files.isRegularFile(place.resolve("model.json")) ? Optional.of(StoredModel.read(place)) : Optional.empty();
  }

  /// @throws CheckpointException naming what there is, if there is none of that name
  public StoredModel get(String name) throws IOException {
    Optional<StoredModel> found = find(name);
    if (found.isPresent()) return found.get();
    List<String> names = list().stream().map(StoredModel::name).toList();
    throw new CheckpointException(
        "There is no model \"" + name + "\" in " + folder + (names.isEmpty() ? "; none was imported yet (./mesh models import)." : "; there are " + String.join(", ", names) + "."));
  }

  /// Removes a model with all its files. A service that has it loaded keeps it until it ends.
  public void remove(String name) throws IOException {
    Path place = get(name).folder();
    try (Stream<Path> paths = Files.walk(place)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    }
  }

  /// Where a model of that name lies or would lie.
  Path place(String name) throws CheckpointException {
    if (!name.matches(NAME)) throw new CheckpointException("\"" + name + "\" is no model name; expected name or owner/name of letters, digits, \".\", \"_\" and \"-\"");
    return folder.resolve(name);
  }
}
