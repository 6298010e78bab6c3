package verimesh.embedding.detect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.safetensors.SafetensorsFile;
import verimesh.chassis.inference.safetensors.StoredTensor;
import verimesh.embedding.model.Role;
import verimesh.embedding.model.VisionModel;

/// A small classifier on another model's vector: one or more linear layers from a safetensors file, so that published heads
/// fit as well as our own.
///
/// Tensors are pairs `PREFIX.weight` `[out, in]` and `PREFIX.bias`, applied in the order of the numbers in their names.
/// `__metadata__` may say `on` (`clip` or `dinov2`, default `clip`), `input` (`unit` or `raw`, default `raw`), `activation`
/// between layers (`relu` or `gelu`, default `relu`), `labels` (comma-separated; default `ai` for one output) and
/// `calibrated` (`true` if fitted on labelled data).
public final class Head {
  private static final long BYTES_MAX = 256 << 20;

  private final Role on;
  private final boolean unit;
  private final boolean gelu;
  private final List<float[]> weights;
  private final List<float[]> biases;
  private final AiLabels labels;
  private final boolean calibrated;
  private final String digest;

  private Head(Role on, boolean unit, boolean gelu, List<float[]> weights, List<float[]> biases, AiLabels labels, boolean calibrated, String digest) {
    this.on = on;
    this.unit = unit;
    this.gelu = gelu;
    this.weights = List.copyOf(weights);
    this.biases = List.copyOf(biases);
    this.labels = labels;
    this.calibrated = calibrated;
    this.digest = digest;
  }

  /// @param aiLabels see [AiLabels#of]
  public static Head read(Path path, List<String> aiLabels) throws IOException {
    if (Files.size(path) > BYTES_MAX) throw new CheckpointException(path + " has over 256 MiB; a head is small");
    String digest = digest(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Map<String, String> meta = file.metadata();
      List<StoredTensor> layers = file.tensors().values().stream()
          .filter(t -> t.shape().length == 2)
          .sorted(Comparator.comparing(StoredTensor::name, Comparator.comparingInt(Head::number).thenComparing(Comparator.naturalOrder())))
          .toList();
      if (layers.isEmpty()) throw new CheckpointException(path + " has no weight of two dimensions; a head needs one");
      List<float[]> weights = new ArrayList<>();
      List<float[]> biases = new ArrayList<>();
      long width = layers.getFirst().shape()[1];
      for (StoredTensor layer : layers) {
        if (layer.shape()[1] != width) throw new CheckpointException("Tensor " + layer.name() + " of " + path + " takes " + layer.shape()[1] + " numbers; the layer before gives " + width);
        width = layer.shape()[0];
        weights.add(layer.floats());
        StoredTensor bias = file.tensors().get(layer.name().replaceFirst("weight$", "bias"));
        if (bias != null && bias != layer && !Arrays.equals(bias.shape(), new long[] {width})) {
          throw new CheckpointException(
              "Tensor " + bias.name() + " of " + path + " has shape " + Arrays.toString(bias.shape()) + "; expected [" + width + "]");
        }
        biases.add(bias == null || bias == layer ? new float[Math.toIntExact(width)] : bias.floats());
      }
      List<String> names = meta.containsKey("labels") ? Arrays.stream(meta.get("labels").split(",")).map(String::strip).toList() : width == 1 ? List.of("ai") : numbered(width);
      if (names.size() != width) throw new CheckpointException(path + " has " + width + " outputs and " + names.size() + " labels");
      Role on = switch (meta.getOrDefault("on", "clip").toLowerCase(Locale.ROOT)) {
        case "clip" -> Role.CLIP;
        case "dinov2" -> Role.DINOV2;
        default -> throw new CheckpointException(path + " sits on \"" + meta.get("on") + "\"; expected clip or dinov2");
      };
      return new Head(
          on, meta.getOrDefault("input", "raw").equals("unit"), meta.getOrDefault("activation", "relu").equals("gelu"), weights, biases,
          AiLabels.of(names, aiLabels), meta.getOrDefault("calibrated", "false").equals("true"), digest);
    }
  }

  /// @param vector as the model gives it
  public float[] logits(float[] vector) {
    float[] x = unit ? VisionModel.unit(vector) : vector;
    for (int l = 0; l < weights.size(); l++) {
      float[] w = weights.get(l);
      float[] b = biases.get(l);
      float[] y = new float[b.length];
      for (int o = 0; o < y.length; o++) {
        double sum = b[o];
        for (int i = 0; i < x.length; i++) sum += (double) w[o * x.length + i] * x[i];
        y[o] = (float) (l + 1 < weights.size() ? activate(sum) : sum);
      }
      x = y;
    }
    return x;
  }

  public Role on() {
    return on;
  }

  /// Length of the vectors that it takes.
  public int inputs() {
    return weights.getFirst().length / biases.getFirst().length;
  }

  public AiLabels labels() {
    return labels;
  }

  public boolean calibrated() {
    return calibrated;
  }

  /// Lower-case hex SHA-256 of its file.
  public String digest() {
    return digest;
  }

  private double activate(double x) {
    if (!gelu) return Math.max(0, x);
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  private static List<String> numbered(long width) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < width; i++) names.add("LABEL_" + i);
    return names;
  }

  /// The first number in a tensor's name; names without one come first.
  private static int number(String name) {
    String digits = name.replaceAll("^[^0-9]*([0-9]{0,6}).*$", "$1");
    return digits.isEmpty() ? -1 : Integer.parseInt(digits);
  }

  private static String digest(Path path) throws IOException {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
