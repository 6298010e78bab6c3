package verimesh.chassis.inference.family;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;
import verimesh.chassis.inference.archive.TensorData;
import verimesh.chassis.inference.safetensors.DType;

/// Puts towers together into the root module with the exported methods of [BuiltModel].
final class RootModule {
  /// L2 normalisation of the last dimension, in float32 whatever the variant computes in.
  private static final String UNIT =
      "def unit(self, x: Tensor) -> Tensor:\n  x = torch.to(x, 6)\n  return torch.div(x, torch.linalg_vector_norm(x, 2, [-1], True))";

  private final ModuleClass type = new ModuleClass("Model");
  private final List<Runnable> values = new ArrayList<>();
  private ModuleObject object;

  RootModule() {
    type.method(UNIT);
  }

  ModuleClass type() {
    return type;
  }

  RootModule child(String attribute, ModuleClass childType, ModuleObject child) {
    type.child(attribute, childType);
    values.add(() -> object.child(attribute, child));
    return this;
  }

  RootModule scalar(String attribute, float value) {
    type.tensor(attribute);
    values.add(() -> object.tensor(attribute, TensorData.of(DType.F32, new float[] {value}, 1)));
    return this;
  }

  /// Adds `pixels(rgb)`: uint8 `[n, side, side, 3]` to normalised float32 of the same shape.
  RootModule pixels(PixelInput input) {
    float[] scale = new float[3];
    float[] shift = new float[3];
    for (int c = 0; c < 3; c++) {
      scale[c] = (float) (1 / (255 * input.std()[c]));
      shift[c] = (float) (-input.mean()[c] / input.std()[c]);
    }
    type.tensor("px_scale").tensor("px_shift");
    values.add(() -> object.tensor("px_scale", TensorData.of(DType.F32, scale, 3)).tensor("px_shift", TensorData.of(DType.F32, shift, 3)));
    type.method("def pixels(self, rgb: Tensor) -> Tensor:\n  return torch.add(torch.mul(torch.to(rgb, 6), self.px_scale), self.px_shift)");
    return this;
  }

  /// Adds `image_vector(rgb)`, the model's own vector, and `embed_image(rgb)`, the same with unit length.
  /// @param body lines over `rgb` that return float32
  /// @param main whether this is what the model is for
  RootModule embedding(String body, boolean main) {
    type.method("def image_vector(self, rgb: Tensor) -> Tensor:\n" + body.indent(2));
    type.method("def embed_image(self, rgb: Tensor) -> Tensor:\n  return self.unit(self.image_vector(rgb, ), )");
    if (main) type.method("def forward(self, rgb: Tensor) -> Tensor:\n  return self.embed_image(rgb, )");
    return this;
  }

  /// Adds `attentions(rgb)` of a vision tower; plain variants only.
  RootModule attentions(Layers layer) {
    if (!layer.variant().packed()) type.method("def attentions(self, rgb: Tensor) -> Tensor:\n  return torch.to(self.vision.attentions(self.pixels(rgb, ), ), 6)");
    return this;
  }

  /// Adds `token_logits(rgb)`, what each patch adds to each label, `[n, patches, labels]`; plain variants only.
  RootModule tokenLogits(Layers layer, String body) {
    if (!layer.variant().packed()) type.method("def token_logits(self, rgb: Tensor) -> Tensor:\n" + body.indent(2));
    return this;
  }

  RootModule method(String text) {
    type.method(text);
    return this;
  }

  /// A method that returns a tuple of float32 tensors.
  RootModule outputs(String signature, String body, List<String> expressions) {
    String tuple = "Tuple[" + "Tensor, ".repeat(expressions.size() - 1) + "Tensor]";
    String result = expressions.stream().map(e -> "torch.to(" + e + ", 6)").collect(Collectors.joining(", "));
    type.method("def " + signature + " -> " + tuple + ":\n" + body.indent(2) + "  return (" + result + (expressions.size() == 1 ? ",)" : ")"));
    return this;
  }

  ModuleObject build() {
    object = new ModuleObject(type);
    values.forEach(Runnable::run);
    return object;
  }
}
