package verimesh.embedding.torch;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.inference.store.TestPicture;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.common.v1.Image;
import verimesh.common.v1.Tensor;
import verimesh.embedding.EmbeddingConfig;
import verimesh.embedding.Main;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceBlockingStub;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;

/// The service with models of a store, over in-process gRPC, in float32 on two workers unless settings say otherwise.
record ServedModels(EmbeddingServiceBlockingStub stub, Map<ModelRole, ModelInfo> infos, Resources resources) implements AutoCloseable {
  /// @param settings by their names behind `VERIMESH_EMBEDDING_`
  static ServedModels start(ModelStore store, Map<String, String> settings) throws IOException {
    Map<String, String> environment = new HashMap<>(Map.of(
        "VERIMESH_EMBEDDING_MODELS_DIR", store.folder().toString(), "VERIMESH_EMBEDDING_LIBTORCH", TestTorch.library().cache().toString(),
        "VERIMESH_EMBEDDING_DTYPE", "float32", "VERIMESH_EMBEDDING_DEVICE", "cpu", "VERIMESH_EMBEDDING_WORKERS", "2"));
    settings.forEach((name, value) -> environment.put("VERIMESH_EMBEDDING_" + name, value));
    Resources resources = new Resources();
    Telemetry telemetry = resources.add(Telemetry.unscraped("embedding-svc"));
    var service = Main.wire(EmbeddingConfig.from(Settings.of(environment, "EMBEDDING")), resources, telemetry);
    String name = "served-" + UUID.randomUUID();
    resources.add(RpcServer.inProcess(name, service, telemetry));
    ManagedChannel channel = Channels.inProcess(name);
    resources.add(() -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
    while (!service.dependencies().get("models").getAsBoolean()) Thread.onSpinWait(); // the first self-test takes less than a second
    var stub = EmbeddingServiceGrpc.newBlockingStub(channel);
    Map<ModelRole, ModelInfo> infos = new HashMap<>();
    stub.listModels(ListModelsRequest.getDefaultInstance()).getModelsList().forEach(info -> infos.put(info.getRole(), info));
    return new ServedModels(stub, infos, resources);
  }

  /// With a minute for each call, counted from now.
  @Override
  public EmbeddingServiceBlockingStub stub() {
    return stub.withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  /// The self-test's picture, cut as that role's model wants it.
  Image testTensor(ModelRole role) {
    ModelInfo info = infos.get(role);
    int size = info.getInputSpec().getSize();
    return Image.newBuilder().setTensor(Tensor.newBuilder().setRgb(ByteString.copyFrom(TestPicture.pixels(size).array()))
        .setCount(1).setHeight(size).setWidth(size).setInputSpecDigest(info.getInputSpecDigest())).build();
  }

  @Override
  public void close() {
    resources.close();
  }
}
