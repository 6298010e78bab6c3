package verimesh.cli.bench;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.DistributionSummary;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.cut.TensorCutter;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.store.Importer;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.inference.store.StoredModel;
import verimesh.chassis.inference.store.TestPicture;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchLibrary;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.common.v1.Image;
import verimesh.embedding.EmbeddingConfig;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;

/// `./mesh bench embed`.
@Command(
    name = "embed",
    description = {
      "Pictures a second through full-size models with formula weights: a raw loop, the service over gRPC with 8 and 64 callers,",
      "and how much of the machine's best matrix product that is; then a 12 MP JPEG decoded and cut to three tensors."
    })
public final class EmbedBench implements Callable<Integer> {
  private static final int[] BATCHES = {1, 4, 8, 16, 32};
  private static final int[] GPU_BATCHES = {1, 16, 64, 128, 256};
  private static final int[] CALLERS = {8, 64};
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
      description = "cuda:N: raw loops of the plain archives with large batches on that GPU instead; VERIMESH_EMBEDDING_LIBTORCH must name a libtorch 2.7.1 for CUDA 12.8.")
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
    Path scratch = Files.createTempDirectory("mesh-bench-embed-");
    try {
      if (!device.equals("cpu")) return gpu(runtime, scratch);
      say("%d workers, %d threads each, libtorch %s, %.0f s a measurement".formatted(workers, threads, TorchLibrary.VERSION, seconds));
      for (Variant variant : List.of(Variant.CPU_PACKED_F32, Variant.CPU_PACKED_BF16)) {
        if (dtype != null && !dtype.equals(variant.dtypeName())) continue;
        Ceiling ceiling = Ceiling.measure(runtime, variant.dtype(), workers, scratch, seconds);
        say("");
        say("%s: best matrix product %.0f GFLOP/s (oneDNN packed, %d-cube)".formatted(variant.dtypeName(), ceiling.gflops(), ceiling.side()));
        for (BenchModel model : List.of(BenchModel.CLIP_B32, BenchModel.DINOV2_S)) {
          if (only == null || only.equals(model.role())) measure(model, variant, ceiling, runtime, library, scratch);
        }
      }
      say("");
      decoding();
      return Exit.OK;
    } finally {
      try (Stream<Path> paths = Files.walk(scratch)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
      }
    }
  }

  /// What a GPU does, next to what was published for an RTX 4090: 12,645 img/s for CLIP ViT-B/32 and about 0.7 of 9,949 for DINOv2 ViT-S/14.
  private int gpu(TorchRuntime runtime, Path scratch) throws IOException, InterruptedException {
    if (!device.matches("cuda:[0-9]{1,3}")) throw new UsageProblem("--device is \"" + device + "\"; expected cpu or cuda:N");
    if (runtime.gpus() <= Integer.parseInt(device.substring(5))) {
      throw new CannotStart("This libtorch sees " + runtime.gpus() + " GPUs, so " + device + " is not there. "
          + "It needs a driver for CUDA 12.8 and a libtorch 2.7.1+cu128 folder in VERIMESH_EMBEDDING_LIBTORCH.");
    }
    workers = 1;
    for (Variant variant : List.of(Variant.PLAIN_BF16, Variant.PLAIN_F16)) {
      for (BenchModel model : List.of(BenchModel.CLIP_B32, BenchModel.DINOV2_S)) {
        if (only != null && !only.equals(model.role())) continue;
        ModelStore store = new ModelStore(scratch.resolve("models-" + variant.spelling()));
        Path checkpoint = scratch.resolve("checkpoint-" + model.role());
        if (!Files.exists(checkpoint)) model.write(checkpoint);
        StoredModel stored = new Importer(store, runtime, _ -> {}).importFolder(checkpoint, model.role(), List.of(variant));
        StringBuilder line = new StringBuilder();
        try (TorchModel loaded = TorchModel.load(runtime, stored.archive(variant).orElseThrow(), device)) {
          for (int batch : GPU_BATCHES) line.append("  b%d %.0f".formatted(batch, rawLoop(runtime, loaded, stored.input().size(), batch)));
        }
        say("%s, %s on %s, img/s:%s (published for a 4090: %s)".formatted(
            model.title(), variant.dtypeName(), device, line, model == BenchModel.CLIP_B32 ? "12,645" : "about 0.7 of 9,949"));
      }
    }
    return Exit.OK;
  }

  private void measure(BenchModel model, Variant variant, Ceiling ceiling, TorchRuntime runtime, TorchLibrary library, Path scratch) throws IOException, InterruptedException {
    ModelStore store = new ModelStore(scratch.resolve("models-" + variant.spelling()));
    StoredModel stored = store.find(model.role()).orElse(null);
    if (stored == null) {
      Path checkpoint = scratch.resolve("checkpoint-" + model.role());
      if (!Files.exists(checkpoint)) model.write(checkpoint);
      stored = new Importer(store, runtime, _ -> {}).importFolder(checkpoint, model.role(), List.of(variant));
    }
    say("  %s".formatted(model.title()));
    double raw = 0;
    int rawBatch = 0;
    try (TorchModel loaded = TorchModel.load(runtime, stored.archive(variant).orElseThrow(), "cpu")) {
      StringBuilder line = new StringBuilder();
      for (int batch : BATCHES) {
        double rate = rawLoop(runtime, loaded, stored.input().size(), batch);
        line.append("  b%d %.1f".formatted(batch, rate));
        if (rate > raw) {
          raw = rate;
          rawBatch = batch;
        }
      }
      double gflops = raw * model.gflopsPerImage();
      double goal = variant == Variant.CPU_PACKED_F32 ? F32_GOAL : BF16_GOAL;
      say("    raw loop, img/s:%s".formatted(line));
      say("    best %.1f img/s at batch %d = %.0f GFLOP/s = %.2f of the ceiling (goal %.2f)".formatted(raw, rawBatch, gflops, gflops / ceiling.gflops(), goal));
    }
    service(model, variant, store, library, raw, rawBatch);
  }

  /// As many threads as the service has workers, each with the same batch over and over.
  private double rawLoop(TorchRuntime runtime, TorchModel model, int size, int batch) throws InterruptedException {
    ByteBuffer one = TestPicture.pixels(size);
    List<Callable<Double>> loops = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      loops.add(() -> {
        runtime.prepareThread();
        ByteBuffer pixels = ByteBuffer.allocateDirect(batch * one.remaining());
        for (int i = 0; i < batch; i++) pixels.put(one.duplicate());
        TensorInput input = new TensorInput.Bytes(pixels.flip(), batch, size, size, 3);
        model.run("image_vector", input);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9 / BATCHES.length);
        int images = 0;
        do {
          model.run("image_vector", input);
          images += batch;
        } while (System.nanoTime() < end);
        return images / ((System.nanoTime() - start) / 1e9);
      });
    }
    return inParallel(loops);
  }

  private void service(BenchModel model, Variant variant, ModelStore store, TorchLibrary library, double raw, int rawBatch) throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>();
    environment.put("VERIMESH_EMBEDDING_MODELS_DIR", store.folder().toString());
    environment.put("VERIMESH_EMBEDDING_LIBTORCH", library.cache().toString());
    environment.put("VERIMESH_EMBEDDING_" + model.role().toUpperCase(Locale.ROOT), model.role());
    environment.put("VERIMESH_EMBEDDING_DTYPE", variant.dtypeName());
    environment.put("VERIMESH_EMBEDDING_DEVICE", "cpu");
    environment.put("VERIMESH_EMBEDDING_WORKERS", Integer.toString(workers));
    environment.put("VERIMESH_EMBEDDING_THREADS", Integer.toString(threads));
    environment.put("VERIMESH_EMBEDDING_BATCH_MAX", Integer.toString(Math.max(8, rawBatch)));
    environment.put("VERIMESH_EMBEDDING_ANSWER_TIME", "5m");
    EmbeddingConfig config = EmbeddingConfig.from(Settings.of(environment, "EMBEDDING"));
    for (int callers : CALLERS) {
      for (boolean jpeg : new boolean[] {false, true}) {
        try (Resources resources = new Resources()) {
          Telemetry telemetry = resources.add(Telemetry.unscraped("embedding-svc"));
          var service = verimesh.embedding.Main.wire(config, resources, telemetry);
          RpcServer server = resources.add(RpcServer.start(ServerConfig.loopback(), service, telemetry));
          ManagedChannel channel = Channels.connect(ChannelConfig.to("127.0.0.1:" + server.port()), telemetry);
          resources.add(() -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
          while (!service.dependencies().get("models").getAsBoolean()) Thread.onSpinWait();
          Load load = load(channel, model, callers, jpeg);
          say("    gRPC, %2d callers, %s: %6.1f img/s = %.3f of the raw loop%s, p50 %.0f ms, p99 %.0f ms, failed %d, batches %s".formatted(
              callers, jpeg ? "JPEG   " : "tensors", load.rate, load.rate / raw, !jpeg && callers == 64 ? " (goal %.2f)".formatted(SERVICE_GOAL) : "",
              load.latency.getValueAtPercentile(50) / 1e3, load.latency.getValueAtPercentile(99) / 1e3, load.failed, batches(telemetry)));
        } catch (Exception e) {
          if (e instanceof InterruptedException interrupted) throw interrupted;
          throw new IllegalStateException("the service could not be measured", e);
        }
      }
    }
  }

  /// @param latency microseconds
  private record Load(double rate, Histogram latency, long failed) {}

  private Load load(ManagedChannel channel, BenchModel model, int callers, boolean jpeg) throws InterruptedException, IOException {
    var stub = EmbeddingServiceGrpc.newBlockingStub(channel);
    ModelInfo info = stub.listModels(ListModelsRequest.getDefaultInstance()).getModels(0);
    Image image;
    if (jpeg) {
      image = Image.newBuilder().setEncoded(ByteString.copyFrom(jpegFile(800, 600))).build();
    } else {
      var spec = InputSpec.from(info.getInputSpec());
      image = Image.newBuilder().setTensor(new verimesh.chassis.images.RgbTensor(TestPicture.pixels(spec.size()).array(), 1, spec.size(), spec.size(), spec.digest()).toProto()).build();
    }
    ModelRole role = model == BenchModel.CLIP_B32 ? ModelRole.MODEL_ROLE_CLIP : ModelRole.MODEL_ROLE_DINOV2;
    EmbedImagesRequest request = EmbedImagesRequest.newBuilder().setRole(role).addImages(image).build();
    var latency = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(5), 3);
    var failed = new java.util.concurrent.atomic.LongAdder();
    long warm = System.nanoTime() + (long) (seconds * 1e9 / 3);
    long start = warm;
    long end = start + (long) (seconds * 1e9);
    List<Callable<Double>> loops = new ArrayList<>();
    for (int c = 0; c < callers; c++) {
      loops.add(() -> {
        double answered = 0;
        while (true) {
          long before = System.nanoTime();
          if (before >= end) return answered;
          boolean ok = true;
          try {
            stub.embedImages(request);
          } catch (StatusRuntimeException e) {
            ok = false;
          }
          long after = System.nanoTime();
          // Counted by the share of the call that lies in the window, so that neither edge adds or loses pictures.
          double share = (double) Math.max(0, Math.min(after, end) - Math.max(before, start)) / (after - before);
          if (share <= 0) continue;
          if (ok) {
            answered += share;
            latency.recordValue((after - before) / 1000);
          } else {
            failed.increment();
          }
        }
      });
    }
    double images = inParallel(loops);
    return new Load(images / seconds, latency, failed.sum());
  }

  /// How many batches had how many items, from the service's own meter.
  private static String batches(Telemetry telemetry) {
    DistributionSummary summary = telemetry.meters().find("verimesh.embedding.batch.items").summary();
    if (summary == null) return "-";
    StringBuilder text = new StringBuilder();
    double before = 0;
    double from = 0;
    for (var bucket : summary.takeSnapshot().histogramCounts()) {
      double count = bucket.count() - before;
      if (count > 0) text.append(text.isEmpty() ? "" : " ").append("%.0f-%.0f:%.0f".formatted(from + 1, bucket.bucket(), count));
      before = bucket.count();
      from = bucket.bucket();
    }
    return text.toString();
  }

  private void decoding() throws IOException {
    byte[] file = jpegFile(4000, 3000);
    List<InputSpec> specs = List.of(
        new InputSpec(224, new InputSpec.Fit.ShortestEdgeCrop(224), InputSpec.Filter.BICUBIC, List.of(.5, .5, .5), List.of(.5, .5, .5)),
        new InputSpec(224, new InputSpec.Fit.ShortestEdgeCrop(256), InputSpec.Filter.BICUBIC, List.of(.5, .5, .5), List.of(.5, .5, .5)),
        new InputSpec(224, new InputSpec.Fit.Squash(), InputSpec.Filter.BICUBIC, List.of(.5, .5, .5), List.of(.5, .5, .5)));
    Decoder fastest = Decoder.fastest(DecodeLimits.DEFAULT);
    double ours = bestMillis(() -> TensorCutter.cut(((Decoded.Picture) fastest.decode(file)).stored(), specs));
    double imageIo = bestMillis(() -> {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
      int[] argb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
      byte[] rgb = new byte[argb.length * 3];
      for (int i = 0; i < argb.length; i++) {
        rgb[3 * i] = (byte) (argb[i] >> 16);
        rgb[3 * i + 1] = (byte) (argb[i] >> 8);
        rgb[3 * i + 2] = (byte) argb[i];
      }
      return TensorCutter.cut(new StoredPixels(image.getWidth(), image.getHeight(), StoredPixels.Layout.RGB, rgb), specs);
    });
    say("12 MP JPEG (%d KiB) decoded in full and cut to three tensors, best of 5: %.0f ms with %s, %.0f ms with ImageIO (%.1f times as fast, goal 3)".formatted(
        file.length >> 10, ours, fastest.inUse().getFirst(), imageIo, imageIo / ours));
  }

  private static double bestMillis(Callable<?> work) throws IOException {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      try {
        work.call();
      } catch (Exception e) {
        throw new IOException("decoding failed", e);
      }
      best = Math.min(best, (System.nanoTime() - start) / 1e6);
    }
    return best;
  }

  /// A picture with structure on every scale, so that its file is about as large as a photo's.
  private static byte[] jpegFile(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int v = (int) (128 + 60 * Math.sin(x * 0.01) + 40 * Math.sin(y * 0.037 + x * 0.002) + 20 * Math.sin(x * 0.5) * Math.sin(y * 0.6));
        image.setRGB(x, y, Math.clamp(v, 0, 255) << 16 | Math.clamp(255 - v, 0, 255) << 8 | Math.clamp(v / 2 + (x ^ y) % 32, 0, 255));
      }
    }
    var out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", out);
    return out.toByteArray();
  }

  private static double inParallel(List<Callable<Double>> loops) throws InterruptedException {
    try (ExecutorService pool = Executors.newFixedThreadPool(loops.size(), Thread.ofPlatform().factory())) {
      double sum = 0;
      for (Future<Double> loop : pool.invokeAll(loops)) sum += loop.get();
      return sum;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a measured loop failed", e);
    }
  }

  private void say(String line) {
    context.console().line(line);
  }
}
