package verimesh.chassis.inference.family;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;
import verimesh.chassis.inference.archive.TorchArchive;
import verimesh.chassis.inference.safetensors.StoredTensor;

/// SigLIP and the fixed-resolution SigLIP2: towers without CLS, pooled by an attention head; or the image classifier.
///
/// @param vision null without an image side
/// @param text null without a text side
/// @param labels of the classifier; empty for other classes
record SiglipModel(Vision vision, Text text, List<String> labels) implements ModelFamily {
  private static final double EPS = 1e-6;
  private static final String KNOWN = "SiglipModel, SiglipVisionModel, SiglipTextModel, SiglipForImageClassification";

  record Vision(Transformer transformer, int imageSize, int patch, boolean head) {}

  record Text(Transformer transformer, int vocabulary, int context, int projection, int pad) {}

  static SiglipModel read(ConfigReader config, String type, String architecture) throws CheckpointException {
    boolean whole = type.equals("siglip");
    return switch (architecture) {
      case "SiglipModel" -> new SiglipModel(vision(config.nested("vision_config")), text(config.nested("text_config")), List.of());
      case "SiglipVisionModel" -> new SiglipModel(vision(whole ? config.nested("vision_config") : config), null, List.of());
      case "SiglipTextModel" -> new SiglipModel(null, text(whole ? config.nested("text_config") : config), List.of());
      case "SiglipForImageClassification" -> new SiglipModel(vision(config.nested("vision_config")), null, config.labels());
      default -> throw ModelFamily.unknownArchitecture(type, architecture, KNOWN);
    };
  }

  private static Vision vision(ConfigReader config) throws CheckpointException {
    config.integer("num_channels", 3, 3, 3);
    return new Vision(
        Transformer.read(config, 768, 12, 12, 3072, Activation.GELU_TANH, EPS, false),
        config.integer("image_size", 224, 1, 4096),
        config.integer("patch_size", 16, 1, 1024),
        config.bool("vision_use_head", true));
  }

  private static Text text(ConfigReader config) throws CheckpointException {
    Transformer transformer = Transformer.read(config, 768, 12, 12, 3072, Activation.GELU_TANH, EPS, false);
    return new Text(
        transformer,
        config.integer("vocab_size", 32000, 1, 1 << 24),
        config.integer("max_position_embeddings", 64, 1, 1 << 16),
        config.integer("projection_size", transformer.width(), 1, 1 << 14),
        config.integer("pad_token_id", 1, 0, Integer.MAX_VALUE));
  }

  @Override
  public int defaultSize() {
    return vision == null ? 224 : vision.imageSize;
  }

  @Override
  public BuiltModel build(Map<String, StoredTensor> tensors, Variant variant, PixelInput input) throws CheckpointException {
    Layers layer = new Layers(variant);
    Weights weights = new Weights(tensors);
    RootModule root = new RootModule();
    List<String> imageOutputs = new ArrayList<>();
    List<String> textOutputs = new ArrayList<>();
    int grid = vision == null ? 0 : addVision(root, layer, weights, input, imageOutputs);
    if (text != null) addText(root, layer, weights, textOutputs);
    boolean both = vision != null && text != null;
    if (both) {
      root.scalar("scale", (float) Math.exp(weights.floats("logit_scale", 1)[0])).scalar("bias", weights.floats("logit_bias", 1)[0]);
      root.method(
          "def logits_per_image(self, i: Tensor, t: Tensor) -> Tensor:\n"
              + "  return torch.add(torch.mul(torch.matmul(i, torch.transpose(t, 0, 1)), self.scale), self.bias)");
    }
    // The classifier's file keeps the pooling head, which it does not use; one-sided classes may get the whole model's file.
    weights.nothingElse(name -> (!labels.isEmpty() && name.startsWith("vision_model.head."))
        || (!both && (name.equals("logit_scale") || name.equals("logit_bias") || (text == null ? name.startsWith("text_model.") : name.startsWith("vision_model.")))));
    var description = new BuiltModel.Description(
        "siglip", imageOutputs, textOutputs, vision == null || !labels.isEmpty() || !vision.head ? 0 : vision.transformer.width(),
        text == null ? 0 : text.context, true, text == null ? 0 : text.pad, labels, both, grid);
    return new BuiltModel(new TorchArchive(root.build()), description);
  }

  private int addVision(RootModule root, Layers layer, Weights weights, PixelInput input, List<String> outputs) throws CheckpointException {
    String at = weights.hasPrefix("vision_model.") ? "vision_model." : "";
    int width = vision.transformer.width();
    int grid = input.grid(vision.patch);
    if (grid != vision.imageSize / vision.patch) {
      throw new CheckpointException(
          "This SigLIP's positions fit pictures of " + vision.imageSize + " px only; the preprocessor configuration asks for " + input.size() + " px");
    }
    float[] positions = weights.floats(at + "embeddings.position_embedding.weight", (long) grid * grid, width);
    var tower = new VisionTower(vision.transformer, vision.patch, grid, false, 0, false);
    var embeddings = new VisionTower.Embeddings(at + "embeddings.patch_embedding.weight", at + "embeddings.patch_embedding.bias", null, positions, null);
    VisionTower.Module module = tower.build(
        layer, input, weights, embeddings, "", at + "post_layernorm", Transformer.Names.CLIP, i -> at + "encoder.layers." + i + ".");
    root.pixels(input).child("vision", module.type(), module.object()).attentions(layer);
    root.method("def states(self, x: Tensor) -> Tensor:\n  return self.vision.normed(self.vision.hidden(x, ), )");
    String body = "h = self.states(torch.permute(pixel_values, [0, 2, 3, 1]), )\n";
    List<String> results = new ArrayList<>(List.of("h"));
    outputs.add(text == null ? "last_hidden_state" : "vision_last_hidden_state");
    if (!labels.isEmpty()) {
      ModuleClass linear = layer.linearClass("Classifier", true);
      root.child("classifier", linear, layer.linearObject(linear, weights.take("classifier.weight", labels.size(), width), weights.floats("classifier.bias", labels.size())));
      root.method("def logits(self, h: Tensor) -> Tensor:\n  return self.classifier.forward(torch.mean(h, [1]), )");
      root.tokenLogits(layer, "return torch.to(self.classifier.forward(self.states(self.pixels(rgb, ), ), ), 6)");
      root.method("def classify(self, rgb: Tensor) -> Tensor:\n  return torch.to(self.logits(self.states(self.pixels(rgb, ), ), ), 6)");
      root.method("def forward(self, rgb: Tensor) -> Tensor:\n  return self.classify(rgb, )");
      outputs.add("logits");
      results.add("self.logits(h, )");
    }
    // The classifier's published class computes a pooler output too where the head is in the file, and ignores it.
    if (vision.head && (labels.isEmpty() || weights.has(at + "head.probe"))) {
      VisionTower.Module head = head(layer, weights, at + "head.");
      root.child("head", head.type(), head.object());
      outputs.add(text == null ? "pooler_output" : "vision_pooler_output");
      results.add("self.head.forward(h, )");
      if (labels.isEmpty()) {
        root.embedding("return torch.to(self.head.forward(self.states(self.pixels(rgb, ), ), ), 6)", true);
      }
      if (text != null) {
        outputs.add("image_embeds");
        results.add("self.unit(self.head.forward(h, ), )");
      }
    }
    root.outputs("image_outputs(self, pixel_values: Tensor)", body, results);
    return grid;
  }

  /// Attention pooling: one learned probe asks all tokens, then a residual MLP (SiglipMultiheadAttentionPoolingHead). The
  /// probe never changes, so its query is computed here.
  private VisionTower.Module head(Layers layer, Weights weights, String at) throws CheckpointException {
    Transformer t = vision.transformer;
    int width = t.width();
    float[] stacked = weights.floats(at + "attention.in_proj_weight", 3L * width, width);
    float[] stackedBias = weights.floats(at + "attention.in_proj_bias", 3L * width);
    float[] probe = weights.floats(at + "probe", 1, 1, width);
    float[] query = new float[width];
    for (int r = 0; r < width; r++) {
      double sum = stackedBias[r];
      for (int c = 0; c < width; c++) sum += (double) stacked[r * width + c] * probe[c];
      query[r] = (float) sum;
    }
    ModuleClass type = new ModuleClass("PoolingHead").tensor("q");
    layer.declareLinear(type, "kv", true);
    layer.declareLinear(type, "o", true);
    Layers.declareNorm(type, "n");
    layer.declareLinear(type, "fc1", true);
    layer.declareLinear(type, "fc2", true);
    type.method(
        "def forward(self, x: Tensor) -> Tensor:\n"
            + """
            b = torch.size(x, 0)
            n = torch.size(x, 1)
            kv = torch.permute(torch.reshape(%s, [b, n, 2, %d, %d]), [2, 0, 3, 1, 4])
            k, v = torch.unbind(kv, 0)
            q = torch.expand(self.q, [b, -1, -1, -1])
            a = torch.reshape(torch.transpose(torch.scaled_dot_product_attention(q, k, v, None, 0., False), 1, 2), [b, 1, %d])
            a = %s
            h = %s
            %s
            return torch.select(%s, 1, 0)
            """.formatted(layer.linear("x", "kv", true), t.heads(), t.depth(), width, layer.linear("a", "o", true), Layers.norm("a", "n", width, t.eps()),
                layer.activatedLinear("h", "h", "fc1", t.activation()), layer.addedLinear("h", "a", "fc2")).indent(2));
    ModuleObject object = new ModuleObject(type).tensor("q", layer.data(query, 1, t.heads(), 1, t.depth()));
    object.tensor("kv_w", layer.data(java.util.Arrays.copyOfRange(stacked, width * width, stacked.length), 2L * width, width));
    object.tensor("kv_b", layer.data(java.util.Arrays.copyOfRange(stackedBias, width, stackedBias.length), 2L * width));
    linear(object, "o", layer, weights, at + "attention.out_proj", width, width);
    layer.setNorm(object, "n", weights, at + "layernorm", width);
    linear(object, "fc1", layer, weights, at + "mlp.fc1", t.mlpWidth(), width);
    linear(object, "fc2", layer, weights, at + "mlp.fc2", width, t.mlpWidth());
    return new VisionTower.Module(type, object);
  }

  private static void linear(ModuleObject object, String name, Layers layer, Weights weights, String stored, int out, int in) throws CheckpointException {
    object.tensor(name + "_w", layer.data(weights.take(stored + ".weight", out, in), out, in));
    object.tensor(name + "_b", layer.data(weights.take(stored + ".bias", out), out));
  }

  private void addText(RootModule root, Layers layer, Weights weights, List<String> outputs) throws CheckpointException {
    String at = weights.hasPrefix("text_model.") ? "text_model." : "";
    Transformer t = text.transformer;
    int width = t.width();
    ModuleClass block = t.blockClass("TextBlock", layer, text.context);
    List<ModuleObject> blocks = t.blocks(block, layer, text.context, weights, Transformer.Names.CLIP, i -> at + "encoder.layers." + i + ".");
    ModuleClass type = new ModuleClass("Text").tensor("tok").tensor("pos");
    Layers.declareNorm(type, "post");
    for (int i = 0; i < blocks.size(); i++) type.child("b" + i, block);
    type.method(
        "def hidden(self, ids: Tensor) -> Tensor:\n"
            + ("x = torch.add(torch.embedding(self.tok, ids), torch.slice(self.pos, 0, 0, torch.size(ids, 1), 1))\n" + t.runBlocks()
                + "return " + Layers.norm("x", "post", width, t.eps())).indent(2));
    ModuleObject object = new ModuleObject(type);
    object.tensor("tok", layer.data(weights.take(at + "embeddings.token_embedding.weight", text.vocabulary, width), text.vocabulary, width));
    object.tensor("pos", layer.data(weights.take(at + "embeddings.position_embedding.weight", text.context, width), text.context, width));
    layer.setNorm(object, "post", weights, at + "final_layer_norm", width);
    for (int i = 0; i < blocks.size(); i++) object.child("b" + i, blocks.get(i));
    ModuleClass linear = layer.linearClass("TextHead", true);
    root.child("text", type, object);
    root.child("text_head", linear, layer.linearObject(linear, weights.take(at + "head.weight", text.projection, width), weights.floats(at + "head.bias", text.projection)));
    // The LAST position, padding or not: SigLIP was trained so.
    root.method("def pool_text(self, h: Tensor) -> Tensor:\n  return self.text_head.forward(torch.select(h, 1, -1), )");
    root.method("def embed_text(self, ids: Tensor) -> Tensor:\n  return self.unit(self.pool_text(self.text.hidden(ids, ), ), )");
    if (vision == null) root.method("def forward(self, ids: Tensor) -> Tensor:\n  return self.embed_text(ids, )");
    List<String> results = new ArrayList<>(List.of("h", "p"));
    outputs.addAll(vision == null ? List.of("last_hidden_state", "pooler_output") : List.of("text_last_hidden_state", "text_pooler_output", "text_embeds"));
    if (vision != null) results.add("self.unit(p, )");
    root.outputs("text_outputs(self, ids: Tensor)", "h = self.text.hidden(ids, )\np = self.pool_text(h, )\n", results);
  }
}
