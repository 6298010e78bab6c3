package verimesh.cli.bench.look;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.config.Settings;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.common.v1.Fit;
import verimesh.common.v1.ModelId;
import verimesh.embedding.v1.EmbedAndDetectRequest;
import verimesh.embedding.v1.EmbedAndDetectResponse;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.EmbedImagesResponse;
import verimesh.embedding.v1.EmbedTextsRequest;
import verimesh.embedding.v1.EmbedTextsResponse;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceImplBase;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ListModelsResponse;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc.MetadataServiceImplBase;
import verimesh.orchestrator.Layers;
import verimesh.orchestrator.OrchestratorConfig;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceBlockingStub;
import verimesh.verifier.VerifierConfig;
import verimesh.verifier.examine.Model;

/// The real orchestrator and the real verifier-svc within this process, between a metadata-svc that says what it is told and
/// a CLIP to which every picture and every clue look the same. No bank, no detector.
final class SimulatedMesh implements AutoCloseable {
  private static final ModelId CLIP = ModelId.newBuilder().setEmbeddingSpace("simulated/clip").setArchiveId("simulated/clip").build();
  private static final InputSpec SPEC = InputSpec.from(verimesh.common.v1.InputSpec.newBuilder()
      .setSize(16).setResize(16).setFit(Fit.FIT_SHORTEST_EDGE_CROP).setFilter(verimesh.common.v1.Filter.FILTER_BICUBIC)
      .addAllMean(Collections.nCopies(3, 0.5)).addAllStd(Collections.nCopies(3, 0.5)).build());
  private static final Embedding VECTOR = Embedding.newBuilder().addValues(0.6f).addValues(0.8f).setModel(CLIP).build();

  private final Resources resources = new Resources();
  private final String name = "simulated-" + System.nanoTime();
  private final Telemetry orchestrator = resources.add(new Telemetry("orchestrator"));
  private final Telemetry verifier = resources.add(new Telemetry("verifier-svc"));
  private final OrchestratorServiceBlockingStub stub;

  /// @param models beside those that the settings name
  /// @param metadata what metadata-svc says of a file
  /// @param settings of both services; caches are off unless they say otherwise
  SimulatedMesh(List<Model> models, Function<ByteString, InspectResponse> metadata, Map<String, String> settings) throws IOException {
    Settings forVerifier = Settings.of(with(settings, "VERIMESH_VERIFIER_ANSWERS_MAX"), "VERIFIER");
    Settings forOrchestrator = Settings.of(with(settings, "VERIMESH_ORCHESTRATOR_CACHE_BYTES_MAX"), "ORCHESTRATOR");
    Channel metadataChannel = serve("metadata", Service.of(new Metadata(metadata)), Telemetry.unscraped("metadata"));
    Channel embeddingChannel = serve("embedding", Service.of(new OneVectorForAll()), Telemetry.unscraped("embedding"));
    Channel verifierChannel = serve(
        "verifier",
        verimesh.verifier.Main.wire(
            VerifierConfig.from(forVerifier), Optional.of(embeddingChannel), models, InstantSource.system(), resources, verifier),
        verifier);
    var layers = new Layers(Optional.of(metadataChannel), Optional.empty(), Optional.of(embeddingChannel), Optional.of(verifierChannel));
    Channel front = serve(
        "orchestrator", verimesh.orchestrator.Main.wire(OrchestratorConfig.from(forOrchestrator), layers, resources, orchestrator), orchestrator);
    stub = OrchestratorServiceGrpc.newBlockingStub(front);
  }

  private static Map<String, String> with(Map<String, String> settings, String off) {
    var all = new java.util.HashMap<>(settings);
    all.putIfAbsent(off, "0");
    return all;
  }

  private ManagedChannel serve(String service, Service wired, Telemetry telemetry) throws IOException {
    resources.add(RpcServer.inProcess(name + "/" + service, wired, telemetry));
    ManagedChannel channel = Channels.inProcess(name + "/" + service);
    resources.add(channel::shutdownNow);
    return channel;
  }

  OrchestratorServiceBlockingStub stub() {
    return stub;
  }

  Telemetry orchestrator() {
    return orchestrator;
  }

  Telemetry verifier() {
    return verifier;
  }

  private static final class Metadata extends MetadataServiceImplBase {
    private final Function<ByteString, InspectResponse> says;

    Metadata(Function<ByteString, InspectResponse> says) {
      this.says = says;
    }

    @Override
    public void inspect(InspectRequest request, StreamObserver<InspectResponse> out) {
      answer(out, says.apply(request.getFile()));
    }
  }

  private static final class OneVectorForAll extends EmbeddingServiceImplBase {
    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> out) {
      answer(out, ListModelsResponse.newBuilder().addModels(ModelInfo.newBuilder()
          .setId(CLIP).setRole(ModelRole.MODEL_ROLE_CLIP).setInputSpec(SPEC.toProto()).setInputSpecDigest(SPEC.digest())).build());
    }

    @Override
    public void embedTexts(EmbedTextsRequest request, StreamObserver<EmbedTextsResponse> out) {
      answer(out, EmbedTextsResponse.newBuilder().addAllEmbeddings(Collections.nCopies(request.getTextsCount(), VECTOR)).build());
    }

    @Override
    public void embedImages(EmbedImagesRequest request, StreamObserver<EmbedImagesResponse> out) {
      answer(out, EmbedImagesResponse.newBuilder().addAllEmbeddings(Collections.nCopies(request.getImagesCount(), VECTOR)).build());
    }

    @Override
    public void embedAndDetect(EmbedAndDetectRequest request, StreamObserver<EmbedAndDetectResponse> out) {
      answer(out, EmbedAndDetectResponse.newBuilder().setClip(VECTOR).build());
    }
  }

  private static <T> void answer(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }

  @Override
  public void close() {
    resources.close();
  }
}
