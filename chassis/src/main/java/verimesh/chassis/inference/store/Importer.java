package verimesh.chassis.inference.store;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.archive.TorchArchive;
import verimesh.chassis.inference.family.BuiltModel;
import verimesh.chassis.inference.family.BuiltModel.Description;
import verimesh.chassis.inference.family.ModelFamily;
import verimesh.chassis.inference.family.PixelInput;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.safetensors.Checkpoint;
import verimesh.chassis.inference.torch.FloatTensor;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchLibrary;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;

/// Turns a checkpoint folder into a stored model: builds each variant, writes it beside its final name, loads it once,
/// compares it with the plain float32 one, and only then gives it its name.
public final class Importer {
  private static final JsonMapper CANONICAL = JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
  private static final List<String> KEPT = List.of("config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json");

  private final ModelStore store;
  private final TorchRuntime runtime;
  private final Consumer<String> progress;

  /// @param progress is told one sentence a step, for people
  public Importer(ModelStore store, TorchRuntime runtime, Consumer<String> progress) {
    this.store = store;
    this.runtime = runtime;
    this.progress = progress;
  }

  /// @param name to store it under
  /// @param variants to write; plain float32 is always built for the reference vectors, and kept only if it is among them
  public StoredModel importFolder(Path checkpointFolder, String name, List<Variant> variants) throws IOException {
    Path place = Files.createDirectories(store.place(name));
    try (FileChannel lockFile = FileChannel.open(place.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lockFile.tryLock()) {
      if (lock == null) throw new CheckpointException("Another import of " + name + " is running");
      removeLeftovers(place);
      return importLocked(checkpointFolder, name, variants, place);
    }
  }

  private StoredModel importLocked(Path checkpointFolder, String name, List<Variant> variants, Path place) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(checkpointFolder)) {
      ModelFamily family = ModelFamily.parse(checkpoint.config());
      InputSpec input = PreprocessorConfig.of(checkpointFolder, familyName(checkpoint), family.defaultSize());
      PixelInput pixels = new PixelInput(
          input.size(), input.mean().stream().mapToDouble(Double::doubleValue).toArray(), input.std().stream().mapToDouble(Double::doubleValue).toArray());
      progress.accept("Reading " + checkpoint.tensors().size() + " tensors of " + checkpointFolder);
      String weights = checkpoint.weightsDigest();

      BuiltModel plain = family.build(checkpoint.tensors(), Variant.PLAIN_F32, pixels);
      Description description = plain.description();
      Path plainFile = write(plain, place);
      StoredModel.Reference reference;
      try (TorchModel model = TorchModel.load(runtime, plainFile, "cpu")) {
        reference = outputs(model, description, input.size());
      }
      requireFinite(reference, name);
      Map<Variant, String> archives = new EnumMap<>(Variant.class);
      for (Variant variant : variants) {
        BuiltModel built = variant == Variant.PLAIN_F32 ? plain : family.build(checkpoint.tensors(), variant, pixels);
        Path file = variant == Variant.PLAIN_F32 ? plainFile : write(built, place);
        if (variant != Variant.PLAIN_F32) requireEqual(file, variant, description, input.size(), reference);
        String digest = digest(weights, checkpoint, input, variant, built.archive());
        Files.move(file, place.resolve(digest + ".pt"), StandardCopyOption.ATOMIC_MOVE);
        archives.put(variant, digest);
        progress.accept("Wrote " + variant.spelling() + " as " + digest + ".pt");
      }
      Files.deleteIfExists(plainFile);
      for (String kept : KEPT) {
        if (Files.isRegularFile(checkpointFolder.resolve(kept))) Files.copy(checkpointFolder.resolve(kept), place.resolve(kept), StandardCopyOption.REPLACE_EXISTING);
      }
      StoredModel model = new StoredModel(place, name, weights, description, input, archives, reference, false);
      publish(place, model);
      removeUnnamed(place, archives);
      return model;
    }
  }

  /// The vectors of the test picture and text; both sides that the model has.
  public static StoredModel.Reference outputs(TorchModel model, Description description, int size) {
    float[] image = {};
    if (!description.imageOutputs().isEmpty()) {
      FloatTensor out = model.run(description.classifies() ? "classify" : "embed_image", new TensorInput.Bytes(TestPicture.pixels(size), 1, size, size, 3)).getFirst();
      image = out.values();
    }
    float[] text = {};
    if (description.embedsTexts()) {
      long[] ids = TestPicture.ids(description);
      text = model.run("embed_text", new TensorInput.Longs(ids, 1, ids.length)).getFirst().values();
    }
    return new StoredModel.Reference(image, text);
  }

  /// How far an output of that variant may lie from the plain float32 one: relative L2 distance. Bfloat16 has 8 bits, and
  /// deep towers add up a few percent; a wrong weight or a broken device is an order of magnitude beyond.
  public static double distanceMax(Variant variant) {
    return variant.dtype() == verimesh.chassis.inference.safetensors.DType.F32 ? 1e-3 : 0.1;
  }

  /// L2 distance over the L2 norm of `expected`; infinite if anything is not a number.
  public static double distance(float[] actual, float[] expected) {
    if (actual.length != expected.length) return Double.POSITIVE_INFINITY;
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < actual.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      norm += (double) expected[i] * expected[i];
    }
    if (actual.length == 0) return 0;
    double distance = Math.sqrt(difference / Math.max(norm, 1e-12));
    return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
  }

  private void requireEqual(Path file, Variant variant, Description description, int size, StoredModel.Reference reference) throws IOException {
    StoredModel.Reference actual;
    try (TorchModel model = TorchModel.load(runtime, file, "cpu")) {
      actual = outputs(model, description, size);
    } catch (RuntimeException | IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    double distance = Math.max(distance(actual.image(), reference.image()), distance(actual.text(), reference.text()));
    progress.accept("%s differs from float32 by %.2g of its length".formatted(variant.spelling(), distance));
    if (distance > distanceMax(variant)) {
      Files.deleteIfExists(file);
      throw new CheckpointException(
          "The archive in %s lies %.3g of its length from the float32 one; at most %.3g is taken. Its weights may not fit that type."
              .formatted(variant.spelling(), distance, distanceMax(variant)));
    }
  }

  private static void requireFinite(StoredModel.Reference reference, String name) throws CheckpointException {
    for (float[] values : List.of(reference.image(), reference.text())) {
      for (float value : values) if (!Float.isFinite(value)) throw new CheckpointException("The weights of " + name + " give numbers that are not finite for the test picture");
    }
  }

  private static Path write(BuiltModel built, Path place) throws IOException {
    Path temporary = place.resolve("tmp-" + UUID.randomUUID() + ".pt");
    try {
      built.archive().write(temporary);
      return temporary;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  static void publish(Path place, StoredModel model) throws IOException {
    Path temporary = place.resolve("tmp-model.json");
    Files.write(temporary, model.json());
    try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(temporary, place.resolve("model.json"), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(place, StandardOpenOption.READ)) {
      directory.force(true); // the names survive a power cut, not only the bytes
    }
  }

  /// Temporary files of an import that was cut off. Under the lock, so none belongs to a running one.
  private static void removeLeftovers(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("tmp-")).toList()) Files.delete(file);
    }
  }

  /// Archives of an earlier import that `model.json` no longer names.
  static void removeUnnamed(Path place, Map<Variant, String> archives) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.filter(f -> f.getFileName().toString().endsWith(".pt")).toList()) {
        String name = file.getFileName().toString();
        if (!archives.containsValue(name.substring(0, name.length() - 3))) Files.delete(file);
      }
    }
  }

  private static String familyName(Checkpoint checkpoint) {
    String type = checkpoint.config().path("model_type").asText("torchvision");
    return type.startsWith("clip") ? "clip" : type.startsWith("siglip") ? "siglip" : type;
  }

  /// Everything that decides what the archive computes, and the versions that decide how.
  private static String digest(String weights, Checkpoint checkpoint, InputSpec input, Variant variant, TorchArchive archive) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String canonical = CANONICAL.writeValueAsString(CANONICAL.treeToValue(checkpoint.config(), Object.class));
      for (String part : List.of(
          weights, canonical, input.canonicalText(), variant.spelling(), archive.code(), Integer.toString(TorchArchive.WRITER_VERSION), TorchLibrary.VERSION)) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException("a parsed configuration can be written", e);
    }
  }
}
