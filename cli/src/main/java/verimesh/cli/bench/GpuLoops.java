package verimesh.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.store.Importer;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.inference.store.StoredModel;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;
import verimesh.cli.CannotStart;
import verimesh.cli.UsageProblem;

/// Raw loops of the plain archives on a GPU with batches that fill it, next to what was published for an RTX 4090.
record GpuLoops(TorchRuntime runtime, Path scratch, double seconds, Consumer<String> say) {
  private static final int[] BATCHES = {1, 16, 64, 128, 256};

  /// @param device `cuda:N`
  /// @param models which to measure
  void run(String device, List<BenchModel> models) throws IOException, InterruptedException {
    if (!device.matches("cuda:[0-9]{1,3}")) throw new UsageProblem("--device is \"" + device + "\"; expected cpu or cuda:N");
    if (runtime.gpus() <= Integer.parseInt(device.substring(5))) {
      throw new CannotStart("This libtorch sees " + runtime.gpus() + " GPUs, so " + device + " is not there. "
          + "It needs a driver for CUDA 12.8 and a libtorch 2.7.1+cu128 folder in VERIMESH_EMBEDDING_LIBTORCH.");
    }
    for (Variant variant : List.of(Variant.PLAIN_BF16, Variant.PLAIN_F16)) {
      for (BenchModel model : models) {
        ModelStore store = new ModelStore(scratch.resolve("models-" + variant.spelling()));
        Path checkpoint = scratch.resolve("checkpoint-" + model.role());
        if (!Files.exists(checkpoint)) model.write(checkpoint);
        StoredModel stored = new Importer(store, runtime, _ -> {}).importFolder(checkpoint, model.role(), List.of(variant));
        StringBuilder line = new StringBuilder();
        try (TorchModel loaded = TorchModel.load(runtime, stored.archive(variant).orElseThrow(), device)) {
          var loop = new RawLoop(runtime, loaded, stored.input().size(), 1, 1);
          for (int batch : BATCHES) line.append("  b%d %.0f".formatted(batch, loop.run(batch, seconds / BATCHES.length).mean()));
        }
        say.accept(String.format(Locale.ROOT, "%s, %s on %s, img/s:%s (published for an RTX 4090: %s)",
            model.title(), variant.dtypeName(), device, line, model == BenchModel.CLIP_B32 ? "12,645" : "about 0.7 of 9,949"));
      }
    }
  }
}
