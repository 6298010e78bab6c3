package verimesh.chassis.inference.family;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;
import verimesh.chassis.inference.archive.TorchArchive;
import verimesh.chassis.inference.safetensors.StoredTensor;

/// ResNet and ResNeXt (He et al. 2015, Xie et al. 2016) with the names of Hugging Face or of torchvision. One flat class;
/// batch norms are folded into the convolutions before them.
///
/// @param stem channels behind the first convolution
/// @param stages one a resolution
/// @param torchvision whose names and class facts apply
/// @param labels of the classifier; empty for Hugging Face's `ResNetModel`
record ResnetModel(int stem, List<Stage> stages, boolean torchvision, List<String> labels) implements ModelFamily {
  /// BatchNorm's eps in both libraries.
  private static final double EPS = 1e-5;

  /// torchvision's architectures: block counts, groups and channels a group of the middle convolution.
  private record Architecture(boolean bottleneck, List<Integer> depths, int groups, int groupWidth) {}

  private static final Map<String, Architecture> TORCHVISION = Map.ofEntries(
      Map.entry("resnet18", new Architecture(false, List.of(2, 2, 2, 2), 1, 64)),
      Map.entry("resnet34", new Architecture(false, List.of(3, 4, 6, 3), 1, 64)),
      Map.entry("resnet50", new Architecture(true, List.of(3, 4, 6, 3), 1, 64)),
      Map.entry("resnet101", new Architecture(true, List.of(3, 4, 23, 3), 1, 64)),
      Map.entry("resnet152", new Architecture(true, List.of(3, 8, 36, 3), 1, 64)),
      Map.entry("resnext50_32x4d", new Architecture(true, List.of(3, 4, 6, 3), 32, 4)),
      Map.entry("resnext101_32x8d", new Architecture(true, List.of(3, 4, 23, 3), 32, 8)),
      Map.entry("resnext101_64x4d", new Architecture(true, List.of(3, 4, 23, 3), 64, 4)),
      Map.entry("wide_resnet50_2", new Architecture(true, List.of(3, 4, 6, 3), 1, 128)),
      Map.entry("wide_resnet101_2", new Architecture(true, List.of(3, 4, 23, 3), 1, 128)));

  /// @param middle channels of a bottleneck's middle convolution; ignored by basic blocks
  /// @param stride of the stage's first block
  /// @param strideFirst whether a bottleneck's 1x1 convolution strides instead of its 3x3 one (the paper's v1)
  record Stage(int out, int depth, boolean bottleneck, int middle, int groups, int stride, boolean strideFirst) {}

  static ResnetModel readHuggingFace(ConfigReader config, String architecture) throws CheckpointException {
    boolean classifier = architecture.equals("ResNetForImageClassification");
    if (!classifier && !architecture.equals("ResNetModel")) {
      throw ModelFamily.unknownArchitecture("resnet", architecture, "ResNetForImageClassification, ResNetModel");
    }
    config.integer("num_channels", 3, 3, 3);
    Activation activation = config.activation("hidden_act", Activation.RELU);
    if (activation != Activation.RELU) throw new CheckpointException("config.json.hidden_act is not relu, the only one supported for resnet");
    String layerType = config.text("layer_type", "bottleneck");
    if (!layerType.equals("bottleneck") && !layerType.equals("basic")) {
      throw new CheckpointException("config.json.layer_type is \"" + layerType + "\"; expected bottleneck or basic");
    }
    boolean bottleneck = layerType.equals("bottleneck");
    List<Integer> sizes = config.integers("hidden_sizes", List.of(256, 512, 1024, 2048), 4, 1 << 14);
    List<Integer> depths = config.integers("depths", List.of(3, 4, 6, 3), 1, 256);
    if (sizes.size() != depths.size()) throw new CheckpointException("config.json has " + sizes.size() + " hidden_sizes and " + depths.size() + " depths; expected equally many");
    boolean first = config.bool("downsample_in_first_stage", false);
    boolean strideFirst = config.bool("downsample_in_bottleneck", false);
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      stages.add(new Stage(sizes.get(i), depths.get(i), bottleneck, sizes.get(i) / 4, 1, i > 0 || first ? 2 : 1, strideFirst));
    }
    return new ResnetModel(config.integer("embedding_size", 64, 1, 1 << 14), List.copyOf(stages), false, classifier ? config.labels() : List.of());
  }

  static ResnetModel readTorchvision(ConfigReader config, String name) throws CheckpointException {
    Architecture architecture = TORCHVISION.get(name);
    if (architecture == null) {
      throw new CheckpointException("Architecture \"" + name + "\" is not among the supported ResNets: " + String.join(", ", TORCHVISION.keySet().stream().sorted().toList()));
    }
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int planes = 64 << i;
      int middle = planes * architecture.groupWidth / 64 * architecture.groups;
      stages.add(new Stage(
          architecture.bottleneck ? 4 * planes : planes, architecture.depths.get(i), architecture.bottleneck, middle, architecture.groups, i > 0 ? 2 : 1, false));
    }
    int classes = config.integer("num_classes", 1000, 1, 100_000);
    List<String> labels = config.json().path("id2label").isObject() || config.json().has("num_labels") ? config.labels() : numbered(classes);
    return new ResnetModel(64, List.copyOf(stages), true, labels);
  }

  private static List<String> numbered(int classes) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < classes; i++) labels.add("LABEL_" + i);
    return List.copyOf(labels);
  }

  @Override
  public int defaultSize() {
    return 224;
  }

  @Override
  public BuiltModel build(Map<String, StoredTensor> tensors, Variant variant, PixelInput input) throws CheckpointException {
    Builder builder = new Builder(new Layers(variant), new Weights(tensors));
    String base = torchvision ? "" : labels.isEmpty() ? "" : "resnet.";
    builder.convolution(
        torchvision ? "conv1" : base + "embedder.embedder.convolution", torchvision ? "bn1" : base + "embedder.embedder.normalization",
        3, stem, 7, 2, 1, "x", "x", true);
    builder.line("x = torch.max_pool2d(x, [3, 3], [2, 2], [1, 1], [1, 1], False)");
    int in = stem;
    for (int s = 0; s < stages.size(); s++) {
      Stage stage = stages.get(s);
      for (int b = 0; b < stage.depth; b++) {
        String at = torchvision ? "layer" + (s + 1) + "." + b + "." : base + "encoder.stages." + s + ".layers." + b + ".";
        block(builder, stage, at, b == 0 ? in : stage.out, b == 0 ? stage.stride : 1);
      }
      in = stage.out;
    }
    builder.line("return x");

    Layers layer = builder.layer;
    RootModule root = new RootModule().pixels(input).child("net", builder.type, builder.object());
    List<String> outputs = new ArrayList<>();
    List<String> results = new ArrayList<>();
    String pooled = "torch.mean(h, [2, 3])";
    root.method("def features(self, x: Tensor) -> Tensor:\n  return self.net.forward(torch.to(torch.permute(x, [0, 3, 1, 2]), " + layer.dtype() + "), )");
    if (!labels.isEmpty()) {
      String stored = torchvision ? "fc" : "classifier.1";
      ModuleClass linear = layer.linearClass("Classifier", true);
      root.child("classifier", linear, layer.linearObject(
          linear, builder.weights.take(stored + ".weight", labels.size(), in), builder.weights.floats(stored + ".bias", labels.size())));
      if (!layer.variant().packed()) {
        // The head is linear on the mean, so a label's gradient at the last activations is its row of weights over their number.
        root.method("def activations(self, rgb: Tensor) -> Tuple[Tensor, Tensor]:\n  return (torch.to(self.features(self.pixels(rgb, ), ), 6), torch.to(self.classifier.l_w, 6))");
      }
      root.method("def logits(self, p: Tensor) -> Tensor:\n  return self.classifier.forward(p, )");
      root.method("def classify(self, rgb: Tensor) -> Tensor:\n  h = self.features(self.pixels(rgb, ), )\n  return torch.to(self.logits(" + pooled + ", ), 6)");
      root.method("def forward(self, rgb: Tensor) -> Tensor:\n  return self.classify(rgb, )");
      outputs.add("logits");
      results.add("self.logits(" + pooled + ", )");
    }
    if (torchvision) {
      outputs.add("features");
      results.add(pooled);
    } else {
      outputs.addAll(List.of("last_hidden_state", "pooler_output"));
      results.addAll(List.of("h", pooled));
    }
    root.embedding("h = self.features(self.pixels(rgb, ), )\nreturn torch.to(" + pooled + ", 6)", labels.isEmpty());
    root.outputs("image_outputs(self, pixel_values: Tensor)", "h = self.features(torch.permute(pixel_values, [0, 2, 3, 1]), )\n", results);
    builder.weights.nothingElse(name -> name.endsWith(".num_batches_tracked")); // counts training steps
    var description = new BuiltModel.Description(torchvision ? "torchvision_resnet" : "resnet", outputs, List.of(), in, 0, false, 0, labels, false, 0);
    return new BuiltModel(new TorchArchive(root.build()), description);
  }

  private void block(Builder b, Stage stage, String at, int in, int stride) throws CheckpointException {
    boolean shortcut = in != stage.out || stride != 1;
    b.line("s = x");
    if (shortcut) {
      b.convolution(
          at + (torchvision ? "downsample.0" : "shortcut.convolution"), at + (torchvision ? "downsample.1" : "shortcut.normalization"),
          in, stage.out, 1, stride, 1, "x", "s", false);
    }
    if (stage.bottleneck) {
      b.convolution(conv(at, 0), norm(at, 0), in, stage.middle, 1, stage.strideFirst ? stride : 1, 1, "x", "x", true);
      b.convolution(conv(at, 1), norm(at, 1), stage.middle, stage.middle, 3, stage.strideFirst ? 1 : stride, stage.groups, "x", "x", true);
      b.addedConvolution(conv(at, 2), norm(at, 2), stage.middle, stage.out, 1);
    } else {
      b.convolution(conv(at, 0), norm(at, 0), in, stage.out, 3, stride, 1, "x", "x", true);
      b.addedConvolution(conv(at, 1), norm(at, 1), stage.out, stage.out, 3);
    }
  }

  private String conv(String at, int i) {
    return torchvision ? at + "conv" + (i + 1) : at + "layer." + i + ".convolution";
  }

  private String norm(String at, int i) {
    return torchvision ? at + "bn" + (i + 1) : at + "layer." + i + ".normalization";
  }

  /// Collects convolutions `c0`, `c1`, ... and the lines that call them.
  private static final class Builder {
    private static final String NO_SCALARS = "annotate(List[Optional[number]], [])";

    final Layers layer;
    final Weights weights;
    final ModuleClass type = new ModuleClass("Convolutions");
    private final List<float[][]> folded = new ArrayList<>();
    private final List<long[]> shapes = new ArrayList<>();
    private final StringBuilder lines = new StringBuilder();

    Builder(Layers layer, Weights weights) {
      this.layer = layer;
      this.weights = weights;
    }

    void line(String line) {
      lines.append(line).append('\n');
    }

    /// `into = relu?(norm(conv(from)))`, padding kernel / 2.
    void convolution(String conv, String norm, int in, int out, int kernel, int stride, int groups, String from, String into, boolean relu)
        throws CheckpointException {
      String name = add(conv, norm, in, out, kernel, stride, groups);
      String geometry = geometry(kernel, stride, groups);
      if (layer.variant().packed()) {
        line(into + " = ops.mkldnn._convolution_pointwise(" + from + ", self." + name + "_w, self." + name + "_b, " + geometry + ", \""
            + (relu ? "relu" : "none") + "\", " + NO_SCALARS + ", \"\")");
      } else {
        String plain = plain(from, name, kernel, stride, groups);
        line(into + " = " + (relu ? "torch.relu(" + plain + ")" : plain));
      }
    }

    /// `x = relu(norm(conv(x)) + s)`, stride 1. The packed form adds in place: `s` is of no more use afterwards.
    void addedConvolution(String conv, String norm, int in, int out, int kernel) throws CheckpointException {
      String name = add(conv, norm, in, out, kernel, 1, 1);
      if (layer.variant().packed()) {
        line("x = ops.mkldnn._convolution_pointwise_(s, x, self." + name + "_w, self." + name + "_b, " + geometry(kernel, 1, 1)
            + ", \"add\", 1.0, \"relu\", " + NO_SCALARS + ", None)");
      } else {
        line("x = torch.relu(torch.add(" + plain("x", name, kernel, 1, 1) + ", s))");
      }
    }

    ModuleObject object() {
      type.method("def forward(self, x: Tensor) -> Tensor:\n" + lines.toString().indent(2));
      ModuleObject object = new ModuleObject(type);
      for (int i = 0; i < folded.size(); i++) {
        object.tensor("c" + i + "_w", layer.data(folded.get(i)[0], shapes.get(i)));
        object.tensor("c" + i + "_b", layer.data(folded.get(i)[1], shapes.get(i)[0]));
      }
      return object;
    }

    private String add(String conv, String norm, int in, int out, int kernel, int stride, int groups) throws CheckpointException {
      String name = "c" + folded.size();
      long[] shape = {out, in / groups, kernel, kernel};
      float[] weight = weights.floats(conv + ".weight", shape);
      float[] gamma = weights.floats(norm + ".weight", out);
      float[] beta = weights.floats(norm + ".bias", out);
      float[] mean = weights.floats(norm + ".running_mean", out);
      float[] variance = weights.floats(norm + ".running_var", out);
      float[] bias = new float[out];
      int columns = weight.length / out;
      for (int o = 0; o < out; o++) {
        double scale = gamma[o] / Math.sqrt(variance[o] + EPS);
        for (int i = 0; i < columns; i++) weight[o * columns + i] = (float) (weight[o * columns + i] * scale);
        bias[o] = (float) (beta[o] - mean[o] * scale);
      }
      folded.add(new float[][] {weight, bias});
      shapes.add(shape);
      if (layer.variant().packed()) {
        type.packedTensor(name + "_w", "ops.mkldnn._reorder_convolution_weight({}, " + geometry(kernel, stride, groups) + ", None)");
      } else {
        type.tensor(name + "_w");
      }
      type.tensor(name + "_b");
      return name;
    }

    private static String geometry(int kernel, int stride, int groups) {
      int pad = kernel / 2;
      return "[" + pad + ", " + pad + "], [" + stride + ", " + stride + "], [1, 1], " + groups;
    }

    private static String plain(String x, String name, int kernel, int stride, int groups) {
      int pad = kernel / 2;
      return "torch.conv2d(" + x + ", self." + name + "_w, self." + name + "_b, [" + stride + ", " + stride + "], [" + pad + ", " + pad + "], [1, 1], " + groups + ")";
    }
  }
}
