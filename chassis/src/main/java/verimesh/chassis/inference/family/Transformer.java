package verimesh.chassis.inference.family;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;

/// The pre-norm encoder that all transformer families share: x + attention(norm(x)), then x + mlp(norm(x)).
///
/// @param width of a token
/// @param heads attention heads; `width` is a multiple
/// @param mlpWidth hidden units between the two linear layers (SwiGLU: of each half)
/// @param eps of the layer norms
/// @param causal whether a token sees only earlier ones
/// @param gated SwiGLU: the first layer gives two halves, and silu of one scales the other
/// @param biased whether q, k and v have a bias
record Transformer(
    int width, int layers, int heads, int mlpWidth, Activation activation, double eps, boolean causal, boolean gated, boolean biased) {
  private static final int WIDTH_MAX = 1 << 14;

  Transformer {
    if (width % heads != 0) throw new IllegalArgumentException("hidden_size " + width + " is no multiple of " + heads + " heads");
  }

  /// Reads the keys that Hugging Face's configurations share.
  static Transformer read(ConfigReader config, int width, int layers, int heads, int mlpWidth, Activation activation, double eps, boolean causal)
      throws CheckpointException {
    int w = config.integer("hidden_size", width, 1, WIDTH_MAX);
    int h = config.integer("num_attention_heads", heads, 1, 1024);
    if (w % h != 0) throw new CheckpointException(config.where() + ".hidden_size is " + w + ", no multiple of num_attention_heads " + h);
    return new Transformer(
        w,
        config.integer("num_hidden_layers", layers, 1, 256),
        h,
        config.integer("intermediate_size", mlpWidth, 1, 8 * WIDTH_MAX),
        config.activation("hidden_act", activation),
        config.decimal("layer_norm_eps", eps, 0, 1),
        causal,
        false,
        true);
  }

  int depth() {
    return width / heads;
  }

  /// Where a block's tensors lie behind its prefix. Scales are empty where the family has none.
  record Names(
      String norm1, String q, String k, String v, String out, String norm2, String fc1, String fc2, String scale1, String scale2) {
    static final Names CLIP =
        new Names("layer_norm1", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj", "layer_norm2", "mlp.fc1", "mlp.fc2", "", "");
    static final Names VIT =
        new Names("layernorm_before", "attention.attention.query", "attention.attention.key", "attention.attention.value",
            "attention.output.dense", "layernorm_after", "intermediate.dense", "output.dense", "", "");
    static final Names DINOV2 =
        new Names("norm1", "attention.attention.query", "attention.attention.key", "attention.attention.value", "attention.output.dense",
            "norm2", "mlp.fc1", "mlp.fc2", "layer_scale1.lambda1", "layer_scale2.lambda1");
    static final Names DINOV2_GATED =
        new Names("norm1", "attention.attention.query", "attention.attention.key", "attention.attention.value", "attention.output.dense",
            "norm2", "mlp.weights_in", "mlp.weights_out", "layer_scale1.lambda1", "layer_scale2.lambda1");
  }

  /// The class of one block; every block of a tower is an instance.
  /// @param tokens at most so many
  ModuleClass blockClass(String className, Layers layer, int tokens) {
    ModuleClass type = new ModuleClass(className);
    Layers.declareNorm(type, "n1");
    layer.declareLinear(type, "qkv", true);
    layer.declareLinear(type, "o", true);
    Layers.declareNorm(type, "n2");
    layer.declareLinear(type, "fc1", true);
    layer.declareLinear(type, "fc2", true);
    String mlp = gated
        ? "h = " + layer.linear("h", "fc1", true) + "\ng, u = torch.split(h, " + mlpWidth + ", -1)\nh = torch.mul(torch.silu(g), u)"
        : layer.activatedLinear("h", "h", "fc1", activation);
    type.method(
        "def attend(self, x: Tensor) -> Tensor:\n"
            + """
            b = torch.size(x, 0)
            n = torch.size(x, 1)
            h = %s
            qkv = torch.permute(torch.reshape(%s, [b, n, 3, %d, %d]), [2, 0, 3, 1, 4])
            q, k, v = torch.unbind(qkv, 0)
            a = %s
            a = torch.reshape(torch.transpose(a, 1, 2), [b, n, %d])
            return %s
            """.formatted(Layers.norm("x", "n1", width, eps), layer.linear("h", "qkv", true), heads, depth(),
                layer.attention(causal, tokens), width, layer.addedLinear("a", "x", "o")).indent(2));
    type.method(
        "def forward(self, x: Tensor) -> Tensor:\n"
            + ("x = self.attend(x, )\nh = " + Layers.norm("x", "n2", width, eps) + "\n" + mlp + "\nreturn " + layer.addedLinear("h", "x", "fc2")).indent(2));
    if (!layer.variant().packed()) addExplanations(type, layer);
    return type;
  }

  /// Methods that explanations need; only in plain variants, since gradients cannot pass packed weights.
  ///
  /// `parts(x)` gives q, k and v as `[n, tokens, width]`; `rest(x, a)` goes on behind attention's weighted sum `a`;
  /// `rolled(x)` is the block with its attention map `[n, tokens, tokens]`, mean over heads; `dense(x)` lets values attend to
  /// values, which keeps what a patch shows at its place (CLIP Surgery, Li et al. 2023; MaskCLIP, Zhou et al. 2022).
  private void addExplanations(ModuleClass type, Layers layer) {
    String scale = Layers.number(1 / Math.sqrt(depth()));
    String split = """
        b = torch.size(x, 0)
        n = torch.size(x, 1)
        qkv = torch.permute(torch.reshape(%s, [b, n, 3, %d, %d]), [2, 0, 3, 1, 4])
        q, k, v = torch.unbind(qkv, 0)
        """.formatted(layer.linear(Layers.norm("x", "n1", width, eps), "qkv", true), heads, depth());
    String joined = "torch.reshape(torch.transpose(%s, 1, 2), [b, n, " + width + "])";
    type.method("def parts(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:\n"
        + (split + "return (" + joined.formatted("q") + ", " + joined.formatted("k") + ", " + joined.formatted("v") + ")").indent(2));
    String mlp = gated
        ? "h = " + layer.linear("h", "fc1", true) + "\ng, u = torch.split(h, " + mlpWidth + ", -1)\nh = torch.mul(torch.silu(g), u)"
        : layer.activatedLinear("h", "h", "fc1", activation);
    type.method("def rest(self, x: Tensor, a: Tensor) -> Tensor:\n"
        + ("x = " + layer.addedLinear("a", "x", "o") + "\nh = " + Layers.norm("x", "n2", width, eps) + "\n" + mlp + "\nreturn " + layer.addedLinear("h", "x", "fc2")).indent(2));
    type.method("def rolled(self, x: Tensor) -> Tuple[Tensor, Tensor]:\n"
        + (split + "m = torch.softmax(torch.matmul(torch.mul(q, " + scale + "), torch.transpose(k, -2, -1)), -1)\n"
            + "a = " + joined.formatted("torch.matmul(m, v)") + "\nreturn (self.rest(x, a, ), torch.mean(m, [1]))").indent(2));
    type.method("def dense(self, x: Tensor) -> Tensor:\n"
        + (split + "m = torch.softmax(torch.matmul(torch.mul(v, " + scale + "), torch.transpose(v, -2, -1)), -1)\n"
            + "a = " + joined.formatted("torch.matmul(m, v)") + "\nreturn " + layer.linear("a", "o", true)).indent(2));
  }

  /// Lines that run all blocks but the last over `x`.
  String runBlocksBeforeLast() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i + 1 < layers; i++) lines.append("x = self.b").append(i).append(".forward(x, )\n");
    return lines.toString();
  }

  /// @param tokens as for [#blockClass]
  /// @param prefix of block i, with its dot: `encoder.layer.3.`
  List<ModuleObject> blocks(ModuleClass type, Layers layer, int tokens, Weights weights, Names names, IntFunction<String> prefix)
      throws CheckpointException {
    boolean scaled = layer.writesAttentionOut(causal, tokens);
    List<ModuleObject> blocks = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      String at = prefix.apply(i);
      ModuleObject block = new ModuleObject(type);
      layer.setNorm(block, "n1", weights, at + names.norm1, width);
      layer.setNorm(block, "n2", weights, at + names.norm2, width);
      float[] q = weights.floats(at + names.q + ".weight", width, width);
      float[] qBias = weights.biasIf(biased, at + names.q + ".bias", width);
      float[] qkv = Layers.concat(
          scaled ? Layers.scaledQueries(q, depth()) : q,
          weights.floats(at + names.k + ".weight", width, width),
          weights.floats(at + names.v + ".weight", width, width));
      float[] qkvBias = Layers.concat(
          scaled ? Layers.scaledQueries(qBias, depth()) : qBias,
          weights.biasIf(biased, at + names.k + ".bias", width),
          weights.biasIf(biased, at + names.v + ".bias", width));
      block.tensor("qkv_w", layer.data(qkv, 3L * width, width)).tensor("qkv_b", layer.data(qkvBias, 3L * width));
      scaledLinear(block, "o", layer, weights, at + names.out, width, width, names.scale1.isEmpty() ? "" : at + names.scale1);
      int first = gated ? 2 * mlpWidth : mlpWidth;
      block.tensor("fc1_w", layer.data(weights.take(at + names.fc1 + ".weight", first, width), first, width));
      block.tensor("fc1_b", layer.data(weights.take(at + names.fc1 + ".bias", first), first));
      scaledLinear(block, "fc2", layer, weights, at + names.fc2, width, mlpWidth, names.scale2.isEmpty() ? "" : at + names.scale2);
      blocks.add(block);
    }
    return blocks;
  }

  /// Lines that run all blocks over `x`.
  String runBlocks() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < layers; i++) lines.append("x = self.b").append(i).append(".forward(x, )\n");
    return lines.toString();
  }

  private static void scaledLinear(
      ModuleObject block, String name, Layers layer, Weights weights, String stored, int out, int in, String scaleName) throws CheckpointException {
    if (scaleName.isEmpty()) {
      block.tensor(name + "_w", layer.data(weights.take(stored + ".weight", out, in), out, in));
      block.tensor(name + "_b", layer.data(weights.take(stored + ".bias", out), out));
      return;
    }
    // Layer scale after the layer is a scale of its rows: exact algebra, and the residual sum can be fused.
    float[] scale = weights.floats(scaleName, out);
    block.tensor(name + "_w", layer.data(Layers.scaleRows(weights.floats(stored + ".weight", out, in), scale), out, in));
    block.tensor(name + "_b", layer.data(Layers.scaleRows(weights.floats(stored + ".bias", out), scale), out));
  }
}
