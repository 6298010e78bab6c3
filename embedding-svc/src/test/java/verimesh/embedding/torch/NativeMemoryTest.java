package verimesh.embedding.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;
import verimesh.chassis.inference.archive.TensorData;
import verimesh.chassis.inference.archive.TorchArchive;
import verimesh.chassis.inference.safetensors.DType;

/// Nobody's collector sees libtorch's memory: what a call or a model leaves behind shows in the process's resident memory alone.
@Tag("torch")
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {
  private static final int SIDE = 1024; // a tensor of float32 is 4 MiB
  private static final int ROUNDS = 100;
  private static final double GROWTH_MAX = 100; // MiB; one tensor kept by each round would be 400

  @TempDir static Path folder;

  @BeforeAll
  static void writeAnArchive() throws IOException {
    ModuleClass type = new ModuleClass("Twice").tensor("w")
        .method("def forward(self, x: Tensor) -> Tensor:\n  return torch.add(x, self.w)")
        .method("def bytes(self, x: Tensor) -> Tuple[Tensor, Tensor]:\n  y = torch.to(x, 6)\n  return (torch.add(y, self.w), y)");
    new TorchArchive(new ModuleObject(type).tensor("w", TensorData.of(DType.F32, new float[SIDE * SIDE], SIDE, SIDE))).write(folder.resolve("twice.pt"));
    TestTorch.library(); // unpacked here, not by the processes
  }

  @ParameterizedTest
  @ValueSource(strings = {"call", "load"})
  void neitherACallNorAClosedModelLeavesAnythingBehind(String what) throws Exception {
    Process process = new ProcessBuilder(
        ProcessHandle.current().info().command().orElseThrow(), "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms160m", "-Xmx160m",
        "-XX:+AlwaysPreTouch", "-cp", System.getProperty("java.class.path"), RepeatingProcess.class.getName(), folder.resolve("twice.pt").toString(),
        Integer.toString(SIDE), what, Integer.toString(ROUNDS)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    String last = said.strip().lines().toList().getLast();
    assertThat(last).startsWith("grew by ");
    assertThat(Double.parseDouble(last.substring("grew by ".length()))).isLessThan(GROWTH_MAX);
  }
}
