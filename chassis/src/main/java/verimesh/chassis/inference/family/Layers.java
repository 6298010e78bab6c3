package verimesh.chassis.inference.family;

import java.util.Arrays;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;
import verimesh.chassis.inference.archive.TensorData;
import verimesh.chassis.inference.safetensors.StoredTensor;

/// TorchScript of layers, in one variant. Packed variants call oneDNN's operators of libtorch, which take the activation
/// and the residual sum into the matrix product; plain ones call the public operators.
///
/// Only numbers and names of ours go into code text.
record Layers(Variant variant) {
  private static final String NO_SCALARS = "annotate(List[Optional[number]], [])";
  /// Above so many tokens written-out bfloat16 attention would need more memory than it saves time.
  private static final int WRITTEN_OUT_TOKENS_MAX = 1000;

  TensorData data(float[] values, long... shape) {
    return TensorData.of(variant.dtype(), values, shape);
  }

  TensorData data(StoredTensor stored, long... shape) {
    return TensorData.of(variant.dtype(), stored, shape);
  }

  /// libtorch's number of the type that the variant computes in.
  int dtype() {
    return variant.dtype().torch();
  }

  // Linear layers: attributes `NAME_w` and, with bias, `NAME_b`.

  void declareLinear(ModuleClass type, String name, boolean bias) {
    if (variant.packed()) {
      type.packedTensor(name + "_w", "ops.mkldnn._reorder_linear_weight({}, None)");
    } else {
      type.tensor(name + "_w");
    }
    if (bias) type.tensor(name + "_b");
  }

  String linear(String x, String name, boolean bias) {
    String b = bias ? "self." + name + "_b" : "None";
    return variant.packed()
        ? "ops.mkldnn._linear_pointwise(" + x + ", self." + name + "_w, " + b + ", \"none\", " + NO_SCALARS + ", \"\")"
        : "torch.linear(" + x + ", self." + name + "_w, " + b + ")";
  }

  /// A line that sets `into` to the activated linear layer of `x`.
  String activatedLinear(String into, String x, String name, Activation activation) {
    if (!variant.packed()) return into + " = " + linear(x, name, true) + "\n" + into + " = " + activation.code(into);
    String fused =
        switch (activation) {
          case GELU -> "\"gelu\", " + NO_SCALARS + ", \"none\"";
          case GELU_TANH -> "\"gelu\", " + NO_SCALARS + ", \"tanh\"";
          case RELU -> "\"relu\", " + NO_SCALARS + ", \"\"";
          case QUICK_GELU, SILU -> "";
        };
    if (!fused.isEmpty()) {
      return into + " = ops.mkldnn._linear_pointwise(" + x + ", self." + name + "_w, self." + name + "_b, " + fused + ")";
    }
    String sigmoid = activation == Activation.QUICK_GELU ? "torch.sigmoid_(torch.mul(" + into + ", 1.702))" : "torch.sigmoid(" + into + ")";
    return into + " = " + linear(x, name, true) + "\n" + into + " = torch.mul_(" + into + ", " + sigmoid + ")";
  }

  /// The linear layer of `x` plus `residual`.
  String addedLinear(String x, String residual, String name) {
    return variant.packed()
        ? "ops.mkldnn._linear_pointwise(" + x + ", " + residual + ", self." + name + "_w, self." + name + "_b, \"add\")"
        : "torch.add(" + residual + ", " + linear(x, name, true) + ")";
  }

  /// A class of one linear layer: packed tensors need a class without children.
  ModuleClass linearClass(String className, boolean bias) {
    ModuleClass type = new ModuleClass(className);
    declareLinear(type, "l", bias);
    return type.method("def forward(self, x: Tensor) -> Tensor:\n  return " + linear("x", "l", bias));
  }

  ModuleObject linearObject(ModuleClass type, StoredTensor weight, float[] bias) {
    ModuleObject object = new ModuleObject(type).tensor("l_w", data(weight, weight.shape()));
    if (bias != null) object.tensor("l_b", data(bias, bias.length));
    return object;
  }

  // Normalisation.

  static void declareNorm(ModuleClass type, String name) {
    type.tensor(name + "_w").tensor(name + "_b");
  }

  static String norm(String x, String name, int width, double eps) {
    return "torch.layer_norm(" + x + ", [" + width + "], self." + name + "_w, self." + name + "_b, " + number(eps) + ")";
  }

  void setNorm(ModuleObject object, String name, Weights weights, String stored, int width) throws CheckpointException {
    object.tensor(name + "_w", data(weights.take(stored + ".weight", width), width));
    object.tensor(name + "_b", data(weights.take(stored + ".bias", width), width));
  }

  // Attention.

  /// An expression for attention over q, k, v of shape `[n, heads, tokens, depth]`.
  /// @param tokens how many there are at most; decides how it is written
  String attention(boolean causal, int tokens) {
    return writesAttentionOut(causal, tokens)
        ? "torch.matmul(torch.softmax(torch.matmul(q, torch.transpose(k, -2, -1)), -1), v)"
        : "torch.scaled_dot_product_attention(q, k, v, None, 0., " + (causal ? "True" : "False") + ")";
  }

  /// Whether attention is written as two products, whose queries must be scaled already ([#scaledQueries]).
  ///
  /// oneDNN's bfloat16 products beat the fused kernel while the scores fit the cache; the fused kernel needs no memory for them, and
  /// on other devices it is the fast one.
  boolean writesAttentionOut(boolean causal, int tokens) {
    return variant == Variant.CPU_PACKED_BF16 && !causal && tokens <= WRITTEN_OUT_TOKENS_MAX;
  }

  /// Attention's 1 / sqrt(depth) as part of the query layer: one pass over memory less for every picture, and exact where the depth
  /// is a power of four.
  static float[] scaledQueries(float[] rows, int depth) {
    double scale = 1 / Math.sqrt(depth);
    float[] scaled = new float[rows.length];
    for (int i = 0; i < rows.length; i++) scaled[i] = (float) (rows[i] * scale);
    return scaled;
  }

  /// A double as TorchScript text: always with a point, so that it is no integer.
  static String number(double value) {
    String text = Double.toString(value).replace("E", "e");
    if (!Double.isFinite(value)) throw new IllegalArgumentException("not a finite number: " + value);
    return text;
  }

  // Folding, in double, rounded once.

  static float[] concat(float[]... parts) {
    float[] all = new float[Arrays.stream(parts).mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /// `diag(scale) * rows`: what a layer scale after a linear layer does to its weight (and, with one column, to its bias).
  static float[] scaleRows(float[] rows, float[] scale) {
    int columns = rows.length / scale.length;
    float[] scaled = new float[rows.length];
    for (int r = 0; r < scale.length; r++) {
      for (int c = 0; c < columns; c++) scaled[r * columns + c] = (float) ((double) rows[r * columns + c] * scale[r]);
    }
    return scaled;
  }

  static float[] sum(float[] a, float[] b) {
    float[] sum = new float[a.length];
    for (int i = 0; i < a.length; i++) sum[i] = (float) ((double) a[i] + b[i]);
    return sum;
  }
}
