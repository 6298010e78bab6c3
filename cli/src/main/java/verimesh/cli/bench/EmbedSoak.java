package verimesh.cli.bench;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.store.Importer;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.inference.torch.TorchLibrary;
import verimesh.chassis.inference.torch.TorchRuntime;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.common.v1.Image;
import verimesh.embedding.EmbeddingConfig;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.ModelRole;

/// `./mesh bench embed-soak`.
@Command(
    name = "embed-soak",
    description = {
      "Many pictures of random sizes, broken ones between them, through embedding-svc with a tiny model.",
      "Fails if resident memory at the end is more than 5 % above what it was after the first tenth."
    })
public final class EmbedSoak implements Callable<Integer> {
  private static final int CALLERS = 8;
  private static final int PARTS = 10;
  private static final double GROWTH_MAX = 0.05;
  /// What a sound or a damaged file may come to; a damaged header may announce a picture beyond every limit.
  private static final List<String> EXPECTED = List.of("OK", "NOT_AN_IMAGE", "FORMAT_NOT_DECODABLE", "IMAGE_TOO_LARGE");

  private final Context context;

  @Option(names = "--requests", defaultValue = "50000", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(names = "--seed", defaultValue = "7", paramLabel = "N", description = "Of sizes and damages. Default: ${DEFAULT-VALUE}.")
  private long seed;

  public EmbedSoak(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    context.console().line(Machine.here(context.root()).toString());
    TorchLibrary library = new TorchLibrary(EmbeddingConfig.from(Settings.of(context.environment(), "EMBEDDING")).libtorch());
    TorchRuntime runtime;
    try {
      runtime = TorchRuntime.start(library, 1);
      runtime.prepareThread();
    } catch (IOException e) {
      throw new CannotStart(e.getMessage());
    }
    Path scratch = Files.createTempDirectory("mesh-bench-soak-");
    try (Resources resources = new Resources()) {
      ModelStore store = new ModelStore(scratch.resolve("models"));
      new Importer(store, runtime, _ -> {}).importFolder(BenchModel.TINY.write(scratch.resolve("checkpoint")), "tiny", List.of(Variant.CPU_PACKED_F32));
      EmbeddingConfig config = EmbeddingConfig.from(Settings.of(
          Map.of("VERIMESH_EMBEDDING_MODELS_DIR", store.folder().toString(), "VERIMESH_EMBEDDING_LIBTORCH", library.cache().toString(),
              "VERIMESH_EMBEDDING_DINOV2", "tiny", "VERIMESH_EMBEDDING_DEVICE", "cpu", "VERIMESH_EMBEDDING_ANSWER_TIME", "1m"),
          "EMBEDDING"));
      Telemetry telemetry = resources.add(Telemetry.unscraped("embedding-svc"));
      var service = verimesh.embedding.Main.wire(config, resources, telemetry);
      resources.add(RpcServer.inProcess("embed-soak", service, telemetry));
      ManagedChannel channel = Channels.inProcess("embed-soak");
      resources.add(() -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
      while (!service.dependencies().get("models").getAsBoolean()) Thread.onSpinWait();
      return soak(channel);
    } finally {
      try (Stream<Path> paths = Files.walk(scratch)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
      }
    }
  }

  private int soak(ManagedChannel channel) throws IOException, InterruptedException {
    Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
    int part = Math.max(1, requests / PARTS);
    double first = 0;
    double last = 0;
    for (int done = 0; done < requests; done += part) {
      int end = Math.min(requests, done + part);
      run(channel, done, end, outcomes);
      last = residentMebibytes();
      if (done == 0) first = last;
      long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      context.console().line("after %d requests: %.0f MiB resident, %d MiB of the heap in use".formatted(end, last, heap >> 20));
    }
    double growth = last / first - 1;
    context.console().line("resident memory grew by %+.1f %% since the first tenth (most +%.0f %%)".formatted(growth * 100, GROWTH_MAX * 100));
    context.console().line("outcomes: " + new TreeMap<>(outcomes));
    boolean answered = outcomes.keySet().stream().allMatch(o -> EXPECTED.contains(o));
    return growth <= GROWTH_MAX && answered && outcomes.containsKey("OK") ? Exit.OK : Exit.SOME_FAILED;
  }

  private void run(ManagedChannel channel, int from, int to, Map<String, AtomicInteger> outcomes) throws InterruptedException {
    var stub = EmbeddingServiceGrpc.newBlockingStub(channel);
    AtomicInteger next = new AtomicInteger(from);
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      for (int c = 0; c < CALLERS; c++) {
        callers.submit(() -> {
          for (int i = next.getAndIncrement(); i < to; i = next.getAndIncrement()) {
            String outcome = "OK";
            try {
              stub.embedImages(EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_DINOV2)
                  .addImages(Image.newBuilder().setEncoded(ByteString.copyFrom(file(new Random(seed + i))))).build());
            } catch (StatusRuntimeException e) {
              outcome = Problems.of(e).reason();
            }
            outcomes.computeIfAbsent(outcome, _ -> new AtomicInteger()).incrementAndGet();
          }
        });
      }
      callers.shutdown();
      if (!callers.awaitTermination(2, TimeUnit.HOURS)) throw new IllegalStateException("the soak did not end in two hours");
    }
  }

  /// A picture of random size as PNG or JPEG; every fifth one is damaged.
  private static byte[] file(Random random) {
    int width = 1 + random.nextInt(400);
    int height = 1 + random.nextInt(400);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 40; i++) {
      image.setRGB(random.nextInt(width), random.nextInt(height), random.nextInt(0x1000000));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, random.nextBoolean() ? "png" : "jpeg", out);
    } catch (IOException e) {
      throw new IllegalStateException("the JDK writes pictures in memory", e);
    }
    byte[] file = out.toByteArray();
    if (random.nextInt(5) > 0) return file;
    if (random.nextBoolean()) return java.util.Arrays.copyOf(file, random.nextInt(file.length));
    for (int i = 0; i < 20; i++) file[random.nextInt(file.length)] = (byte) random.nextInt();
    return file;
  }

  /// What the process holds in memory, once the heap has been given back.
  private static double residentMebibytes() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024).findFirst().orElseThrow(() -> new IOException("/proc/self/status tells no VmRSS"));
  }
}
