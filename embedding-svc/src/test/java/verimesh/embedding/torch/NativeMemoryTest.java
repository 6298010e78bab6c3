package verimesh.embedding.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;
import verimesh.chassis.inference.archive.TensorData;
import verimesh.chassis.inference.archive.TorchArchive;
import verimesh.chassis.inference.safetensors.DType;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchModel;

/// Nobody's collector sees libtorch's memory: what a call or a model leaves behind shows in the process's resident memory alone.
@Tag("torch")
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {
  private static final int SIDE = 1024;
  private static final double TENSOR_MEBIBYTES = SIDE * SIDE * 4.0 / (1 << 20);
  private static final double NOISE_MEBIBYTES = 150; // what the compiler, malloc and a heap that shrinks do meanwhile

  @TempDir static Path folder;

  @BeforeAll
  static void writeAnArchive() throws IOException {
    ModuleClass type = new ModuleClass("Twice").tensor("w")
        .method("def forward(self, x: Tensor) -> Tensor:\n  return torch.add(x, self.w)")
        .method("def bytes(self, x: Tensor) -> Tuple[Tensor, Tensor]:\n  y = torch.to(x, 6)\n  return (torch.add(y, self.w), y)");
    new TorchArchive(new ModuleObject(type).tensor("w", TensorData.of(DType.F32, new float[SIDE * SIDE], SIDE, SIDE))).write(folder.resolve("twice.pt"));
  }

  @Test
  void aCallLeavesNothingBehind() throws IOException {
    TensorInput floats = new TensorInput.Floats(new float[SIDE * SIDE], SIDE, SIDE);
    TensorInput bytes = new TensorInput.Bytes(ByteBuffer.allocate(SIDE * SIDE), SIDE, SIDE);
    try (TorchModel model = TorchModel.load(TestTorch.runtime(), folder.resolve("twice.pt"), "cpu")) {
      Runnable calls = () -> {
        model.run("forward", floats);
        model.run("bytes", bytes);
      };
      repeat(30, calls);
      double before = nativeMebibytes();
      repeat(100, calls);
      // One tensor kept by each round would be 400 MiB.
      assertThat(nativeMebibytes() - before).isLessThan(NOISE_MEBIBYTES);
    }
    assertThat(100 * TENSOR_MEBIBYTES).isGreaterThan(2 * NOISE_MEBIBYTES);
  }

  @Test
  void aClosedModelLeavesNothingBehind() throws IOException {
    Runnable loadAndClose = () -> {
      try (TorchModel model = TorchModel.load(TestTorch.runtime(), folder.resolve("twice.pt"), "cpu")) {
        model.run("forward", new TensorInput.Floats(new float[SIDE * SIDE], SIDE, SIDE));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    };
    repeat(10, loadAndClose);
    double before = nativeMebibytes();
    repeat(100, loadAndClose);
    assertThat(nativeMebibytes() - before).isLessThan(NOISE_MEBIBYTES);
  }

  private static void repeat(int times, Runnable work) {
    for (int i = 0; i < times; i++) work.run();
  }

  /// Resident memory without the heap, which grows and shrinks as it likes.
  private static double nativeMebibytes() throws IOException {
    System.gc();
    double heap = (double) Runtime.getRuntime().totalMemory() / (1 << 20);
    return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024).findFirst().orElseThrow() - heap;
  }
}
