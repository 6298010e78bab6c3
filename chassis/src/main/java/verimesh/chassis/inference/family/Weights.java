package verimesh.chassis.inference.family;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import verimesh.chassis.inference.CheckpointException;
import verimesh.chassis.inference.safetensors.DType;
import verimesh.chassis.inference.safetensors.StoredTensor;

/// A checkpoint's tensors as a family asks for them: by name and exact shape, and at the end none may be left over.
final class Weights {
  private static final int SHOWN_MAX = 8;

  private final Map<String, StoredTensor> tensors;
  private final Set<String> taken = new LinkedHashSet<>();

  Weights(Map<String, StoredTensor> tensors) {
    this.tensors = tensors;
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  boolean hasPrefix(String prefix) {
    return tensors.keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /// @throws CheckpointException naming the tensor and what was expected, if it is missing, has another shape or no floats
  StoredTensor take(String name, long... shape) throws CheckpointException {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException("Tensor " + name + " is missing; expected shape " + Arrays.toString(shape) + nearest(name));
    }
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new CheckpointException(
          "Tensor " + name + " has shape " + Arrays.toString(tensor.shape()) + "; config.json makes it " + Arrays.toString(shape));
    }
    if (!tensor.dtype().isFloat()) {
      throw new CheckpointException("Tensor " + name + " holds " + tensor.dtype() + "; expected F32, F16, BF16 or F64 (quantised checkpoints are not supported)");
    }
    taken.add(name);
    return tensor;
  }

  float[] floats(String name, long... shape) throws CheckpointException {
    return take(name, shape).floats();
  }

  /// A bias that a configuration may switch off: zeros then.
  float[] biasIf(boolean present, String name, int size) throws CheckpointException {
    return present ? floats(name, size) : new float[size];
  }

  /// Called when everything was taken.
  /// @param unused tensors that a published checkpoint may hold and that inference does not need
  void nothingElse(Predicate<String> unused) throws CheckpointException {
    List<String> left = new ArrayList<>();
    for (StoredTensor tensor : tensors.values()) {
      String name = tensor.name();
      // Older files hold integer buffers `*.position_ids`, which are 0, 1, 2, ...
      boolean buffer = name.endsWith("position_ids") && (tensor.dtype() == DType.I64 || tensor.dtype() == DType.I32);
      if (!taken.contains(name) && !buffer && !unused.test(name)) left.add(name + Arrays.toString(tensor.shape()));
    }
    if (left.isEmpty()) return;
    String shown = left.stream().limit(SHOWN_MAX).collect(Collectors.joining(", "));
    throw new CheckpointException(
        left.size() + " tensors have no place in the model that config.json describes: " + shown + (left.size() > SHOWN_MAX ? ", ..." : ""));
  }

  private String nearest(String name) {
    String last = name.substring(name.lastIndexOf('.', Math.max(0, name.lastIndexOf('.') - 1)) + 1);
    String like = tensors.keySet().stream().filter(n -> n.endsWith(last)).limit(3).collect(Collectors.joining(", "));
    return like.isEmpty() ? "" : " (the file has " + like + ")";
  }
}
