package verimesh.embedding.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;

/// A process that does one thing over and over and prints by how many MiB its resident memory grew after the first rounds. Its heap
/// is fixed and touched from the start, so whatever grows is native.
final class RepeatingProcess {
  private static final int WARM = 30;

  private RepeatingProcess() {}

  /// @param args archive, side of its square input, `call` or `load`, rounds
  public static void main(String[] args) throws IOException {
    TorchRuntime runtime = TorchRuntime.start(TestTorch.library(), 1);
    runtime.prepareThread();
    Path archive = Path.of(args[0]);
    int side = Integer.parseInt(args[1]);
    TensorInput floats = new TensorInput.Floats(new float[side * side], side, side);
    TensorInput bytes = new TensorInput.Bytes(ByteBuffer.allocate(side * side), side, side);
    TorchModel kept = TorchModel.load(runtime, archive, "cpu");
    double before = 0;
    for (int round = -WARM; round < Integer.parseInt(args[3]); round++) {
      if (round == 0) before = residentMebibytes();
      if (args[2].equals("call")) {
        kept.run("forward", floats);
        kept.run("bytes", bytes);
      } else {
        try (TorchModel model = TorchModel.load(runtime, archive, "cpu")) {
          model.run("forward", floats);
        }
      }
    }
    System.out.println("grew by " + (residentMebibytes() - before));
    kept.close();
  }

  private static double residentMebibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024).findFirst().orElseThrow();
  }
}
