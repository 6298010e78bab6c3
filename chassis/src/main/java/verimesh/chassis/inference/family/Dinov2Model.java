package verimesh.chassis.inference.family;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.TorchArchive;
import verimesh.chassis.inference.safetensors.StoredTensor;

/// DINOv2 (Oquab et al. 2023), with registers (Darcet et al. 2023) or without, as encoder or as classifier.
///
/// @param registers tokens between CLS and patches; 0 without
/// @param antialias whether positions are resized with a widened kernel: the class with registers does, the other does not
/// @param labels of the classifier; empty for the encoder
record Dinov2Model(Transformer transformer, int imageSize, int patch, int registers, boolean antialias, List<String> labels) implements ModelFamily {
  static Dinov2Model read(ConfigReader config, String type, String architecture) throws CheckpointException {
    boolean withRegisters = type.equals("dinov2_with_registers");
    String name = withRegisters ? "Dinov2WithRegisters" : "Dinov2";
    boolean classifier = architecture.equals(name + "ForImageClassification");
    if (!classifier && !architecture.equals(name + "Model")) {
      throw ModelFamily.unknownArchitecture(type, architecture, name + "Model, " + name + "ForImageClassification");
    }
    config.integer("num_channels", 3, 3, 3);
    int width = config.integer("hidden_size", 768, 1, 1 << 14);
    double ratio = config.decimal("mlp_ratio", 4, 0.01, 64);
    boolean gated = config.bool("use_swiglu_ffn", false);
    int hidden = (int) (width * ratio);
    int mlp = gated ? ((int) (hidden * 2 / 3.0) + 7) / 8 * 8 : hidden;
    // The configuration has no intermediate_size: it follows from mlp_ratio.
    Transformer read = Transformer.read(config, 768, 12, 12, mlp, Activation.GELU, 1e-6, false);
    Transformer transformer = new Transformer(
        read.width(), read.layers(), read.heads(), mlp, read.activation(), read.eps(), false, gated, config.bool("qkv_bias", true));
    return new Dinov2Model(
        transformer,
        config.integer("image_size", 224, 1, 4096),
        config.integer("patch_size", 14, 1, 1024),
        withRegisters ? config.integer("num_register_tokens", 4, 0, 1024) : 0,
        withRegisters,
        classifier ? config.labels() : List.of());
  }

  /// The published preprocessing cuts 224 px, whatever size the positions were stored for.
  @Override
  public int defaultSize() {
    return 224;
  }

  @Override
  public BuiltModel build(Map<String, StoredTensor> tensors, Variant variant, PixelInput input) throws CheckpointException {
    Layers layer = new Layers(variant);
    Weights weights = new Weights(tensors);
    String at = labels.isEmpty() ? "" : antialias ? "dinov2_with_registers." : "dinov2.";
    int width = transformer.width();
    int grid = input.grid(patch);
    int stored = imageSize / patch;
    float[] positions = weights.floats(at + "embeddings.position_embeddings", 1, 1L + stored * stored, width);
    float[] classToken = Layers.sum(weights.floats(at + "embeddings.cls_token", 1, 1, width), Arrays.copyOf(positions, width));
    float[] patches = PositionGrid.resize(Arrays.copyOfRange(positions, width, positions.length), stored, grid, width, antialias);
    float[] registerTokens = registers == 0 ? null : weights.floats(at + "embeddings.register_tokens", 1, registers, width);
    var tower = new VisionTower(transformer, patch, grid, true, registers, false);
    var embeddings = new VisionTower.Embeddings(
        at + "embeddings.patch_embeddings.projection.weight", at + "embeddings.patch_embeddings.projection.bias", classToken, patches, registerTokens);
    VisionTower.Module module = tower.build(
        layer, input, weights, embeddings, "", at + "layernorm",
        transformer.gated() ? Transformer.Names.DINOV2_GATED : Transformer.Names.DINOV2, i -> at + "encoder.layer." + i + ".");

    RootModule root = new RootModule().pixels(input).child("vision", module.type(), module.object()).attentions(layer);
    root.method("def states(self, x: Tensor) -> Tensor:\n  return self.vision.normed(self.vision.hidden(x, ), )");
    List<String> outputs = new ArrayList<>(List.of("last_hidden_state", "pooler_output"));
    List<String> results = new ArrayList<>(List.of("h", "torch.select(h, 1, 0)"));
    if (labels.isEmpty()) {
      // Only CLS is asked for, so only CLS is normalised.
      root.embedding("h = self.vision.hidden(self.pixels(rgb, ), )\nreturn torch.to(self.vision.normed(torch.select(h, 1, 0), ), 6)", true);
    } else {
      // CLS beside the mean of the patches; registers are left out (Dinov2ForImageClassification).
      ModuleClass linear = layer.linearClass("Classifier", true);
      root.child("classifier", linear, layer.linearObject(linear, weights.take("classifier.weight", labels.size(), 2L * width), weights.floats("classifier.bias", labels.size())));
      root.method(
          "def logits(self, h: Tensor) -> Tensor:\n  m = torch.mean(torch.slice(h, 1, " + tower.firstPatch()
              + ", 9223372036854775807, 1), [1])\n  return self.classifier.forward(torch.cat([torch.select(h, 1, 0), m], 1), )");
      root.tokenLogits(layer, "h = torch.slice(self.states(self.pixels(rgb, ), ), 1, " + tower.firstPatch() + ", 9223372036854775807, 1)\n"
          + "return torch.to(torch.linear(h, torch.slice(self.classifier.l_w, 1, " + width + ", " + 2 * width + ", 1), None), 6)");
      root.method("def classify(self, rgb: Tensor) -> Tensor:\n  return torch.to(self.logits(self.states(self.pixels(rgb, ), ), ), 6)");
      root.method("def forward(self, rgb: Tensor) -> Tensor:\n  return self.classify(rgb, )");
      outputs.add("logits");
      results.add("self.logits(h, )");
    }
    root.outputs("image_outputs(self, pixel_values: Tensor)", "h = self.states(torch.permute(pixel_values, [0, 2, 3, 1]), )\n", results);
    weights.nothingElse(name -> name.equals(at + "embeddings.mask_token")); // used in training only
    var description = new BuiltModel.Description(
        antialias ? "dinov2_with_registers" : "dinov2", outputs, List.of(), labels.isEmpty() ? width : 0, 0, false, 0, labels, false, grid);
    return new BuiltModel(new TorchArchive(root.build()), description);
  }
}
