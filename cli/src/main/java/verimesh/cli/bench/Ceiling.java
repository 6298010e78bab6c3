package verimesh.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;
import verimesh.chassis.inference.archive.TensorData;
import verimesh.chassis.inference.archive.TorchArchive;
import verimesh.chassis.inference.safetensors.DType;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;

/// How many floating point operations a second this machine's matrix products reach, in the same libtorch: oneDNN with
/// packed weights, which is the best that it has. A product of two n-cubes counts 2 n³.
record Ceiling(double gflops, int side) {
  private static final int CHAIN = 6;
  private static final int[] SIDES = {1024, 2048};

  /// @param workers threads that multiply at the same time, each on its own
  static Ceiling measure(TorchRuntime runtime, DType dtype, int workers, Path scratch, double seconds) throws IOException, InterruptedException {
    Ceiling best = new Ceiling(0, 0);
    for (int side : SIDES) {
      Path archive = scratch.resolve("ceiling-" + dtype + "-" + side + ".pt");
      write(dtype, side, archive);
      try (TorchModel model = TorchModel.load(runtime, archive, "cpu")) {
        double gflops = run(runtime, model, side, workers, seconds / SIDES.length);
        if (gflops > best.gflops) best = new Ceiling(gflops, side);
      } finally {
        Files.deleteIfExists(archive);
      }
    }
    return best;
  }

  private static double run(TorchRuntime runtime, TorchModel model, int side, int workers, double seconds) throws InterruptedException {
    float[] x = new float[side * side];
    for (int i = 0; i < x.length; i++) x[i] = (i % 7 - 3) * 0.1f;
    double perCall = CHAIN * 2.0 * side * side * side;
    try (ExecutorService pool = Executors.newFixedThreadPool(workers, Thread.ofPlatform().factory())) {
      List<Future<Double>> rates = new ArrayList<>();
      for (int w = 0; w < workers; w++) {
        rates.add(pool.submit(() -> {
          runtime.prepareThread();
          TensorInput input = new TensorInput.Floats(x, side, side);
          model.run("forward", input);
          double best = 0;
          long end = System.nanoTime() + (long) (seconds * 1e9);
          do { // the best call: what the machine can do, not what others left of it
            long start = System.nanoTime();
            model.run("forward", input);
            best = Math.max(best, perCall / (System.nanoTime() - start));
          } while (System.nanoTime() < end);
          return best;
        }));
      }
      double sum = 0;
      for (Future<Double> rate : rates) sum += rate.get();
      return sum;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a matrix product failed", e);
    }
  }

  private static void write(DType dtype, int side, Path archive) throws IOException {
    ModuleClass type = new ModuleClass("Ceiling").packedTensor("w", "ops.mkldnn._reorder_linear_weight({}, None)").tensor("b");
    StringBuilder body = new StringBuilder("def forward(self, x: Tensor) -> Tensor:\n  x = torch.to(x, " + dtype.torch() + ")\n");
    for (int i = 0; i < CHAIN; i++) body.append("  x = ops.mkldnn._linear_pointwise(x, self.w, self.b, \"none\", annotate(List[Optional[number]], []), \"\")\n");
    type.method(body + "  return torch.to(torch.select(x, 0, 0), 6)");
    float[] weight = new float[side * side];
    for (int i = 0; i < weight.length; i++) weight[i] = (i % 5 - 2) / (float) side;
    new TorchArchive(new ModuleObject(type).tensor("w", TensorData.of(dtype, weight, side, side)).tensor("b", TensorData.of(dtype, new float[side], side))).write(archive);
  }
}
