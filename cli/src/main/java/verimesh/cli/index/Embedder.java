package verimesh.cli.index;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.UsageProblem;
import verimesh.common.v1.Image;
import verimesh.common.v1.Priority;
import verimesh.embedding.EmbeddingConfig;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;
import verimesh.hash.v1.Vector;

/// Makes the vectors that banks hold, with the configured DINOv2 model.
public final class Embedder {
  private final EmbeddingServiceGrpc.EmbeddingServiceBlockingStub embedding;
  private final String space;

  private Embedder(Channel channel, String space) {
    this.embedding = EmbeddingServiceGrpc.newBlockingStub(channel);
    this.space = space;
  }

  /// Empty where no DINOv2 model is configured: SHA-256 and PDQ work without.
  /// @param target of a running embedding-svc, or null for one within this process
  public static Optional<Embedder> open(Context context, Resources resources, String target) {
    Channel channel = target != null ? connect(resources, target) : inProcess(context, resources);
    if (channel == null) return Optional.empty();
    try {
      return EmbeddingServiceGrpc.newBlockingStub(channel).listModels(ListModelsRequest.getDefaultInstance()).getModelsList().stream()
          .filter(model -> model.getRole() == ModelRole.MODEL_ROLE_DINOV2)
          .findFirst()
          .map(ModelInfo::getId)
          .map(id -> new Embedder(channel, id.getEmbeddingSpace()));
    } catch (StatusRuntimeException e) {
      throw new CannotStart("embedding-svc does not answer: " + Problems.of(e).message());
    }
  }

  private static Channel connect(Resources resources, String target) {
    try {
      ManagedChannel channel = Channels.connect(ChannelConfig.to(target), resources.add(Telemetry.unscraped("cli")));
      resources.add(channel::shutdownNow);
      return channel;
    } catch (IllegalArgumentException e) {
      throw new UsageProblem("--embedding is \"" + target + "\"; expected host:port");
    }
  }

  private static Channel inProcess(Context context, Resources resources) {
    Settings settings = Settings.of(context.environment(), "EMBEDDING");
    EmbeddingConfig config = EmbeddingConfig.from(settings);
    if (config.dinov2().isEmpty()) return null; // nothing of a model is loaded without one
    List<String> problems = settings.problems();
    if (!problems.isEmpty()) throw new CannotStart("embedding-svc cannot start: settings are wrong\n  " + String.join("\n  ", problems));
    try {
      Telemetry telemetry = resources.add(Telemetry.unscraped("embedding-svc"));
      String name = "cli-embedding-" + System.nanoTime();
      resources.add(RpcServer.inProcess(name, verimesh.embedding.Main.wire(config, resources, telemetry), telemetry));
      ManagedChannel channel = Channels.inProcess(name);
      resources.add(channel::shutdownNow);
      return channel;
    } catch (IOException e) {
      throw new CannotStart("embedding-svc cannot start: " + e.getMessage());
    }
  }

  /// In which its vectors lie.
  public String space() {
    return space;
  }

  /// @throws StatusRuntimeException as embedding-svc answers
  public Vector embed(byte[] file) {
    Embedding made = embedding.embedImages(EmbedImagesRequest.newBuilder()
        .setRole(ModelRole.MODEL_ROLE_DINOV2)
        .addImages(Image.newBuilder().setEncoded(UnsafeByteOperations.unsafeWrap(file)))
        .setPriority(Priority.PRIORITY_BATCH)
        .build()).getEmbeddings(0);
    return Vector.newBuilder().addAllValues(made.getValuesList()).setEmbeddingSpace(made.getModel().getEmbeddingSpace()).build();
  }
}
