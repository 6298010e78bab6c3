package verimesh.cli.operate;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import verimesh.chassis.Readiness;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.Wiring;
import verimesh.chassis.config.Settings;
import verimesh.chassis.http.OperatorPort;
import verimesh.chassis.inference.serve.BatchLimits;
import verimesh.chassis.inference.serve.Batcher;
import verimesh.chassis.inference.serve.Lane;
import verimesh.chassis.inference.serve.Urgency;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.chassis.testing.Shared;
import verimesh.cli.local.MeshService;
import verimesh.embedding.EmbeddingConfig;
import verimesh.hash.HashConfig;
import verimesh.hash.v1.Bank;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.CreateBankRequest;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.RegisterRequest;
import verimesh.metadata.MetadataConfig;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.MetadataServiceGrpc;
import verimesh.orchestrator.OrchestratorConfig;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;
import verimesh.verifier.VerifierConfig;

/// The five services, wired as their processes wire them, on loopback ports that can be scraped; an LMM that says what it was
/// told, a verdict store that is away, and the queue of embedding-svc with work that needs no libtorch. So every kind of work
/// that is counted anywhere can be done here within seconds.
final class ScrapedMesh implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String KEY = "0123456789abcdef0123456789abcdef"; // over the network nobody writes without a name

  private final Resources resources = new Resources();
  private final Map<MeshService, Telemetry> telemetries = new EnumMap<>(MeshService.class);
  private final Map<MeshService, Integer> ports = new EnumMap<>(MeshService.class);
  private final Map<MeshService, Integer> httpPorts = new EnumMap<>(MeshService.class);
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Map<MeshService, ManagedChannel> channels = new EnumMap<>(MeshService.class);

  private ScrapedMesh() {}

  /// @param folder empty, for the index
  static ScrapedMesh start(Path folder) throws Exception {
    var mesh = new ScrapedMesh();
    try {
      var lmm = mesh.resources.add(new ScriptedLmm());
      mesh.environment.putAll(Map.of(
          "VERIMESH_HASH_KEYS", "test:" + KEY,
          "VERIMESH_HASH_WRITERS", "test",
          "VERIMESH_HASH_DIRECTORY", folder.resolve("index").toString(),
          "VERIMESH_VERIFIER_BACKENDS", "scripted",
          "VERIMESH_VERIFIER_SCRIPTED_URL", lmm.url(),
          "VERIMESH_VERIFIER_SCRIPTED_MODEL", "scripted-1",
          "VERIMESH_ORCHESTRATOR_STORE_REDIS", "redis://127.0.0.1:1")); // nobody listens there
      mesh.serve(MeshService.METADATA, MetadataConfig::from, verimesh.metadata.Main::wire);
      mesh.serve(MeshService.EMBEDDING, EmbeddingConfig::from, verimesh.embedding.Main::wire);
      mesh.serve(MeshService.HASH, HashConfig::from, verimesh.hash.Main::wire);
      mesh.serve(MeshService.VERIFIER, VerifierConfig::from, verimesh.verifier.Main::wire);
      mesh.serve(MeshService.ORCHESTRATOR, OrchestratorConfig::from, verimesh.orchestrator.Main::wire);
      return mesh;
    } catch (Exception | Error e) {
      mesh.close();
      throw e;
    }
  }

  private <C> void serve(MeshService service, Function<Settings, C> config, Wiring<C> wiring) throws Exception {
    Settings settings = Settings.of(environment, service.scope());
    Telemetry telemetry = resources.add(new Telemetry(service.id()));
    Service wired = wiring.wire(config.apply(settings), resources, telemetry);
    var readiness = new Readiness(wired);
    var http = resources.add(OperatorPort.start("127.0.0.1", 0, telemetry, readiness));
    var server = resources.add(RpcServer.start(ServerConfig.loopback().withDrain(Duration.ofMillis(200)), wired, readiness, telemetry));
    telemetries.put(service, telemetry);
    ports.put(service, server.port());
    httpPorts.put(service, http.port());
    if (service != MeshService.ORCHESTRATOR) environment.put(service.targetSetting(), "127.0.0.1:" + server.port());
    if (service == MeshService.EMBEDDING) environment.put("VERIMESH_VERIFIER_EMBEDDING_TARGET", "127.0.0.1:" + server.port());
  }

  int httpPort(MeshService service) {
    return httpPorts.get(service);
  }

  String scrape(MeshService service) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort(service) + "/metrics")).timeout(PATIENCE).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  List<String> scrapes() throws IOException, InterruptedException {
    var all = new ArrayList<String>();
    for (MeshService service : MeshService.values()) all.add(scrape(service));
    return all;
  }

  private ManagedChannel channel(MeshService service) {
    return channels.computeIfAbsent(service, s -> {
      var telemetry = resources.add(Telemetry.unscraped("test"));
      ManagedChannel channel = Channels.connect(ChannelConfig.to("127.0.0.1:" + ports.get(s)).withKey(KEY), telemetry);
      resources.add((AutoCloseable) channel::shutdownNow);
      return channel;
    });
  }

  /// Everything that is counted anywhere, once.
  void work() throws Exception {
    analyzeExamples();
    doTheRest();
    embed();
  }

  /// Asks for a verdict on each of the examples, which are in the repository.
  List<AnalyzeResponse> analyzeExamples() throws IOException {
    var answers = new ArrayList<AnalyzeResponse>();
    for (Path picture : examples()) {
      answers.add(OrchestratorServiceGrpc.newBlockingStub(channel(MeshService.ORCHESTRATOR)).withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .analyze(AnalyzeRequest.newBuilder().setImage(ByteString.copyFrom(Files.readAllBytes(picture))).build()));
    }
    return answers;
  }

  private static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Shared.root().resolve("examples"))) {
      return files.filter(f -> !f.toString().endsWith(".md")).sorted().toList();
    }
  }

  /// What a picture alone does not do: writing into a bank, files that nobody can read or that are cut short.
  void doTheRest() throws IOException {
    var hash = HashServiceGrpc.newBlockingStub(channel(MeshService.HASH)).withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    byte[] picture = Files.readAllBytes(examples().getFirst());
    String bank = "known-" + System.nanoTime();
    hash.createBank(CreateBankRequest.newBuilder().setBank(Bank.newBuilder().setName(bank).setKind(BankKind.BANK_KIND_POSITIVE)).build());
    byte[] digest = new byte[32];
    digest[0] = 1;
    hash.register(RegisterRequest.newBuilder().setBank(bank).setItem(Item.newBuilder().setSha256(ByteString.copyFrom(digest))).build());
    inspect(ByteString.copyFrom(picture, 0, picture.length / 2)); // cut short: a finding
    inspect(ByteString.copyFromUtf8("no picture at all"));
  }

  private void inspect(ByteString file) {
    try {
      MetadataServiceGrpc.newBlockingStub(channel(MeshService.METADATA)).withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .inspect(InspectRequest.newBuilder().setFile(file).build());
    } catch (StatusRuntimeException refused) {
      // which is what is to be counted
    }
  }

  /// Work of embedding-svc's queue, counted where embedding-svc counts: one batch, and one item that came too early.
  void embed() throws Exception {
    var limits = new BatchLimits(4, Duration.ofMillis(1), 1, Duration.ofMinutes(5), Duration.ofSeconds(5));
    var batcher = resources.add(new Batcher(limits, 1, System::nanoTime, telemetries.get(MeshService.EMBEDDING).meters()));
    Lane<Integer, Integer> lane = batcher.lane("clip_image", (_, items) -> items);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var refused = lane.submit("shape", 1, Urgency.INTERACTIVE, deadline); // no worker has proved its numbers yet
    if (!refused.isCompletedExceptionally()) throw new IllegalStateException("work was taken before any worker was ready");
    batcher.start(() -> {});
    batcher.awaitReady();
    var done = lane.submit("shape", 2, Urgency.INTERACTIVE, deadline);
    done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    resources.close();
  }
}
