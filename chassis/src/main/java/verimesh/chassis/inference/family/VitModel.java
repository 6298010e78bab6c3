package verimesh.chassis.inference.family;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.TorchArchive;
import verimesh.chassis.inference.safetensors.StoredTensor;

/// The vision transformer as classifier (Dosovitskiy et al. 2020): CLS after the final norm, one linear layer.
record VitModel(Transformer transformer, int imageSize, int patch, List<String> labels) implements ModelFamily {
  static VitModel read(ConfigReader config, String architecture) throws CheckpointException {
    if (!architecture.equals("ViTForImageClassification")) throw ModelFamily.unknownArchitecture("vit", architecture, "ViTForImageClassification");
    config.integer("num_channels", 3, 3, 3);
    Transformer read = Transformer.read(config, 768, 12, 12, 3072, Activation.GELU, 1e-12, false);
    Transformer transformer = new Transformer(
        read.width(), read.layers(), read.heads(), read.mlpWidth(), read.activation(), read.eps(), false, false, config.bool("qkv_bias", true));
    return new VitModel(transformer, config.integer("image_size", 224, 1, 4096), config.integer("patch_size", 16, 1, 1024), config.labels());
  }

  @Override
  public int defaultSize() {
    return imageSize;
  }

  @Override
  public BuiltModel build(Map<String, StoredTensor> tensors, Variant variant, PixelInput input) throws CheckpointException {
    Layers layer = new Layers(variant);
    Weights weights = new Weights(tensors);
    int width = transformer.width();
    int grid = input.grid(patch);
    if (grid != imageSize / patch) {
      throw new CheckpointException(
          "This ViT's positions fit pictures of " + imageSize + " px only; the preprocessor configuration asks for " + input.size() + " px");
    }
    float[] positions = weights.floats("vit.embeddings.position_embeddings", 1, 1L + grid * grid, width);
    float[] classToken = Layers.sum(weights.floats("vit.embeddings.cls_token", 1, 1, width), Arrays.copyOf(positions, width));
    var tower = new VisionTower(transformer, patch, grid, true, 0, false);
    var embeddings = new VisionTower.Embeddings(
        "vit.embeddings.patch_embeddings.projection.weight", "vit.embeddings.patch_embeddings.projection.bias", classToken,
        Arrays.copyOfRange(positions, width, positions.length), null);
    VisionTower.Module module = tower.build(
        layer, input, weights, embeddings, "", "vit.layernorm", Transformer.Names.VIT, i -> "vit.encoder.layer." + i + ".");
    ModuleClass linear = layer.linearClass("Classifier", true);
    RootModule root = new RootModule().pixels(input).child("vision", module.type(), module.object()).attentions(layer);
    root.child("classifier", linear, layer.linearObject(linear, weights.take("classifier.weight", labels.size(), width), weights.floats("classifier.bias", labels.size())));
    root.method("def logits(self, c: Tensor) -> Tensor:\n  return self.classifier.forward(c, )");
    root.tokenLogits(layer, "h = self.vision.normed(self.vision.hidden(self.pixels(rgb, ), ), )\nreturn torch.to(self.logits(torch.slice(h, 1, 1, 9223372036854775807, 1), ), 6)");
    root.method(
        "def classify(self, rgb: Tensor) -> Tensor:\n  c = torch.select(self.vision.hidden(self.pixels(rgb, ), ), 1, 0)\n"
            + "  return torch.to(self.logits(self.vision.normed(c, ), ), 6)");
    root.method("def forward(self, rgb: Tensor) -> Tensor:\n  return self.classify(rgb, )");
    root.outputs(
        "image_outputs(self, pixel_values: Tensor)", "h = self.vision.normed(self.vision.hidden(torch.permute(pixel_values, [0, 2, 3, 1]), ), )\n",
        List.of("h", "self.logits(torch.select(h, 1, 0), )"));
    weights.nothingElse(name -> name.equals("vit.embeddings.mask_token") || name.startsWith("vit.pooler."));
    var description = new BuiltModel.Description("vit", List.of("last_hidden_state", "logits"), List.of(), 0, 0, false, 0, labels, false, grid);
    return new BuiltModel(new TorchArchive(root.build()), description);
  }
}
