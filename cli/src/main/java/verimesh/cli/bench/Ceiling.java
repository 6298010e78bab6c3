package verimesh.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
final class Ceiling implements AutoCloseable {
  private static final int CHAIN = 6;
  private static final int[] SIDES = {1024, 2048};

  private final TorchRuntime runtime;
  private final List<TorchModel> models = new ArrayList<>(); // one a side

  Ceiling(TorchRuntime runtime, DType dtype, Path scratch) throws IOException {
    this.runtime = runtime;
    for (int side : SIDES) {
      Path archive = scratch.resolve("ceiling-" + dtype + "-" + side + ".pt");
      write(dtype, side, archive);
      models.add(TorchModel.load(runtime, archive, "cpu"));
    }
  }

  /// The best side's typical rate, in GFLOP/s.
  /// @param workers threads that multiply at the same time, each on its own
  double measure(int workers, int threads, double seconds) throws InterruptedException {
    double best = 0;
    for (int i = 0; i < SIDES.length; i++) {
      int side = SIDES[i];
      TorchModel model = models.get(i);
      float[] x = new float[side * side];
      for (int k = 0; k < x.length; k++) x[k] = (k % 7 - 3) * 0.1f;
      TensorInput input = new TensorInput.Floats(x, side, side);
      double gflop = CHAIN * 2e-9 * side * side * side;
      List<Callable<RawLoop.Rate>> loops = new ArrayList<>();
      for (int w = 0; w < workers; w++) loops.add(() -> RawLoop.timed(() -> model.run("forward", input), gflop, seconds / SIDES.length));
      best = Math.max(best, RawLoop.inParallel(runtime, loops, threads).typical());
    }
    return best;
  }

  @Override
  public void close() {
    models.forEach(TorchModel::close);
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
