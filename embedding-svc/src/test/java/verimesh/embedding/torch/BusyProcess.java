package verimesh.embedding.torch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import verimesh.chassis.inference.torch.EndingException;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;

/// A process with two threads that are always inside libtorch. With `exit` it calls `System.exit`, with `close` it closes the
/// model under them and then ends; else it runs until it is ended.
final class BusyProcess {
  private static final int SIDE = 512;

  private BusyProcess() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    TorchRuntime runtime = TorchRuntime.start(TestTorch.library(), 1);
    TorchModel model = TorchModel.load(runtime, Path.of(args[0]), "cpu");
    var inside = new CountDownLatch(2);
    for (int t = 0; t < 2; t++) {
      Thread.ofPlatform().start(() -> {
        runtime.prepareThread();
        TensorInput input = new TensorInput.Floats(new float[SIDE * SIDE], SIDE, SIDE);
        try {
          while (true) {
            model.run("forward", input);
            inside.countDown();
          }
        } catch (EndingException e) {
          // as it should be
        }
      });
    }
    inside.await();
    System.out.println("busy");
    switch (args[1]) {
      case "exit" -> System.exit(7);
      case "close" -> model.close();
      default -> Thread.currentThread().join();
    }
  }
}
