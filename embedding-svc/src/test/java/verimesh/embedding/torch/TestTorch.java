package verimesh.embedding.torch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import verimesh.chassis.inference.torch.TorchLibrary;
import verimesh.chassis.inference.torch.TorchRuntime;

/// The libtorch of the test suite: from the test class path, unpacked once for this user.
final class TestTorch {
  private TestTorch() {}

  static TorchLibrary library() throws IOException {
    TorchLibrary library = TorchLibrary.standard();
    if (!library.isInstalled()) library.install(jar());
    return library;
  }

  static TorchRuntime runtime() throws IOException {
    return TorchRuntime.start(library(), 1);
  }

  private static Path jar() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).filter(entry -> entry.contains("pytorch-native-cpu")).findFirst().map(Path::of)
        .orElseThrow(() -> new AssertionError("pytorch-native-cpu is not on the test class path: these tests run with -Ptorch"));
  }
}
