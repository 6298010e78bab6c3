package verimesh.cli.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.sun.management.OperatingSystemMXBean;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.config.Settings;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.cut.TensorCutter;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.common.v1.Fit;
import verimesh.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceImplBase;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ListModelsResponse;
import verimesh.hash.v1.HashServiceGrpc.HashServiceImplBase;
import verimesh.hash.v1.MatchRequest;
import verimesh.hash.v1.MatchResponse;
import verimesh.metadata.v1.Exif;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc.MetadataServiceImplBase;
import verimesh.orchestrator.Layers;
import verimesh.orchestrator.OrchestratorConfig;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;
import verimesh.verifier.v1.Examination;
import verimesh.verifier.v1.ExamineRequest;
import verimesh.verifier.v1.ExamineResponse;
import verimesh.verifier.v1.GetBackendsRequest;
import verimesh.verifier.v1.GetBackendsResponse;
import verimesh.verifier.v1.VerifierServiceGrpc.VerifierServiceImplBase;

/// `./mesh bench orchestrator`: what the orchestrator itself costs, beside a bare echo of the same payloads.
///
/// Both are real gRPC servers on loopback, called by the same kind of client from the same process, in turns, so that a busy
/// machine slows both down. Behind the orchestrator four services answer at once, within the process; none publishes an
/// `InputSpec` and the index is empty, so nothing is decoded; the verdict cache is off and no two payloads are equal. What
/// decoding costs is measured apart.
@Command(
    name = "orchestrator",
    description = {
      "Analyze calls a second and the time that the orchestrator adds, beside a bare unary echo of the same payloads.",
      "The goal is 0.4 of the echo's throughput. Decoding, PDQ and tensors follow on lines of their own."
    },
    footer = {"", "  ./mesh bench orchestrator", "  ./mesh bench orchestrator --kib 500 --callers 1,16,64 --rounds 7"})
public final class OrchestratorBench implements Callable<Integer> {
  private static final double GOAL = 0.4;

  private static final MethodDescriptor<AnalyzeRequest, AnalyzeRequest> ECHO =
      MethodDescriptor.<AnalyzeRequest, AnalyzeRequest>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("verimesh.bench.Echo/Echo")
          .setRequestMarshaller(ProtoUtils.marshaller(AnalyzeRequest.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(AnalyzeRequest.getDefaultInstance()))
          .build();

  private final Context context;

  @Option(names = "--kib", paramLabel = "N", description = "Size of a payload (default: 100).")
  private int kib = 100;

  @Option(names = "--callers", split = ",", paramLabel = "N,...", description = "How many call at once, for each line (default: 1,8,32).")
  private List<Integer> callers = List.of(1, 8, 32);

  @Option(names = "--rounds", paramLabel = "N", description = "Of each kind and line; medians count (default: 5).")
  private int rounds = 5;

  @Option(names = "--seconds", paramLabel = "N", description = "Length of a round (default: 3).")
  private double seconds = 3;

  @Option(names = "--warm-up", paramLabel = "N", description = "Seconds of each kind before anything counts (default: 15).")
  private double warmUp = 15;

  public OrchestratorBench(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    if (rounds < 1 || kib < 1 || seconds <= 0 || callers.stream().anyMatch(n -> n < 1)) {
      throw new UsageProblem("--rounds, --kib, --seconds and --callers are 1 or more");
    }
    line("machine    %s", Machine.here(context.root()));
    line("payload    %d KiB, every one different; rounds of %.1f s, %d of each kind in turns, medians", kib, seconds, rounds);
    line("setting    loopback gRPC, client and servers in one process; four layers answer at once in process; nothing decoded, cache off");
    double ownCpuMs = calls();
    pixels(ownCpuMs);
    return Exit.OK;
  }

  // Calls

  /// @return processor time of one Analyze call, in milliseconds
  private double calls() throws Exception {
    try (var resources = new Resources()) {
      Payloads payloads = new Payloads(kib << 10);
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      resources.add(threads::close);
      Server echoServer = echo(resources);
      int port = orchestrator(resources).port();
      Channel echoChannel = client(echoServer.getPort(), resources);
      Channel orchestratorChannel = client(port, resources);
      LongFunction<Object> echo = n -> ClientCalls.blockingUnaryCall(echoChannel, ECHO, CallOptions.DEFAULT, payloads.next(n));
      LongFunction<Object> analyze =
          n -> ClientCalls.blockingUnaryCall(orchestratorChannel, OrchestratorServiceGrpc.getAnalyzeMethod(), CallOptions.DEFAULT, payloads.next(n));

      AnalyzeResponse sample = (AnalyzeResponse) analyze.apply(0);
      if (!sample.getImage().getPdq().isEmpty()) throw new IllegalStateException("something was decoded");
      int most = callers.stream().mapToInt(Integer::intValue).max().orElseThrow();
      measure(echo, most, warmUp, threads);
      measure(analyze, most, warmUp, threads);

      line("");
      line("callers   echo/s  p50 ms  p99 ms  cpu ms   Analyze/s  p50 ms  p99 ms  cpu ms   ratio   added p50");
      double ownCpu = Double.MAX_VALUE;
      double least = Double.MAX_VALUE;
      for (int n : callers) {
        List<Round> echoed = new ArrayList<>();
        List<Round> analyzed = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
          echoed.add(measure(echo, n, seconds, threads));
          analyzed.add(measure(analyze, n, seconds, threads));
        }
        double echoRate = median(echoed.stream().mapToDouble(Round::rate).toArray());
        double analyzeRate = median(analyzed.stream().mapToDouble(Round::rate).toArray());
        double ratio = analyzeRate / echoRate;
        Histogram echoTimes = all(echoed);
        Histogram analyzeTimes = all(analyzed);
        line(
            "%7d  %7.0f %7.2f %7.2f %7.3f   %9.0f %7.2f %7.2f %7.3f   %5.2f   %6.2f ms",
            n, echoRate, ms(echoTimes, 50), ms(echoTimes, 99), cpu(echoed), analyzeRate, ms(analyzeTimes, 50), ms(analyzeTimes, 99), cpu(analyzed),
            ratio, ms(analyzeTimes, 50) - ms(echoTimes, 50));
        ownCpu = Math.min(ownCpu, cpu(analyzed));
        least = Math.min(least, ratio);
      }
      line("");
      line("ratio      at least %.2f of the echo's throughput; goal %.1f, %s", least, GOAL, least >= GOAL ? "reached" : "missed");
      return ownCpu;
    }
  }

  /// @param rate calls a second
  /// @param times of all calls, in nanoseconds
  /// @param cpuMs processor time of this process a call: client, server and layers together
  private record Round(double rate, Histogram times, double cpuMs) {}

  private static double cpu(List<Round> rounds) {
    return median(rounds.stream().mapToDouble(Round::cpuMs).toArray());
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
  }

  private static Round measure(LongFunction<Object> call, int callers, double seconds, ExecutorService threads) throws InterruptedException {
    var times = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
    var number = new AtomicLong(System.nanoTime());
    var done = new CountDownLatch(callers);
    long cpu = cpuNanos();
    long begun = System.nanoTime();
    long until = begun + (long) (seconds * 1e9);
    for (int i = 0; i < callers; i++) {
      threads.execute(() -> {
        long before = System.nanoTime();
        while (before < until) {
          call.apply(number.getAndIncrement());
          long after = System.nanoTime();
          times.recordValue(after - before);
          before = after;
        }
        done.countDown();
      });
    }
    done.await();
    double calls = times.getTotalCount();
    return new Round(calls / ((System.nanoTime() - begun) / 1e9), times, (cpuNanos() - cpu) / 1e6 / calls);
  }

  private static Histogram all(List<Round> rounds) {
    Histogram all = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    rounds.forEach(round -> all.add(round.times()));
    return all;
  }

  private static double ms(Histogram times, double percentile) {
    return times.getValueAtPercentile(percentile) / 1e6;
  }

  private static Server echo(Resources resources) throws IOException {
    ServerServiceDefinition service =
        ServerServiceDefinition.builder("verimesh.bench.Echo")
            .addMethod(ECHO, ServerCalls.asyncUnaryCall((AnalyzeRequest request, StreamObserver<AnalyzeRequest> out) -> {
              out.onNext(request);
              out.onCompleted();
            }))
            .build();
    ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor(); // as the chassis serves
    resources.add(calls::close);
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0), io.grpc.InsecureServerCredentials.create())
            .maxInboundMessageSize(80 << 20).executor(calls).addService(service).build().start();
    resources.add(server::shutdownNow);
    return server;
  }

  private static RpcServer orchestrator(Resources resources) throws IOException {
    Telemetry telemetry = resources.add(new Telemetry("orchestrator"));
    OrchestratorConfig config =
        OrchestratorConfig.from(Settings.of(Map.of("VERIMESH_ORCHESTRATOR_CACHE_BYTES_MAX", "0"), "ORCHESTRATOR"));
    var layers =
        new Layers(
            Optional.of(inProcess("bench-metadata", new AtOnceMetadata(), resources)),
            Optional.of(inProcess("bench-hash", new AtOnceHash(), resources)),
            Optional.of(inProcess("bench-embedding", new AtOnceEmbedding(), resources)),
            Optional.of(inProcess("bench-verifier", new AtOnceVerifier(), resources)));
    return resources.add(RpcServer.start(ServerConfig.loopback(), verimesh.orchestrator.Main.wire(config, layers, resources, telemetry), telemetry));
  }

  private static Channel inProcess(String name, BindableService service, Resources resources) throws IOException {
    resources.add(RpcServer.inProcess(name, Service.of(service), Telemetry.unscraped(name)));
    ManagedChannel channel = Channels.inProcess(name);
    resources.add(channel::shutdownNow);
    return channel;
  }

  private static Channel client(int port, Resources resources) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().maxInboundMessageSize(80 << 20)
            .executor(resources.add(Executors.newVirtualThreadPerTaskExecutor())).build();
    resources.add(channel::shutdownNow);
    return channel;
  }

  /// PNG files by their headers: what admission and layers see is a picture, and nobody reads on.
  private static final class Payloads {
    private final byte[] base;

    Payloads(int bytes) {
      base = new byte[Math.max(bytes, 64)];
      new Random(7).nextBytes(base);
      var ihdr = ByteBuffer.allocate(17).put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(1024).putInt(768).put(new byte[] {8, 2, 0, 0, 0});
      var crc = new CRC32();
      crc.update(ihdr.array());
      ByteBuffer.wrap(base).putLong(0x89504E470D0A1A0AL).putInt(13).put(ihdr.array()).putInt((int) crc.getValue());
    }

    AnalyzeRequest next(long number) {
      byte[] file = base.clone();
      ByteBuffer.wrap(file).putLong(40, number);
      ByteString bytes = UnsafeByteOperations.unsafeWrap(file);
      return AnalyzeRequest.newBuilder().setImage(bytes).setUseCache(false).build();
    }
  }

  private static final class AtOnceMetadata extends MetadataServiceImplBase {
    private static final InspectResponse ANSWER =
        InspectResponse.newBuilder().setFormat("png").setExif(Exif.newBuilder().setConsistency("STRIPPED").addReasons("no camera Make")).build();

    @Override
    public void inspect(InspectRequest request, StreamObserver<InspectResponse> out) {
      out.onNext(ANSWER);
      out.onCompleted();
    }
  }

  private static final class AtOnceHash extends HashServiceImplBase {
    @Override
    public void match(MatchRequest request, StreamObserver<MatchResponse> out) {
      out.onNext(MatchResponse.newBuilder().setGeneration(1).build());
      out.onCompleted();
    }
  }

  private static final class AtOnceEmbedding extends EmbeddingServiceImplBase {
    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> out) {
      out.onNext(ListModelsResponse.getDefaultInstance());
      out.onCompleted();
    }
  }

  private static final class AtOnceVerifier extends VerifierServiceImplBase {
    @Override
    public void getBackends(GetBackendsRequest request, StreamObserver<GetBackendsResponse> out) {
      out.onNext(GetBackendsResponse.newBuilder().addBackends(verimesh.verifier.v1.Backend.newBuilder().setName("bench").setModel("none")).build());
      out.onCompleted();
    }

    @Override
    public void examine(ExamineRequest request, StreamObserver<ExamineResponse> out) {
      out.onNext(ExamineResponse.newBuilder().setExamination(Examination.newBuilder().setFake(true).setConfidence(0.8).setProbabilityAi(0.8)).build());
      out.onCompleted();
    }
  }

  // Pixels

  /// What a picture costs where pixels are needed, on one thread, beside what the orchestrator itself costs.
  ///
  /// @param own processor time of a call without pixels, in milliseconds
  private void pixels(double own) throws IOException {
    byte[] jpeg = jpeg(1600, 1200);
    Decoder decoder = Decoder.fastest(DecodeLimits.DEFAULT);
    var picture = (Decoded.Picture) decoder.decode(jpeg);
    List<InputSpec> specs = List.of(spec(Fit.FIT_SHORTEST_EDGE_CROP), spec(Fit.FIT_SQUASH));
    double decode = each(_ -> decoder.decode(jpeg));
    double pdq = each(_ -> Pdq.hash(picture.stored()));
    double tensors = each(_ -> TensorCutter.cut(picture.stored(), specs));
    double whole = own + decode + pdq + tensors;
    line("");
    line("pixels     a JPEG of 1600x1200, %d KiB, one thread, decoder %s", jpeg.length >> 10, decoder.inUse().getFirst().name());
    line("           decode   %7.2f ms  %4.0f %%", decode, 100 * decode / whole);
    line("           pdq      %7.2f ms  %4.0f %%", pdq, 100 * pdq / whole);
    line("           tensors  %7.2f ms  %4.0f %%   (two: 224 by shortest edge and crop, 224 squashed)", tensors, 100 * tensors / whole);
    line("           the rest %7.2f ms  %4.0f %%   (processor time of a whole call above, client and layers included)", own, 100 * own / whole);
  }

  /// Processor time in milliseconds, the median of as many as fit into the time: on a busy machine the clock on the wall
  /// tells of the others.
  private double each(Consumer<Void> step) {
    Histogram times = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    long until = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < until) step.accept(null); // warm-up
    until = System.nanoTime() + (long) (seconds * 1e9);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    do {
      long begun = threads.getCurrentThreadCpuTime();
      step.accept(null);
      times.recordValue(Math.max(0, threads.getCurrentThreadCpuTime() - begun));
    } while (System.nanoTime() < until);
    return ms(times, 50);
  }

  private static InputSpec spec(Fit fit) {
    var spec = verimesh.common.v1.InputSpec.newBuilder().setSize(224).setFit(fit).setFilter(verimesh.common.v1.Filter.FILTER_BICUBIC);
    if (fit == Fit.FIT_SHORTEST_EDGE_CROP) spec.setResize(224);
    for (int channel = 0; channel < 3; channel++) spec.addMean(0.5).addStd(0.5);
    return InputSpec.from(spec.build());
  }

  /// Waves with a little grain: compresses like a photograph.
  private static byte[] jpeg(int width, int height) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var random = new Random(7);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double wave = Math.sin(x / 37.0) + Math.cos(y / 23.0) + Math.sin((x + y) / 71.0) + random.nextGaussian() * 0.08;
        int level = Math.clamp(Math.round(128 + 40 * wave), 0, 255);
        image.setRGB(x, y, level << 16 | (level * 3 / 4 + 40) << 8 | 255 - level);
      }
    }
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", bytes);
    return bytes.toByteArray();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
  }

  private void line(String form, Object... values) {
    context.console().line(String.format(Locale.ROOT, form, values));
  }
}
