package verimesh.chassis.inference.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.family.BuiltModel.Description;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.fetch.Digest;
import verimesh.chassis.inference.torch.FloatTensor;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;

/// A TorchScript archive that was made elsewhere. It is a program: whoever registers it vouches for it, and the digest says for
/// which one. Its `forward` takes normalised float32 `[n, 3, size, size]`.
///
/// @param file the archive
/// @param sha256 of the file, lower-case hex
/// @param input how pictures are cut for it
/// @param labels of its outputs or of its boxes; empty if its outputs are a vector
/// @param kind what `forward` returns
public record ForeignArchive(Path file, String sha256, InputSpec input, List<String> labels, Kind kind) {
  /// The reference of an object detector has hundreds of thousands of numbers; so many of them are kept.
  private static final int KEPT_MAX = 4096;

  /// What `forward` returns for one picture.
  public enum Kind {
    /// `[1, k]`: logits if there are labels, else a vector.
    VALUES,
    /// Boxes as YOLO gives them: `[1, 4 + labels, boxes]` (version 8 and later) or `[1, boxes, 5 + labels]` (version 5).
    OBJECTS
  }

  public ForeignArchive {
    labels = List.copyOf(labels);
    if (kind == Kind.OBJECTS && labels.isEmpty()) throw new IllegalArgumentException("an object detector has labels");
  }

  /// Registers it in the store, once its digest was checked and it was run.
  public StoredModel register(ModelStore store, TorchRuntime runtime, String name) throws IOException {
    String actual = new Digest.Sha256(sha256).of(file);
    if (!actual.equals(sha256)) {
      throw new CheckpointException(file + " has SHA-256 " + actual + ", not the pinned " + sha256 + "; it is another program and is not registered");
    }
    Path place = Files.createDirectories(store.place(name));
    Path temporary = place.resolve("tmp-" + UUID.randomUUID() + ".pt");
    FloatTensor result;
    try {
      Files.copy(file, temporary);
      try (TorchModel model = TorchModel.load(runtime, temporary, "cpu")) {
        result = model.run("forward", normalised(List.of(TestPicture.pixels(input.size())), input)).getFirst();
      }
      requireFit(result);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Files.move(temporary, place.resolve(sha256 + ".pt"), StandardCopyOption.ATOMIC_MOVE);
    StoredModel model = new StoredModel(
        place, name, sha256, description(result), input, Map.of(Variant.PLAIN_F32, sha256), new StoredModel.Reference(reference(result), new float[0]), true);
    Importer.publish(place, model);
    Importer.removeUnnamed(place, model.archives());
    return model;
  }

  private void requireFit(FloatTensor result) throws CheckpointException {
    long[] shape = result.shape();
    String returned = file + " returns shape " + Arrays.toString(shape) + " for one picture; expected ";
    switch (kind) {
      case VALUES -> {
        if (shape.length != 2 || shape[0] != 1) throw new CheckpointException(returned + "[1, k]");
        if (!labels.isEmpty() && labels.size() != shape[1]) throw new CheckpointException(file + " has " + shape[1] + " outputs and " + labels.size() + " labels were given");
      }
      case OBJECTS -> {
        if (shape.length != 3 || shape[0] != 1 || shape[1] != 4 + labels.size() && shape[2] != 5 + labels.size()) {
          throw new CheckpointException(
              returned + "[1, " + (4 + labels.size()) + ", boxes] or [1, boxes, " + (5 + labels.size()) + "], since " + labels.size() + " labels were given");
        }
      }
    }
  }

  private Description description(FloatTensor result) {
    boolean vector = kind == Kind.VALUES && labels.isEmpty();
    String output = vector ? "image_embeds" : kind == Kind.VALUES ? "logits" : "objects";
    return new Description("trusted", List.of(output), List.of(), vector ? result.values().length : 0, 0, false, 0, labels, false, 0);
  }

  private float[] reference(FloatTensor result) {
    return kind == Kind.OBJECTS ? sampled(result.values()) : labels.isEmpty() ? unit(result.values()) : result.values();
  }

  /// Evenly spaced numbers of an output, at most [#KEPT_MAX].
  public static float[] sampled(float[] values) {
    int step = Math.ceilDiv(values.length, KEPT_MAX);
    float[] sample = new float[Math.ceilDiv(values.length, Math.max(1, step))];
    for (int i = 0; i < sample.length; i++) sample[i] = values[i * step];
    return sample;
  }

  /// What a trusted archive is fed: `(sample / 255 - mean) / std`, float32 `[n, 3, size, size]`.
  public static TensorInput.Floats normalised(List<ByteBuffer> pictures, InputSpec input) {
    int size = input.size();
    float[] table = input.normalisation();
    float[] values = new float[pictures.size() * 3 * size * size];
    int plane = size * size;
    for (int n = 0; n < pictures.size(); n++) {
      ByteBuffer rgb = pictures.get(n);
      for (int i = 0; i < plane; i++) {
        for (int c = 0; c < 3; c++) values[(n * 3 + c) * plane + i] = table[c << 8 | rgb.get(rgb.position() + i * 3 + c) & 0xff];
      }
    }
    return new TensorInput.Floats(values, pictures.size(), 3, size, size);
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float v : vector) squares += (double) v * v;
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) unit[i] = squares > 0 ? (float) (vector[i] / Math.sqrt(squares)) : 0;
    return unit;
  }
}
