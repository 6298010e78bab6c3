package verimesh.chassis.inference.family;

import java.util.List;
import java.util.function.IntFunction;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;

/// The image side of every vision transformer here: patches, positions, optional CLS and register tokens, blocks.
///
/// Its module has `tokens(x)`, from normalised float32 `[n, side, side, 3]` to what goes into the first block;
/// `hidden(x)`, what comes out of the last one; and `normed(t)`, the final layer norm.
///
/// @param grid patches along a side
/// @param hasClass whether a CLS token comes first
/// @param registers tokens between CLS and patches, which get no position
/// @param preNorm whether positions are followed by a layer norm (CLIP)
record VisionTower(Transformer transformer, int patch, int grid, boolean hasClass, int registers, boolean preNorm) {
  /// The stored values that differ between families.
  ///
  /// @param patchBias null where the patch layer has none
  /// @param classToken null without CLS; its position is added already
  /// @param positions shape `[grid * grid, width]`
  /// @param registerTokens shape `[registers, width]`, null without
  record Embeddings(String patchWeight, String patchBias, float[] classToken, float[] positions, float[] registerTokens) {}

  int patches() {
    return grid * grid;
  }

  int tokens() {
    return patches() + (hasClass ? 1 : 0) + registers;
  }

  /// Index of the first patch token.
  int firstPatch() {
    return tokens() - patches();
  }

  /// A module class and its only instance.
  record Module(ModuleClass type, ModuleObject object) {}

  Module build(
      Layers layer, PixelInput input, Weights weights, Embeddings embeddings, String preNormName, String finalNormName,
      Transformer.Names names, IntFunction<String> blockPrefix) throws CheckpointException {
    int width = transformer.width();
    Module patches = patches(layer, input, weights, embeddings);
    ModuleClass block = transformer.blockClass("VisionBlock", layer, tokens());
    List<ModuleObject> blocks = transformer.blocks(block, layer, tokens(), weights, names, blockPrefix);

    ModuleClass type = new ModuleClass("Vision").child("patch", patches.type()).tensor("pos");
    if (hasClass) type.tensor("cls");
    if (registers > 0) type.tensor("reg");
    if (preNorm) Layers.declareNorm(type, "pre");
    Layers.declareNorm(type, "post");
    for (int i = 0; i < blocks.size(); i++) type.child("b" + i, block);
    type.method("def tokens(self, x: Tensor) -> Tensor:\n" + tokenCode(layer).indent(2));
    type.method("def hidden(self, x: Tensor) -> Tensor:\n" + ("x = self.tokens(x, )\n" + transformer.runBlocks() + "return x").indent(2));
    type.method("def normed(self, t: Tensor) -> Tensor:\n  return " + Layers.norm("t", "post", width, transformer.eps()));
    if (!layer.variant().packed()) addExplanations(type);

    ModuleObject object = new ModuleObject(type).child("patch", patches.object());
    object.tensor("pos", layer.data(embeddings.positions(), 1, patches(), width));
    if (hasClass) object.tensor("cls", layer.data(embeddings.classToken(), 1, 1, width));
    if (registers > 0) object.tensor("reg", layer.data(embeddings.registerTokens(), 1, registers, width));
    if (preNorm) layer.setNorm(object, "pre", weights, preNormName, width);
    layer.setNorm(object, "post", weights, finalNormName, width);
    for (int i = 0; i < blocks.size(); i++) object.child("b" + i, blocks.get(i));
    return new Module(type, object);
  }

  /// `attentions(x)`: every block's attention map, `[blocks, n, tokens, tokens]`; `before_last(x)` and `last_dense(x)` as
  /// [Transformer] tells them.
  private void addExplanations(ModuleClass type) {
    StringBuilder rolled = new StringBuilder("x = self.tokens(x, )\n");
    for (int i = 0; i < transformer.layers(); i++) rolled.append("x, m%d = self.b%d.rolled(x, )\n".formatted(i, i));
    StringBuilder maps = new StringBuilder();
    for (int i = 0; i < transformer.layers(); i++) maps.append(i == 0 ? "m" : ", m").append(i);
    type.method("def attentions(self, x: Tensor) -> Tensor:\n" + (rolled + "return torch.stack([" + maps + "], 0)").indent(2));
    type.method("def before_last(self, x: Tensor) -> Tensor:\n" + ("x = self.tokens(x, )\n" + transformer.runBlocksBeforeLast() + "return x").indent(2));
    int last = transformer.layers() - 1;
    type.method("def last_dense(self, x: Tensor) -> Tensor:\n  return torch.slice(self.b" + last + ".dense(self.before_last(x, ), ), 1, " + firstPatch() + ", 9223372036854775807, 1)");
    type.method("def last_parts(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:\n  return self.b" + last + ".parts(x, )");
    type.method("def last_rest(self, x: Tensor, a: Tensor) -> Tensor:\n  return self.b" + last + ".rest(x, a, )");
  }

  private String tokenCode(Layers layer) {
    StringBuilder code = new StringBuilder("t = torch.add(self.patch.forward(torch.to(x, " + layer.dtype() + "), ), self.pos)\n");
    if (hasClass || registers > 0) {
      code.append("n = torch.size(x, 0)\nt = torch.cat([");
      if (hasClass) code.append("torch.expand(self.cls, [n, -1, -1]), ");
      if (registers > 0) code.append("torch.expand(self.reg, [n, -1, -1]), ");
      code.append("t], 1)\n");
    }
    return code.append("return ").append(preNorm ? Layers.norm("t", "pre", transformer.width(), transformer.eps()) : "t").toString();
  }

  /// A convolution whose stride is its kernel is one linear layer over flattened patches; in `[n, y, x, rgb]` order the
  /// flattening is a view with one transposition.
  private Module patches(Layers layer, PixelInput input, Weights weights, Embeddings embeddings) throws CheckpointException {
    int width = transformer.width();
    boolean bias = embeddings.patchBias() != null;
    ModuleClass type = new ModuleClass("Patches");
    layer.declareLinear(type, "l", bias);
    int used = grid * patch;
    String cut = used == input.size() ? "" : "x = torch.slice(torch.slice(x, 1, 0, " + used + ", 1), 2, 0, " + used + ", 1)\n";
    type.method(
        "def forward(self, x: Tensor) -> Tensor:\n"
            + (cut + """
            n = torch.size(x, 0)
            x = torch.permute(torch.reshape(x, [n, %d, %d, %d, %d]), [0, 1, 3, 2, 4])
            x = torch.reshape(x, [n, %d, %d])
            return %s
            """.formatted(grid, patch, grid, 3 * patch, patches(), 3 * patch * patch, layer.linear("x", "l", bias))).indent(2));
    float[] stored = weights.floats(embeddings.patchWeight(), width, 3, patch, patch);
    float[] flat = new float[stored.length];
    int pixels = patch * patch;
    for (int o = 0; o < width; o++) {
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < pixels; p++) flat[(o * pixels + p) * 3 + c] = stored[(o * 3 + c) * pixels + p];
      }
    }
    ModuleObject object = new ModuleObject(type).tensor("l_w", layer.data(flat, width, 3L * pixels));
    if (bias) object.tensor("l_b", layer.data(weights.take(embeddings.patchBias(), width), width));
    return new Module(type, object);
  }
}
