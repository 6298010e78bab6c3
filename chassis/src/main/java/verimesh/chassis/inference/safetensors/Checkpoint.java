package verimesh.chassis.inference.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import verimesh.chassis.inference.CheckpointException;

/// A published checkpoint folder, open: `config.json` and the weights of `model.safetensors` or of its shards.
public final class Checkpoint implements AutoCloseable {
  private static final long JSON_BYTES_MAX = 16 << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final JsonNode config;
  private final List<SafetensorsFile> files;
  private final Map<String, StoredTensor> tensors;

  private Checkpoint(Path folder, JsonNode config, List<SafetensorsFile> files, Map<String, StoredTensor> tensors) {
    this.folder = folder;
    this.config = config;
    this.files = List.copyOf(files);
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /// @throws CheckpointException if something is missing or unsound; pickled weights are refused with the reason
  public static Checkpoint open(Path folder) throws IOException {
    JsonNode config = json(folder.resolve("config.json"));
    List<SafetensorsFile> files = new ArrayList<>();
    try {
      Map<String, StoredTensor> tensors = new LinkedHashMap<>();
      for (Path path : weightFiles(folder)) {
        SafetensorsFile file = SafetensorsFile.open(path);
        files.add(file);
        for (StoredTensor tensor : file.tensors().values()) {
          if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
            throw new CheckpointException("Tensor " + tensor.name() + " is in two shards of " + folder);
          }
        }
      }
      return new Checkpoint(folder, config, files, tensors);
    } catch (IOException | RuntimeException e) {
      files.forEach(SafetensorsFile::close);
      throw e;
    }
  }

  public Path folder() {
    return folder;
  }

  public JsonNode config() {
    return config;
  }

  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /// Lower-case hex SHA-256 of the weight files' digests in order: equal weights, equal digest.
  public String weightsDigest() throws IOException {
    MessageDigest all = sha256();
    for (SafetensorsFile file : files) all.update(digest(file.path()));
    return HexFormat.of().formatHex(files.size() == 1 ? digest(files.getFirst().path()) : all.digest());
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }

  /// A JSON file of the folder, bounded in size.
  public static JsonNode json(Path path) throws IOException {
    if (!Files.isRegularFile(path)) throw new CheckpointException(path + " is missing; a checkpoint folder has it");
    if (Files.size(path) > JSON_BYTES_MAX) throw new CheckpointException(path + " has over 16 MiB; that is no such file");
    try {
      JsonNode node = JSON.readTree(Files.readAllBytes(path));
      if (node == null || !node.isObject()) throw new CheckpointException(path + " is not a JSON object");
      return node;
    } catch (JsonProcessingException e) {
      throw new CheckpointException(path + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static List<Path> weightFiles(Path folder) throws IOException {
    Path single = folder.resolve("model.safetensors");
    if (Files.isRegularFile(single)) return List.of(single);
    Path index = folder.resolve("model.safetensors.index.json");
    if (Files.isRegularFile(index)) return shards(folder, json(index).path("weight_map"));
    for (String pickled : List.of("pytorch_model.bin", "pytorch_model.bin.index.json", "model.bin")) {
      if (Files.exists(folder.resolve(pickled))) {
        throw new CheckpointException(
            folder + " has only " + pickled + ". Such files are pickles, and reading a pickle runs the code in it, so it is"
                + " refused. Take a revision with model.safetensors, or convert it where you trust the file.");
      }
    }
    throw new CheckpointException(folder + " has no model.safetensors and no model.safetensors.index.json");
  }

  private static List<Path> shards(Path folder, JsonNode weightMap) throws CheckpointException {
    TreeSet<String> names = new TreeSet<>();
    weightMap.forEach(node -> names.add(node.asText()));
    if (names.isEmpty()) throw new CheckpointException("model.safetensors.index.json names no shard");
    List<Path> paths = new ArrayList<>();
    for (String name : names) {
      if (!name.matches("[A-Za-z0-9._-]+\\.safetensors")) throw new CheckpointException("The index names a shard \"" + name + "\"; expected a plain *.safetensors name");
      Path path = folder.resolve(name);
      if (!Files.isRegularFile(path)) throw new CheckpointException("Shard " + name + " is missing in " + folder);
      paths.add(path);
    }
    return paths;
  }

  static byte[] digest(Path path) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
      byte[] buffer = new byte[1 << 20];
      while (in.read(buffer) >= 0) {
        // The stream feeds the digest.
      }
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
