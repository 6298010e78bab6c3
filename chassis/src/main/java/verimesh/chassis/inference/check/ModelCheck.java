package verimesh.chassis.inference.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.family.BuiltModel;
import verimesh.chassis.inference.family.ModelFamily;
import verimesh.chassis.inference.family.PixelInput;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.safetensors.Checkpoint;
import verimesh.chassis.inference.safetensors.SafetensorsWriter;
import verimesh.chassis.inference.torch.FloatTensor;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;

/// Imports reference files with formula weights, runs them and compares every output, in every variant that runs here.
public final class ModelCheck {
  private static final double[] NO_SCALING = {0, 0, 0};
  private static final double[] UNIT_STD = {1, 1, 1};

  private final TorchRuntime runtime;
  private final Path scratch;
  private final List<Variant> variants;

  /// @param scratch folder for checkpoints and archives; emptied after each file
  public ModelCheck(TorchRuntime runtime, Path scratch, List<Variant> variants) {
    this.runtime = runtime;
    this.scratch = scratch;
    this.variants = List.copyOf(variants);
  }

  /// What came out for one file.
  public sealed interface Outcome {
    String name();

    /// All outputs in all variants.
    record Compared(String name, List<Comparison> comparisons) implements Outcome {}

    /// The model's family is not supported. Fine for a reference that is marked optional.
    record Refused(String name, String why, boolean optional) implements Outcome {}
  }

  /// @param error largest difference of any compared number
  /// @param cosine least cosine of any batch item over the compared numbers
  public record Comparison(Variant variant, String output, double cosine, double error, double cosineMin, double errorMax, String complaint) {
    public boolean holds() {
      return complaint.isEmpty();
    }
  }

  /// True if everything in it is within tolerance, or may be refused.
  public static boolean holds(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Compared compared -> compared.comparisons().stream().allMatch(Comparison::holds);
      case Outcome.Refused refused -> refused.optional();
    };
  }

  public Outcome check(Path file) throws IOException {
    Reference reference = Reference.read(file);
    ModelFamily complete;
    try {
      complete = ModelFamily.parse(reference.config());
    } catch (CheckpointException e) {
      return new Outcome.Refused(reference.name(), e.getMessage(), reference.optional());
    }
    if (reference.sparse().isObject()) {
      ModelFamily sparse = ModelFamily.parse(reference.sparse());
      if (!sparse.equals(complete)) throw new CheckpointException("config_sparse is read as " + sparse + ", config as " + complete);
    }
    Path folder = Files.createTempDirectory(Files.createDirectories(scratch), "check-");
    try {
      write(reference, folder);
      List<Comparison> comparisons = new ArrayList<>();
      try (Checkpoint checkpoint = Checkpoint.open(folder)) {
        for (Variant variant : variants) comparisons.addAll(compare(reference, checkpoint, variant, folder));
      }
      return new Outcome.Compared(reference.name(), comparisons);
    } finally {
      delete(folder);
    }
  }

  private static void write(Reference reference, Path folder) throws IOException {
    // The sparse form where there is one: the importer's defaults must fill the rest.
    JsonNode config = reference.sparse().isObject() ? reference.sparse() : reference.config();
    Files.writeString(folder.resolve("config.json"), config.toString());
    List<SafetensorsWriter.Entry> entries = new ArrayList<>();
    for (Reference.Tensor t : reference.tensors()) {
      entries.add(new SafetensorsWriter.Entry(t.name(), t.dtype(), t.shape(), FormulaWeights.of(t.name(), t.shape())));
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), entries);
  }

  private List<Comparison> compare(Reference reference, Checkpoint checkpoint, Variant variant, Path folder) throws IOException {
    int size = reference.imageShape().length == 4 ? Math.toIntExact(reference.imageShape()[2]) : 224;
    ModelFamily family = ModelFamily.parse(checkpoint.config());
    BuiltModel built = family.build(checkpoint.tensors(), variant, new PixelInput(size, NO_SCALING, UNIT_STD));
    Path archive = folder.resolve(variant.spelling() + ".pt");
    built.archive().write(archive);
    try (TorchModel model = TorchModel.load(runtime, archive, "cpu")) {
      return compare(reference, variant, run(reference, built.description(), model));
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  private static Map<String, FloatTensor> run(Reference reference, BuiltModel.Description description, TorchModel model) {
    Map<String, FloatTensor> results = new HashMap<>();
    if (reference.imageShape().length == 4 && !description.imageOutputs().isEmpty()) {
      int[] s = Arrays.stream(reference.imageShape()).mapToInt(Math::toIntExact).toArray();
      float[] pixels = FormulaWeights.pixelValues(s[0], s[2], s[3]);
      collect(description.imageOutputs(), model.run("image_outputs", new TensorInput.Floats(pixels, reference.imageShape())), results);
    }
    if (!reference.ids().isEmpty() && description.embedsTexts()) {
      int length = reference.ids().getFirst().length;
      long[] ids = reference.ids().stream().flatMapToLong(Arrays::stream).toArray();
      collect(description.textOutputs(), model.run("text_outputs", new TensorInput.Longs(ids, reference.ids().size(), length)), results);
    }
    if (description.comparesTexts() && results.containsKey("image_embeds") && results.containsKey("text_embeds")) {
      FloatTensor image = results.get("image_embeds");
      FloatTensor text = results.get("text_embeds");
      results.put("logits_per_image", model.run(
          "logits_per_image", new TensorInput.Floats(image.values(), image.shape()), new TensorInput.Floats(text.values(), text.shape())).getFirst());
    }
    return results;
  }

  private static void collect(List<String> names, List<FloatTensor> tensors, Map<String, FloatTensor> into) {
    for (int i = 0; i < names.size(); i++) into.put(names.get(i), tensors.get(i));
  }

  private static List<Comparison> compare(Reference reference, Variant variant, Map<String, FloatTensor> results) {
    List<Comparison> comparisons = new ArrayList<>();
    for (Reference.Output output : reference.outputs()) {
      // A float16 run has no tolerance of its own; it is at least as exact as bfloat16.
      Reference.Tolerance tolerance = output.tolerances().get(variant == Variant.PLAIN_F16 ? "bfloat16" : variant.dtypeName());
      FloatTensor result = results.get(output.name());
      if (result == null) {
        comparisons.add(new Comparison(variant, output.name(), 0, Double.NaN, 0, 0, "the archive has no such output"));
      } else if (!Arrays.equals(result.shape(), output.shape())) {
        comparisons.add(new Comparison(
            variant, output.name(), 0, Double.NaN, 0, 0, "shape " + Arrays.toString(result.shape()) + ", expected " + Arrays.toString(output.shape())));
      } else if (tolerance == null) {
        comparisons.add(new Comparison(variant, output.name(), 0, Double.NaN, 0, 0, "the file gives no tolerance for " + variant.dtypeName()));
      } else {
        comparisons.add(compare(variant, output, tolerance, result));
      }
    }
    return comparisons;
  }

  private static Comparison compare(Variant variant, Reference.Output output, Reference.Tolerance tolerance, FloatTensor result) {
    int items = Math.toIntExact(output.shape()[0]);
    int width = result.values().length / items;
    double[] dot = new double[items];
    double[] ours = new double[items];
    double[] theirs = new double[items];
    double error = 0;
    for (Map.Entry<Integer, Double> expected : output.values().entrySet()) {
      double value = result.values()[expected.getKey()];
      double difference = Math.abs(value - expected.getValue());
      error = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(error, difference);
      int item = expected.getKey() / width;
      dot[item] += value * expected.getValue();
      ours[item] += value * value;
      theirs[item] += expected.getValue() * expected.getValue();
    }
    double cosine = 1;
    for (int i = 0; i < items; i++) {
      if (theirs[i] > 0) cosine = Math.min(cosine, dot[i] / Math.sqrt(ours[i] * theirs[i]));
    }
    String complaint = "";
    if (!(error <= tolerance.errorMax())) complaint = "error above tolerance";
    if (!(cosine >= tolerance.cosineMin())) complaint = "cosine below tolerance";
    if (complaint.isEmpty()) complaint = wholeTensor(output, tolerance, result);
    return new Comparison(variant, output.name(), cosine, error, tolerance.cosineMin(), tolerance.errorMax(), complaint);
  }

  /// What lies between the samples: extremes within the tolerance, sums within what so many tolerated errors can add up to.
  private static String wholeTensor(Reference.Output output, Reference.Tolerance tolerance, FloatTensor result) {
    double sum = 0;
    double squares = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (float value : result.values()) {
      sum += value;
      squares += (double) value * value;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    int n = result.values().length;
    double[] expected = output.sums();
    double rounding = 1e-8; // the file has 9 significant digits
    if (Math.abs(min - expected[2]) > tolerance.errorMax() + rounding * Math.abs(min)) return "minimum is " + min + ", expected " + expected[2];
    if (Math.abs(max - expected[3]) > tolerance.errorMax() + rounding * Math.abs(max)) return "maximum is " + max + ", expected " + expected[3];
    if (Math.abs(sum - expected[0]) > n * tolerance.errorMax() + rounding * Math.abs(sum)) return "sum is " + sum + ", expected " + expected[0];
    double scale = Math.sqrt(n * Math.max(squares, expected[1]));
    if (Math.abs(squares - expected[1]) > 2 * scale * tolerance.errorMax() + rounding * squares) return "sum of squares is " + squares + ", expected " + expected[1];
    return "";
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    }
  }
}
