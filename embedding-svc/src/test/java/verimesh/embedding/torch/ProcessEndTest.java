package verimesh.embedding.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.inference.archive.ModuleClass;
import verimesh.chassis.inference.archive.ModuleObject;
import verimesh.chassis.inference.archive.TensorData;
import verimesh.chassis.inference.archive.TorchArchive;
import verimesh.chassis.inference.safetensors.DType;

/// libtorch crashes when a process ends, or a model is closed, under a running call; ours must not.
@Tag("torch")
class ProcessEndTest {
  private static final int SIDE = 512;

  @TempDir static Path folder;

  @BeforeAll
  static void writeAnArchiveOfManyProducts() throws IOException {
    StringBuilder body = new StringBuilder("def forward(self, x: Tensor) -> Tensor:\n");
    for (int i = 0; i < 20; i++) body.append("  x = torch.softmax(torch.linear(x, self.w, None), 1)\n");
    ModuleClass type = new ModuleClass("Products").tensor("w").method(body + "  return torch.select(x, 0, 0)");
    new TorchArchive(new ModuleObject(type).tensor("w", TensorData.of(DType.F32, new float[SIDE * SIDE], SIDE, SIDE))).write(folder.resolve("products.pt"));
    TestTorch.library(); // unpacked here, not by the processes
  }

  @ParameterizedTest
  @CsvSource({"wait, 143", "wait, 143", "wait, 143", "exit, 7", "exit, 7", "close, 0"})
  void aProcessThatComputesEndsCleanly(String how, int exitCode) throws Exception {
    Process process = new ProcessBuilder(
        ProcessHandle.current().info().command().orElseThrow(), "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
        "-XX:ErrorFile=" + folder.resolve("hs_err_%p.log"), "-cp", System.getProperty("java.class.path"), BusyProcess.class.getName(),
        folder.resolve("products.pt").toString(), how)
        .directory(folder.toFile()).redirectErrorStream(true).start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.lines().anyMatch("busy"::equals)).isTrue();
      if (how.equals("wait")) process.toHandle().destroy(); // SIGTERM, and the streams stay open
      String rest = String.join("\n", said.lines().toList());
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(rest).isEqualTo(exitCode);
    } finally {
      process.destroyForcibly();
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString())).noneMatch(name -> name.startsWith("hs_err") || name.startsWith("core"));
    }
  }
}
