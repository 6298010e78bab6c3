package verimesh.chassis.inference.family;

import java.util.Arrays;
import java.util.stream.Collectors;
import verimesh.chassis.inference.CheckpointException;

/// Activation functions of the supported families, by the names that configurations use.
enum Activation {
  /// x * sigmoid(1.702 x), OpenAI's CLIP.
  QUICK_GELU("quick_gelu"),
  /// The exact form with erf.
  GELU("gelu"),
  /// The tanh form, SigLIP.
  GELU_TANH("gelu_pytorch_tanh"),
  RELU("relu"),
  SILU("silu");

  private final String name;

  Activation(String name) {
    this.name = name;
  }

  static Activation named(String where, String name) throws CheckpointException {
    for (Activation activation : values()) if (activation.name.equals(name)) return activation;
    throw new CheckpointException(
        where + " is \"" + name + "\"; known are " + Arrays.stream(values()).map(a -> a.name).collect(Collectors.joining(", ")));
  }

  /// TorchScript for the function of `x`.
  String code(String x) {
    return switch (this) {
      case QUICK_GELU -> "torch.mul(" + x + ", torch.sigmoid(torch.mul(" + x + ", 1.702)))";
      case GELU -> "torch.gelu(" + x + ")";
      case GELU_TANH -> "torch.gelu(" + x + ", approximate=\"tanh\")";
      case RELU -> "torch.relu(" + x + ")";
      case SILU -> "torch.silu(" + x + ")";
    };
  }
}
