package verimesh.cli.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.chassis.config.Settings;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.store.Importer;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.inference.store.StoredModel;
import verimesh.chassis.inference.torch.TorchLibrary;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.embedding.EmbeddingConfig;

/// `./mesh bench embed`.
///
/// Ceiling, raw loop and service take turns, so that whatever else the machine does falls on all of them; what is compared is
/// the middle of the rounds.
@Command(
    name = "embed",
    description = {
      "Pictures a second through full-size models with formula weights: a raw loop, the service over gRPC with 8 and 64 callers,",
      "and how much of the machine's best matrix product that is; then a 12 MP JPEG decoded and cut to three tensors."
    })
public final class EmbedBench implements Callable<Integer> {
  private static final int[] BATCHES = {1, 4, 8, 16, 32};
  private static final int ROUNDS = 5;
  private static final int CALLERS = 64;
  private static final int FEW_CALLERS = 8;
  /// So near to the best batch's rate a smaller batch must come to be preferred.
  private static final double NEARLY = 0.97;
  private static final double SERVICE_GOAL = 0.95;
  private static final double F32_GOAL = 0.80;
  private static final double BF16_GOAL = 0.72;

  private final Context context;

  @Option(names = "--seconds", defaultValue = "8", paramLabel = "S", description = "For each measurement. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(names = "--workers", defaultValue = "0", paramLabel = "N", description = "Threads that run models; 0: one a processor. Default: ${DEFAULT-VALUE}.")
  private int workers;

  @Option(names = "--threads", defaultValue = "1", paramLabel = "N", description = "Of one forward pass inside libtorch. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--device", defaultValue = "cpu", paramLabel = "NAME",
      description = {
        "cuda:N: raw loops of the plain archives with large batches on that GPU instead; VERIMESH_EMBEDDING_LIBTORCH must name a",
        "libtorch 2.7.1 for CUDA 12.8."
      })
  private String device;

  @Option(names = "--model", paramLabel = "NAME", description = "clip or dinov2; default: both.")
  private String only;

  @Option(names = "--dtype", paramLabel = "NAME", description = "float32 or bfloat16; default: both.")
  private String dtype;

  public EmbedBench(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(seconds > 0) || workers < 0 || threads < 1) throw new UsageProblem("--seconds is above 0, --workers 0 or more, --threads 1 or more");
    say(Machine.here(context.root()).toString());
    if (workers == 0) workers = Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
    TorchLibrary library = new TorchLibrary(EmbeddingConfig.from(Settings.of(context.environment(), "EMBEDDING")).libtorch());
    TorchRuntime runtime;
    try {
      runtime = TorchRuntime.start(library, threads);
      runtime.prepareThread();
    } catch (IOException e) {
      throw new CannotStart(e.getMessage());
    }
    List<BenchModel> models = Stream.of(BenchModel.CLIP_B32, BenchModel.DINOV2_S).filter(model -> only == null || only.equals(model.role())).toList();
    Path scratch = Files.createTempDirectory("mesh-bench-embed-");
    try {
      if (device.equals("cpu")) cpu(runtime, library, models, scratch);
      else new GpuLoops(runtime, scratch, seconds, this::say).run(device, models);
      return Exit.OK;
    } finally {
      try (Stream<Path> paths = Files.walk(scratch)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
      }
    }
  }

  private void cpu(TorchRuntime runtime, TorchLibrary library, List<BenchModel> models, Path scratch) throws IOException, InterruptedException {
    say("%d workers, %d threads each, libtorch %s, %.0f s a measurement", workers, threads, TorchLibrary.VERSION, seconds);
    for (Variant variant : List.of(Variant.CPU_PACKED_F32, Variant.CPU_PACKED_BF16)) {
      if (dtype != null && !dtype.equals(variant.dtypeName())) continue;
      try (Ceiling ceiling = new Ceiling(runtime, variant.dtype(), scratch)) {
        say("");
        say("%s: best matrix product (oneDNN, packed) %.0f GFLOP/s", variant.dtypeName(), ceiling.measure(workers, threads, seconds / 2));
        for (BenchModel model : models) measure(model, variant, ceiling, runtime, library, scratch);
      }
    }
    if (only != null || dtype != null) return;
    say("");
    DecodeBenchCommand.measureAndTell(context.console()::line, 9, 7);
  }

  private void measure(BenchModel model, Variant variant, Ceiling ceiling, TorchRuntime runtime, TorchLibrary library, Path scratch)
      throws IOException, InterruptedException {
    ModelStore store = new ModelStore(scratch.resolve("models-" + variant.spelling()));
    Path checkpoint = scratch.resolve("checkpoint-" + model.role());
    if (!Files.exists(checkpoint)) model.write(checkpoint);
    StoredModel stored = new Importer(store, runtime, _ -> {}).importFolder(checkpoint, model.role(), List.of(variant));
    say("  %s", model.title());
    try (TorchModel loaded = TorchModel.load(runtime, stored.archive(variant).orElseThrow(), "cpu")) {
      RawLoop raw = new RawLoop(runtime, loaded, stored.input().size(), workers, threads);
      Batches batches = batches(raw);
      scaling(runtime, loaded, stored.input().size(), batches.best());
      try (ServedModel served = new ServedModel(model, variant, store, library, workers, threads, batches.served())) {
        compare(model, variant, ceiling, raw, batches, served);
      }
    }
  }

  /// @param best of the raw loop
  /// @param served the smallest that is nearly as fast: a larger one would only make callers wait longer
  private record Batches(int best, int served) {}

  private Batches batches(RawLoop raw) throws InterruptedException {
    StringBuilder line = new StringBuilder();
    double[] rates = new double[BATCHES.length];
    int best = 0;
    for (int i = 0; i < BATCHES.length; i++) {
      rates[i] = raw.run(BATCHES[i], seconds / BATCHES.length).typical();
      line.append("  b%d %.1f".formatted(BATCHES[i], rates[i]));
      if (rates[i] > rates[best]) best = i;
    }
    say("    raw loop, img/s by the median call:%s", line);
    int served = 0;
    while (rates[served] < NEARLY * rates[best]) served++;
    return new Batches(BATCHES[best], BATCHES[served]);
  }

  /// One thread, and all processors in the two ways that there are.
  private void scaling(TorchRuntime runtime, TorchModel model, int size, int batch) throws InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    if (processors == 1) return;
    double one = new RawLoop(runtime, model, size, 1, 1).run(batch, seconds / 4).typical();
    double workersEach = new RawLoop(runtime, model, size, processors, 1).run(batch, seconds / 4).typical();
    double threadsInside = new RawLoop(runtime, model, size, 1, processors).run(batch, seconds / 4).typical();
    say("    at batch %d: one thread %.1f; %d workers of one thread %.1f = %.2f times; one worker of %d threads %.1f = %.2f times",
        batch, one, processors, workersEach, workersEach / one, processors, threadsInside, threadsInside / one);
  }

  private void compare(BenchModel model, Variant variant, Ceiling ceiling, RawLoop raw, Batches batches, ServedModel served) throws InterruptedException {
    double goal = variant == Variant.CPU_PACKED_F32 ? F32_GOAL : BF16_GOAL;
    List<Double> shares = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    List<Double> gflops = new ArrayList<>();
    List<ServedModel.Load> loads = new ArrayList<>();
    served.load(CALLERS, null, seconds / 8); // warms both ends
    for (int round = 0; round < ROUNDS; round++) {
      double best = ceiling.measure(workers, threads, seconds / 4);
      RawLoop.Rate rate = raw.run(batches.best(), seconds / 2);
      ServedModel.Load load = served.load(CALLERS, null, seconds / 2);
      rates.add(rate.mean());
      gflops.add(rate.typical() * model.gflopsPerImage());
      shares.add(rate.typical() * model.gflopsPerImage() / best);
      ratios.add(load.rate() / rate.mean());
      loads.add(load);
    }
    double rawRate = RawLoop.median(rates);
    say("    raw loop at batch %d: %.1f img/s; %.0f GFLOP/s = %.2f of the ceiling beside it (goal %.2f), rounds %s",
        batches.best(), rawRate, RawLoop.median(gflops), RawLoop.median(shares), goal, rounds(shares));
    say("    the service, with batches of up to %d:", batches.served());
    ServedModel.Load load = loads.stream().sorted(Comparator.comparingDouble(ServedModel.Load::rate)).toList().get(ROUNDS / 2);
    tell("tensors", CALLERS, load, "%.3f of the raw loop beside it (goal %.2f), rounds %s".formatted(RawLoop.median(ratios), SERVICE_GOAL, rounds(ratios)));
    byte[] jpeg = jpegFile(800, 600);
    for (boolean encoded : new boolean[] {false, true}) {
      for (int callers : new int[] {FEW_CALLERS, CALLERS}) {
        if (!encoded && callers == CALLERS) continue; // that was the comparison
        ServedModel.Load beside = served.load(callers, encoded ? jpeg : null, seconds / 2);
        tell(encoded ? "JPEG 800x600" : "tensors", callers, beside, "%.3f of the raw loop".formatted(beside.rate() / rawRate));
      }
    }
  }

  private void tell(String what, int callers, ServedModel.Load load, String ratio) {
    say("    gRPC, %2d callers, %-12s %6.1f img/s = %s; p50 %.0f ms, p99 %.0f ms, failed %d, batches %s",
        callers, what + ":", load.rate(), ratio, load.millis(50), load.millis(99), load.failed(), load.batches());
  }

  private static String rounds(List<Double> values) {
    return String.join(" ", values.stream().map(value -> String.format(Locale.ROOT, "%.2f", value)).toList());
  }

  /// A picture with structure on every scale, so that its file is about as large as a photo's.
  private static byte[] jpegFile(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int v = (int) (128 + 60 * Math.sin(x * 0.01) + 40 * Math.sin(y * 0.037 + x * 0.002) + 20 * Math.sin(x * 0.5) * Math.sin(y * 0.6));
        image.setRGB(x, y, Math.clamp(v, 0, 255) << 16 | Math.clamp(255 - v, 0, 255) << 8 | Math.clamp(v / 2 + (x ^ y) % 32, 0, 255));
      }
    }
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpeg", out);
    } catch (IOException e) {
      throw new IllegalStateException("the JDK writes pictures in memory", e);
    }
    return out.toByteArray();
  }

  private void say(String format, Object... values) {
    context.console().line(values.length == 0 ? format : String.format(Locale.ROOT, format, values));
  }
}
