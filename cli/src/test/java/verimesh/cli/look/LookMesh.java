package verimesh.cli.look;

import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.config.Settings;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.local.MeshService;
import verimesh.cli.local.Meshes;
import verimesh.cli.local.OpenMesh;
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
import verimesh.metadata.MetadataConfig;
import verimesh.orchestrator.Layers;
import verimesh.orchestrator.OrchestratorConfig;
import verimesh.verifier.VerifierConfig;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.lmm.ScriptedLmm;

/// The real orchestrator, verifier-svc and metadata-svc before an LMM that says what it was told, and a CLIP to which every
/// picture looks like [#CLUE].
final class LookMesh implements Meshes, AutoCloseable {
  static final String CLUE = "hands.finger-count";
  static final String KEY = "sk-very-secret-key-4711";
  private static final int DIMENSION = 64;
  private static final ModelId CLIP = ModelId.newBuilder().setEmbeddingSpace("space/clip").setArchiveId("archive/clip").build();

  final ScriptedLmm lmm;
  final Map<MeshService, Telemetry> telemetries = new EnumMap<>(MeshService.class);
  private final Resources resources = new Resources();
  private final Map<MeshService, ManagedChannel> channels = new EnumMap<>(MeshService.class);
  private final String name = "look-" + System.nanoTime();

  LookMesh(Map<String, String> more) throws Exception {
    lmm = resources.add(new ScriptedLmm());
    Map<String, String> environment = new HashMap<>(Map.of(
        "VERIMESH_VERIFIER_BACKENDS", "scripted",
        "VERIMESH_VERIFIER_SCRIPTED_URL", lmm.url().toString(),
        "VERIMESH_VERIFIER_SCRIPTED_MODEL", "scripted-1",
        "VERIMESH_VERIFIER_SCRIPTED_API_KEY", KEY,
        "VERIMESH_VERIFIER_SCRIPTED_ATTEMPTS_MAX", "1",
        "VERIMESH_VERIFIER_SCRIPTED_CIRCUIT_FAILURES_MAX", "1000",
        "VERIMESH_VERIFIER_ANSWERS_MAX", "0",
        "VERIMESH_VERIFIER_CLUE_COSINE_FLOOR", "-1",
        "VERIMESH_ORCHESTRATOR_CACHE_BYTES_MAX", "0"));
    environment.putAll(more);
    serve(MeshService.METADATA, environment, (settings, telemetry) -> verimesh.metadata.Main.wire(MetadataConfig.from(settings), resources, telemetry));
    serve(MeshService.EMBEDDING, environment, (_, _) -> Service.of(clip()));
    serve(MeshService.VERIFIER, environment, (settings, telemetry) ->
        verimesh.verifier.Main.wire(VerifierConfig.from(settings), Optional.<Channel>of(channels.get(MeshService.EMBEDDING)), resources, telemetry));
    serve(MeshService.ORCHESTRATOR, environment, (settings, telemetry) -> verimesh.orchestrator.Main.wire(
        OrchestratorConfig.from(settings),
        new Layers(
            Optional.of(channels.get(MeshService.METADATA)), Optional.empty(), Optional.of(channels.get(MeshService.EMBEDDING)),
            Optional.of(channels.get(MeshService.VERIFIER))),
        resources, telemetry));
  }

  private interface Wired {
    Service wire(Settings settings, Telemetry telemetry) throws Exception;
  }

  private void serve(MeshService service, Map<String, String> environment, Wired wired) throws Exception {
    Settings settings = Settings.of(environment, service.scope());
    Telemetry telemetry = resources.add(new Telemetry(service.id()));
    telemetries.put(service, telemetry);
    String address = name + "/" + service.id();
    resources.add(RpcServer.inProcess(address, wired.wire(settings, telemetry), telemetry));
    ManagedChannel channel = Channels.inProcess(address);
    resources.add(channel::shutdownNow);
    channels.put(service, channel);
  }

  ManagedChannel channel(MeshService service) {
    return channels.get(service);
  }

  private static BindableService clip() {
    InputSpec spec = InputSpec.from(verimesh.common.v1.InputSpec.newBuilder()
        .setSize(32).setResize(32).setFit(verimesh.common.v1.Fit.FIT_SHORTEST_EDGE_CROP).setFilter(verimesh.common.v1.Filter.FILTER_BICUBIC)
        .addMean(0.5).addMean(0.5).addMean(0.5).addStd(0.5).addStd(0.5).addStd(0.5).build());
    String text = ClueBase.ours().find(CLUE).orElseThrow().english().text();
    return new EmbeddingServiceImplBase() {
      @Override
      public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> out) {
        answer(out, ListModelsResponse.newBuilder().addModels(ModelInfo.newBuilder()
            .setId(CLIP).setRole(ModelRole.MODEL_ROLE_CLIP).setInputSpec(spec.toProto()).setInputSpecDigest(spec.digest())).build());
      }

      @Override
      public void embedTexts(EmbedTextsRequest request, StreamObserver<EmbedTextsResponse> out) {
        answer(out, EmbedTextsResponse.newBuilder().addAllEmbeddings(request.getTextsList().stream().map(t -> vector(t)).toList()).build());
      }

      @Override
      public void embedImages(EmbedImagesRequest request, StreamObserver<EmbedImagesResponse> out) {
        answer(out, EmbedImagesResponse.newBuilder().addAllEmbeddings(request.getImagesList().stream().map(_ -> vector(text)).toList()).build());
      }

      @Override
      public void embedAndDetect(EmbedAndDetectRequest request, StreamObserver<EmbedAndDetectResponse> out) {
        answer(out, EmbedAndDetectResponse.newBuilder().setClip(vector(text)).build());
      }
    };
  }

  private static Embedding vector(String text) {
    var random = new SplittableRandom(text.hashCode());
    double[] v = random.doubles(DIMENSION, -1, 1).toArray();
    double length = Math.sqrt(java.util.Arrays.stream(v).map(x -> x * x).sum());
    var vector = Embedding.newBuilder().setModel(CLIP);
    for (double x : v) vector.addValues((float) (x / length));
    return vector.build();
  }

  private static <T> void answer(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }

  @Override
  public OpenMesh whole(Map<String, String> environment) {
    return new OpenMesh() {
      @Override
      public ManagedChannel channel(MeshService service) {
        return channels.get(service);
      }

      @Override
      public void close() {
        // Its tests share one.
      }
    };
  }

  @Override
  public OpenMesh metadataOnly(Map<String, String> environment) {
    return whole(environment);
  }

  List<String> scrapes() {
    return telemetries.values().stream().map(telemetry -> {
      try {
        return telemetry.scrape();
      } catch (RuntimeException e) {
        throw new UncheckedIOException(new IOException(e));
      }
    }).toList();
  }

  @Override
  public void close() {
    resources.close();
  }
}
