package verimesh.orchestrator;

import io.grpc.BindableService;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.embedding.v1.EmbedAndDetectRequest;
import verimesh.embedding.v1.EmbedAndDetectResponse;
import verimesh.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceImplBase;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ListModelsResponse;
import verimesh.hash.v1.CreateBankRequest;
import verimesh.hash.v1.CreateBankResponse;
import verimesh.hash.v1.HashServiceGrpc.HashServiceImplBase;
import verimesh.hash.v1.MatchRequest;
import verimesh.hash.v1.MatchResponse;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.RegisterResponse;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc.MetadataServiceImplBase;
import verimesh.orchestrator.time.SystemTime;
import verimesh.orchestrator.time.Time;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.LayerReport;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import verimesh.verifier.v1.ExamineRequest;
import verimesh.verifier.v1.ExamineResponse;
import verimesh.verifier.v1.GetBackendsRequest;
import verimesh.verifier.v1.GetBackendsResponse;
import verimesh.verifier.v1.ReExamineRequest;
import verimesh.verifier.v1.ReExamineResponse;
import verimesh.verifier.v1.RetrieveCluesRequest;
import verimesh.verifier.v1.RetrieveCluesResponse;
import verimesh.verifier.v1.VerifierServiceGrpc.VerifierServiceImplBase;

/// The real orchestrator before four scripted services, all of them gRPC servers in this process. Nothing is configured but
/// what a test says; a configured service answers as [Says] has it unless a test says otherwise.
public final class TestMesh implements AutoCloseable {
  final Script<InspectRequest, InspectResponse> inspect = Script.answers(_ -> Says.stripped());
  final Script<MatchRequest, MatchResponse> match = Script.answers(_ -> Says.emptyIndex());
  final Script<RegisterRequest, RegisterResponse> register = Script.answers(_ -> RegisterResponse.newBuilder().setItemId("item").setCreated(true).build());
  final Script<CreateBankRequest, CreateBankResponse> createBank = Script.answers(_ -> CreateBankResponse.getDefaultInstance());
  final Script<ListModelsRequest, ListModelsResponse> listModels = Script.answers(_ -> ListModelsResponse.getDefaultInstance());
  final Script<EmbedAndDetectRequest, EmbedAndDetectResponse> embedAndDetect = Script.answers(_ -> Says.detection(0.9));
  final Script<GetBackendsRequest, GetBackendsResponse> backends = Script.answers(_ -> Says.oneBackend());
  final Script<ExamineRequest, ExamineResponse> examine = Script.answers(_ -> Says.real(0.8));
  final Script<RetrieveCluesRequest, RetrieveCluesResponse> clues = Script.answers(_ -> Says.twoClues());
  final Script<ReExamineRequest, ReExamineResponse> reExamine = Script.answers(_ -> Says.fakeAgain(0.9));

  final Resources resources = new Resources();
  final Telemetry telemetry = new Telemetry("orchestrator");
  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, RpcServer> servers = new HashMap<>();
  private final Map<String, ManagedChannel> channels = new HashMap<>();
  private final String name = UUID.randomUUID().toString();
  private Optional<ManagedChannel> metadata = Optional.empty();
  private Optional<ManagedChannel> hash = Optional.empty();
  private Optional<ManagedChannel> embedding = Optional.empty();
  private Optional<ManagedChannel> verifier = Optional.empty();
  private Time time;
  private OrchestratorServiceBlockingStub stub;

  static TestMesh at(Time time) {
    var mesh = new TestMesh();
    mesh.time = time;
    return mesh;
  }

  /// With the machine's clock.
  static TestMesh now() {
    var mesh = new TestMesh();
    mesh.time = mesh.resources.add(new SystemTime());
    return mesh;
  }

  TestMesh set(String setting, String value) {
    settings.put(setting, value);
    return this;
  }

  TestMesh withMetadata() {
    metadata = Optional.of(serve("metadata"));
    return this;
  }

  TestMesh withHash() {
    hash = Optional.of(serve("hash"));
    return this;
  }

  TestMesh withEmbedding() {
    embedding = Optional.of(serve("embedding"));
    return this;
  }

  TestMesh withVerifier() {
    verifier = Optional.of(serve("verifier"));
    return this;
  }

  TestMesh withEverybody() {
    return withMetadata().withHash().withEmbedding().withVerifier();
  }

  TestMesh start() {
    OrchestratorConfig config = config();
    Service service = Main.wire(config, new Layers(metadata, hash, embedding, verifier), time, resources, telemetry);
    String address = name + "/orchestrator";
    resources.add(inProcess(address, service));
    stub = OrchestratorServiceGrpc.newBlockingStub(channel(address));
    return this;
  }

  OrchestratorConfig config() {
    Settings read = Settings.of(settings, "ORCHESTRATOR");
    OrchestratorConfig config = OrchestratorConfig.from(read);
    if (!read.problems().isEmpty()) throw new IllegalArgumentException(read.problems().toString());
    return config;
  }

  OrchestratorServiceBlockingStub stub() {
    return stub;
  }

  AnalyzeResponse analyze(AnalyzeRequest request) {
    return stub.analyze(request);
  }

  AnalyzeResponse analyze(byte[] image) {
    return analyze(Says.request(image).build());
  }

  /// On a thread of its own.
  <T> CompletableFuture<T> meanwhile(Supplier<T> what) {
    return CompletableFuture.supplyAsync(what, Executors.newVirtualThreadPerTaskExecutor());
  }

  static LayerReport layer(AnalyzeResponse answer, verimesh.common.v1.Layer layer) {
    return answer.getLayersList().stream().filter(report -> report.getLayer() == layer).findFirst().orElseThrow();
  }

  /// Away, as after a kill.
  void stop(String service) {
    servers.remove(service).close();
  }

  /// And found again.
  void startAgain(String service) throws InterruptedException {
    listen(service);
    ManagedChannel channel = channels.get(service);
    channel.resetConnectBackoff(); // as the network's channels do by themselves
    for (var state = channel.getState(true); state != ConnectivityState.READY; state = channel.getState(true)) {
      var changed = new CountDownLatch(1);
      channel.notifyWhenStateChanged(state, changed::countDown);
      changed.await();
    }
  }

  private void listen(String service) {
    servers.put(service, inProcess(name + "/" + service, Service.of(endpoint(service))));
  }

  private ManagedChannel serve(String service) {
    listen(service);
    ManagedChannel channel = channel(name + "/" + service);
    channels.put(service, channel);
    return channel;
  }

  private ManagedChannel channel(String address) {
    ManagedChannel channel = Channels.inProcess(address);
    resources.add(channel::shutdownNow);
    return channel;
  }

  private static RpcServer inProcess(String address, Service service) {
    try {
      return RpcServer.inProcess(address, service, Telemetry.unscraped("test"));
    } catch (IOException taken) {
      throw new UncheckedIOException(taken);
    }
  }

  private BindableService endpoint(String service) {
    return switch (service) {
      case "metadata" -> new MetadataServiceImplBase() {
        @Override
        public void inspect(InspectRequest request, StreamObserver<InspectResponse> out) {
          inspect.play(request, out);
        }
      };
      case "hash" -> new HashServiceImplBase() {
        @Override
        public void match(MatchRequest request, StreamObserver<MatchResponse> out) {
          match.play(request, out);
        }

        @Override
        public void register(RegisterRequest request, StreamObserver<RegisterResponse> out) {
          register.play(request, out);
        }

        @Override
        public void createBank(CreateBankRequest request, StreamObserver<CreateBankResponse> out) {
          createBank.play(request, out);
        }
      };
      case "embedding" -> new EmbeddingServiceImplBase() {
        @Override
        public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> out) {
          listModels.play(request, out);
        }

        @Override
        public void embedAndDetect(EmbedAndDetectRequest request, StreamObserver<EmbedAndDetectResponse> out) {
          embedAndDetect.play(request, out);
        }
      };
      case "verifier" -> new VerifierServiceImplBase() {
        @Override
        public void getBackends(GetBackendsRequest request, StreamObserver<GetBackendsResponse> out) {
          backends.play(request, out);
        }

        @Override
        public void examine(ExamineRequest request, StreamObserver<ExamineResponse> out) {
          examine.play(request, out);
        }

        @Override
        public void retrieveClues(RetrieveCluesRequest request, StreamObserver<RetrieveCluesResponse> out) {
          clues.play(request, out);
        }

        @Override
        public void reExamine(ReExamineRequest request, StreamObserver<ReExamineResponse> out) {
          reExamine.play(request, out);
        }
      };
      default -> throw new IllegalArgumentException(List.of("metadata", "hash", "embedding", "verifier") + ", not " + service);
    };
  }

  @Override
  public void close() {
    resources.close();
    servers.values().forEach(RpcServer::close);
  }
}
