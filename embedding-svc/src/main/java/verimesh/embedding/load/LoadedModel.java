package verimesh.embedding.load;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.serve.OutOfMemory;
import verimesh.chassis.inference.store.Importer;
import verimesh.chassis.inference.store.StoredModel;
import verimesh.chassis.inference.torch.DeviceMemoryException;
import verimesh.chassis.inference.torch.EndingException;
import verimesh.chassis.inference.torch.FloatTensor;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// One archive on every worker's device; workers of one device share its weights.
///
/// @param devices by worker
/// @param models by worker
record LoadedModel(StoredModel stored, Variant variant, List<String> devices, List<TorchModel> models) {
  /// Runs one method on a worker's device, with failures as the batcher knows them.
  FloatTensor run(int worker, String method, TensorInput input) {
    try {
      return models.get(worker).run(method, input).getFirst();
    } catch (DeviceMemoryException e) {
      throw new OutOfMemory(e);
    } catch (EndingException e) {
      throw new ProblemException(new Problem.Unavailable("SHUTTING_DOWN", "This replica is shutting down; ask another one.", Duration.ofMillis(100)));
    }
  }

  /// [#run], one row an item.
  List<float[]> rows(int worker, String method, TensorInput input) {
    FloatTensor result = run(worker, method, input);
    return IntStream.range(0, Math.toIntExact(result.shape()[0])).mapToObj(result::row).toList();
  }

  /// Whether an output is what the import kept, as near as this archive's type allows.
  boolean equalsReference(float[] actual, float[] expected) {
    return Importer.distance(actual, expected) <= Importer.distanceMax(variant);
  }
}
