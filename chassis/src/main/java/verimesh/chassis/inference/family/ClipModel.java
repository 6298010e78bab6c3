package verimesh.chassis.inference.family;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;
import verimesh.chassis.inference.archive.TorchArchive;
import verimesh.chassis.inference.safetensors.StoredTensor;

/// CLIP: an image tower and a text tower into one space (Radford et al. 2021), or one of them, or its classifier.
///
/// @param vision null without an image side
/// @param text null without a text side
/// @param projection length of the shared vectors; 0 where the class has no projection
/// @param normalised whether `image_embeds` and `text_embeds` of the published class are unit vectors
/// @param labels of the classifier; empty for other classes
record ClipModel(Vision vision, Text text, int projection, boolean normalised, List<String> labels) implements ModelFamily {
  private static final double EPS = 1e-5;
  private static final String KNOWN =
      "CLIPModel, CLIPVisionModelWithProjection, CLIPVisionModel, CLIPTextModelWithProjection, CLIPTextModel, CLIPForImageClassification";

  record Vision(Transformer transformer, int imageSize, int patch) {}

  /// @param legacyEos published OpenAI configurations say eos_token_id 2 and mean the highest id: transformers then pools at
  ///     the first position of the largest id, otherwise at the first position that equals `eos`
  record Text(Transformer transformer, int vocabulary, int context, int eos, int pad, boolean legacyEos) {}

  static ClipModel read(ConfigReader config, String type, String architecture) throws CheckpointException {
    return switch (architecture) {
      case "CLIPModel" -> new ClipModel(vision(tower(config, "vision")), text(tower(config, "text")), projection(config), true, List.of());
      case "CLIPForImageClassification" -> new ClipModel(vision(tower(config, "vision")), null, 0, false, config.labels());
      case "CLIPVisionModelWithProjection" -> {
        ConfigReader own = type.equals("clip") ? tower(config, "vision") : config;
        yield new ClipModel(vision(own), null, projection(own), false, List.of());
      }
      case "CLIPVisionModel" -> new ClipModel(vision(type.equals("clip") ? tower(config, "vision") : config), null, 0, false, List.of());
      case "CLIPTextModelWithProjection" -> {
        ConfigReader own = type.equals("clip") ? tower(config, "text") : config;
        yield new ClipModel(null, text(own), projection(own), false, List.of());
      }
      case "CLIPTextModel" -> new ClipModel(null, text(type.equals("clip") ? tower(config, "text") : config), 0, false, List.of());
      default -> throw ModelFamily.unknownArchitecture(type, architecture, KNOWN);
    };
  }

  /// Older files carry `vision_config_dict`, which replaces `vision_config` wholly where it is given (CLIPConfig).
  private static ConfigReader tower(ConfigReader config, String side) {
    return config.has(side + "_config_dict") ? config.nested(side + "_config_dict") : config.nested(side + "_config");
  }

  private static int projection(ConfigReader config) throws CheckpointException {
    return config.integer("projection_dim", 512, 1, 1 << 14);
  }

  private static Vision vision(ConfigReader config) throws CheckpointException {
    config.integer("num_channels", 3, 3, 3);
    return new Vision(
        Transformer.read(config, 768, 12, 12, 3072, Activation.QUICK_GELU, EPS, false),
        config.integer("image_size", 224, 1, 4096),
        config.integer("patch_size", 32, 1, 1024));
  }

  private static Text text(ConfigReader config) throws CheckpointException {
    int eos = config.integer("eos_token_id", 49407, 0, Integer.MAX_VALUE);
    return new Text(
        Transformer.read(config, 512, 12, 8, 2048, Activation.QUICK_GELU, EPS, true),
        config.integer("vocab_size", 49408, 1, 1 << 24),
        config.integer("max_position_embeddings", 77, 1, 1 << 16),
        eos,
        config.integer("pad_token_id", 1, 0, Integer.MAX_VALUE),
        eos == 2);
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
      root.scalar("scale", (float) Math.exp(weights.floats("logit_scale")[0]));
      root.method("def logits_per_image(self, i: Tensor, t: Tensor) -> Tensor:\n  return torch.mul(torch.matmul(i, torch.transpose(t, 0, 1)), self.scale)");
    }
    weights.nothingElse(name -> !both && (name.equals("logit_scale")
        // A one-sided class may be pointed at the file of the whole model.
        || (text == null && name.startsWith("text_")) || (vision == null && name.startsWith("vi")) || (!labels.isEmpty() && name.startsWith("visual_projection"))));
    int width = vision == null ? 0 : projection > 0 ? projection : vision.transformer.width();
    var description = new BuiltModel.Description(
        "clip", imageOutputs, textOutputs, labels.isEmpty() ? width : 0, text == null ? 0 : text.context, false,
        text == null ? 0 : text.legacyEos ? text.pad : text.eos, labels, both, grid);
    return new BuiltModel(new TorchArchive(root.build()), description);
  }

  private int addVision(RootModule root, Layers layer, Weights weights, PixelInput input, List<String> outputs) throws CheckpointException {
    String at = weights.hasPrefix("vision_model.") ? "vision_model." : "";
    int width = vision.transformer.width();
    int grid = input.grid(vision.patch);
    int stored = vision.imageSize / vision.patch;
    if (grid != stored) {
      throw new CheckpointException(
          "CLIP's positions fit pictures of " + vision.imageSize + " px only; the preprocessor configuration asks for " + input.size() + " px");
    }
    float[] positions = weights.floats(at + "embeddings.position_embedding.weight", 1L + grid * grid, width);
    float[] classToken = Layers.sum(weights.floats(at + "embeddings.class_embedding", width), java.util.Arrays.copyOf(positions, width));
    var tower = new VisionTower(vision.transformer, vision.patch, grid, true, 0, true);
    var embeddings = new VisionTower.Embeddings(
        at + "embeddings.patch_embedding.weight", null, classToken, java.util.Arrays.copyOfRange(positions, width, positions.length), null);
    VisionTower.Module module = tower.build(
        layer, input, weights, embeddings, at + "pre_layrnorm", at + "post_layernorm", Transformer.Names.CLIP, i -> at + "encoder.layers." + i + ".");
    root.pixels(input).child("vision", module.type(), module.object()).attentions(layer);
    String body = "h = self.vision.hidden(torch.permute(pixel_values, [0, 2, 3, 1]), )\np = self.pool_image(h, )\n";
    root.method("def pool_image(self, h: Tensor) -> Tensor:\n  return self.vision.normed(torch.select(h, 1, 0), )");
    List<String> results = new ArrayList<>(List.of("h", "p"));
    outputs.addAll(text == null ? List.of("last_hidden_state", "pooler_output") : List.of("vision_last_hidden_state", "vision_pooler_output"));
    String vector = "p";
    if (projection > 0) {
      ModuleClass linear = layer.linearClass("VisualProjection", false);
      root.child("visual_projection", linear, layer.linearObject(linear, weights.take("visual_projection.weight", projection, width), null));
      vector = "self.visual_projection.forward(p, )";
      if (normalised) {
        outputs.add("image_features");
        results.add(vector);
      }
      outputs.add("image_embeds");
      results.add(normalised ? "self.unit(" + vector + ", )" : vector);
    }
    if (projection > 0 && !layer.variant().packed()) addMaps(root, width, tower.transformer());
    if (labels.isEmpty()) {
      root.embedding("p = self.pool_image(self.vision.hidden(self.pixels(rgb, ), ), )\nreturn torch.to(" + vector + ", 6)", true);
    } else {
      // The mean of the patch tokens before the final norm; CLS is left out (CLIPForImageClassification).
      ModuleClass linear = layer.linearClass("Classifier", true);
      root.child("classifier", linear, layer.linearObject(linear, weights.take("classifier.weight", labels.size(), width), weights.floats("classifier.bias", labels.size())));
      root.method("def logits(self, h: Tensor) -> Tensor:\n  return self.classifier.forward(torch.mean(torch.slice(h, 1, 1, 9223372036854775807, 1), [1]), )");
      root.tokenLogits(layer, "h = self.vision.hidden(self.pixels(rgb, ), )\nreturn torch.to(self.classifier.forward(torch.slice(h, 1, 1, 9223372036854775807, 1), ), 6)");
      root.method("def classify(self, rgb: Tensor) -> Tensor:\n  return torch.to(self.logits(self.vision.hidden(self.pixels(rgb, ), ), ), 6)");
      root.method("def forward(self, rgb: Tensor) -> Tensor:\n  return self.classify(rgb, )");
      outputs.add("logits");
      results.add("self.logits(h, )");
    }
    root.outputs("image_outputs(self, pixel_values: Tensor)", body, results);
    return grid;
  }

  /// Maps that a text steers: `dense(rgb)` gives each patch a unit vector in the shared space; `gradient_parts(rgb, text)`
  /// gives what Grad-ECLIP (Zhao et al. 2024) is made of: the gradient of the cosine with `text` after the last attention of
  /// CLS, then that layer's q of CLS, k and v.
  private static void addMaps(RootModule root, int width, Transformer transformer) {
    root.method(
        "def dense(self, rgb: Tensor) -> Tensor:\n"
            + "  return self.unit(self.visual_projection.forward(self.vision.normed(self.vision.last_dense(self.pixels(rgb, ), ), ), ), )");
    root.method(
        "def gradient_parts(self, rgb: Tensor, text: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:\n"
            + """
            x = torch.detach(self.vision.before_last(self.pixels(rgb, ), ))
            q, k, v = self.vision.last_parts(x, )
            b = torch.size(x, 0)
            n = torch.size(x, 1)
            qc = torch.reshape(torch.slice(q, 1, 0, 1, 1), [b, 1, %1$d, %2$d])
            kh = torch.reshape(k, [b, n, %1$d, %2$d])
            vh = torch.reshape(v, [b, n, %1$d, %2$d])
            m = torch.softmax(torch.mul(torch.matmul(torch.transpose(qc, 1, 2), torch.transpose(torch.transpose(kh, 1, 2), -2, -1)), %3$s), -1)
            o = torch.reshape(torch.transpose(torch.matmul(m, torch.transpose(vh, 1, 2)), 1, 2), [b, 1, %4$d])
            a = torch.requires_grad_(torch.detach(o), True)
            y = self.vision.last_rest(torch.slice(x, 1, 0, 1, 1), a, )
            e = self.unit(self.visual_projection.forward(self.vision.normed(torch.select(y, 1, 0), ), ), )
            gs = torch.grad([torch.sum(torch.mul(e, text))], [a])
            g = unchecked_cast(Tensor, gs[0])
            return (torch.detach(g), torch.detach(torch.slice(q, 1, 0, 1, 1)), torch.detach(k), torch.detach(v))
            """.formatted(transformer.heads(), transformer.depth(), Layers.number(1 / Math.sqrt(transformer.depth())), width).indent(2));
  }

  private void addText(RootModule root, Layers layer, Weights weights, List<String> outputs) throws CheckpointException {
    String at = weights.hasPrefix("text_model.") ? "text_model." : "";
    int width = text.transformer.width();
    ModuleClass block = text.transformer.blockClass("TextBlock", layer, text.context);
    List<ModuleObject> blocks = text.transformer.blocks(block, layer, text.context, weights, Transformer.Names.CLIP, i -> at + "encoder.layers." + i + ".");
    ModuleClass type = new ModuleClass("Text").tensor("tok").tensor("pos");
    Layers.declareNorm(type, "post");
    for (int i = 0; i < blocks.size(); i++) type.child("b" + i, block);
    type.method(
        "def hidden(self, ids: Tensor) -> Tensor:\n"
            + ("x = torch.add(torch.embedding(self.tok, ids), torch.slice(self.pos, 0, 0, torch.size(ids, 1), 1))\n" + text.transformer.runBlocks()
                + "return " + Layers.norm("x", "post", width, text.transformer.eps())).indent(2));
    ModuleObject object = new ModuleObject(type);
    object.tensor("tok", layer.data(weights.take(at + "embeddings.token_embedding.weight", text.vocabulary, width), text.vocabulary, width));
    object.tensor("pos", layer.data(weights.take(at + "embeddings.position_embedding.weight", text.context, width), text.context, width));
    layer.setNorm(object, "post", weights, at + "final_layer_norm", width);
    for (int i = 0; i < blocks.size(); i++) object.child("b" + i, blocks.get(i));
    root.child("text", type, object);
    String position = text.legacyEos ? "torch.argmax(ids, -1)" : "torch.argmax(torch.to(torch.eq(ids, " + text.eos + "), 3), -1)";
    root.method(
        "def pool_text(self, ids: Tensor, h: Tensor) -> Tensor:\n"
            + ("at = torch.expand(torch.reshape(" + position + ", [-1, 1, 1]), [-1, 1, " + width + "])\nreturn torch.select(torch.gather(h, 1, at), 1, 0)").indent(2));
    List<String> results = new ArrayList<>(List.of("h", "p"));
    outputs.addAll(vision == null ? List.of("last_hidden_state", "pooler_output") : List.of("text_last_hidden_state", "text_pooler_output"));
    String vector = "p";
    if (projection > 0) {
      ModuleClass linear = layer.linearClass("TextProjection", false);
      root.child("text_projection", linear, layer.linearObject(linear, weights.take("text_projection.weight", projection, width), null));
      vector = "self.text_projection.forward(p, )";
      if (normalised) {
        outputs.add("text_features");
        results.add(vector);
      }
      outputs.add("text_embeds");
      results.add(normalised ? "self.unit(" + vector + ", )" : vector);
    }
    root.method("def embed_text(self, ids: Tensor) -> Tensor:\n" + ("p = self.pool_text(ids, self.text.hidden(ids, ), )\nreturn self.unit(" + vector + ", )").indent(2));
    if (vision == null) root.method("def forward(self, ids: Tensor) -> Tensor:\n  return self.embed_text(ids, )");
    root.outputs("text_outputs(self, ids: Tensor)", "h = self.text.hidden(ids, )\np = self.pool_text(ids, h, )\n", results);
  }
}
