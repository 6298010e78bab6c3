package verimesh.cli.bench;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.RgbTensor;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.inference.store.TestPicture;
import verimesh.chassis.inference.torch.TorchLibrary;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.common.v1.Image;
import verimesh.embedding.EmbeddingConfig;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.ListModelsRequest;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;

/// embedding-svc with one model on a loopback port, wired as the process wires it, and callers that load it.
final class ServedModel implements AutoCloseable {
  private final Resources resources = new Resources();
  private final Telemetry telemetry;
  private final ManagedChannel channel;
  private final ModelRole role;

  /// @param batchMax of the service
  ServedModel(BenchModel model, Variant variant, ModelStore store, TorchLibrary library, int workers, int threads, int batchMax) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("VERIMESH_EMBEDDING_MODELS_DIR", store.folder().toString());
    environment.put("VERIMESH_EMBEDDING_LIBTORCH", library.cache().toString());
    environment.put("VERIMESH_EMBEDDING_" + model.role().toUpperCase(Locale.ROOT), model.role());
    environment.put("VERIMESH_EMBEDDING_DTYPE", variant.dtypeName());
    environment.put("VERIMESH_EMBEDDING_DEVICE", "cpu");
    environment.put("VERIMESH_EMBEDDING_WORKERS", Integer.toString(workers));
    environment.put("VERIMESH_EMBEDDING_THREADS", Integer.toString(threads));
    environment.put("VERIMESH_EMBEDDING_BATCH_MAX", Integer.toString(batchMax));
    environment.put("VERIMESH_EMBEDDING_ANSWER_TIME", "5m");
    role = model == BenchModel.CLIP_B32 ? ModelRole.MODEL_ROLE_CLIP : ModelRole.MODEL_ROLE_DINOV2;
    telemetry = resources.add(Telemetry.unscraped("embedding-svc"));
    try {
      var service = verimesh.embedding.Main.wire(EmbeddingConfig.from(Settings.of(environment, "EMBEDDING")), resources, telemetry);
      RpcServer server = resources.add(RpcServer.start(ServerConfig.loopback(), service, telemetry));
      channel = Channels.connect(ChannelConfig.to("127.0.0.1:" + server.port()), telemetry);
      resources.add(() -> channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
      while (!service.dependencies().get("models").getAsBoolean()) Thread.onSpinWait();
    } catch (IOException | RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  /// What callers saw.
  ///
  /// @param rate pictures a second
  /// @param latency microseconds
  /// @param batches how many batches had how many items: `5-8:120`
  record Load(double rate, Histogram latency, long failed, String batches) {
    double millis(double percentile) {
      return latency.getValueAtPercentile(percentile) / 1e3;
    }
  }

  /// @param encoded a JPEG with every call; null: a tensor cut to the model's spec
  Load load(int callers, byte[] encoded, double seconds) throws InterruptedException {
    EmbedImagesRequest request = EmbedImagesRequest.newBuilder().setRole(role).addImages(image(encoded)).build();
    var stub = EmbeddingServiceGrpc.newBlockingStub(channel);
    var latency = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(5), 3);
    var failed = new LongAdder();
    long start = System.nanoTime() + (long) (seconds * 1e9 / 3); // a third of the time to fill the queues
    long end = start + (long) (seconds * 1e9);
    CountAtBucket[] before = buckets();
    List<Future<Double>> answered = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int c = 0; c < callers; c++) answered.add(pool.submit(() -> call(stub, request, start, end, latency, failed)));
      double pictures = 0;
      for (Future<Double> one : answered) pictures += one.get();
      return new Load(pictures / seconds, latency, failed.sum(), between(before, buckets()));
    } catch (ExecutionException e) {
      throw new IllegalStateException("a caller failed", e);
    }
  }

  private static double call(
      EmbeddingServiceGrpc.EmbeddingServiceBlockingStub stub, EmbedImagesRequest request, long start, long end, Histogram latency, LongAdder failed) {
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
  }

  private Image image(byte[] encoded) {
    if (encoded != null) return Image.newBuilder().setEncoded(ByteString.copyFrom(encoded)).build();
    ModelInfo info = EmbeddingServiceGrpc.newBlockingStub(channel).listModels(ListModelsRequest.getDefaultInstance()).getModels(0);
    InputSpec spec = InputSpec.from(info.getInputSpec());
    return Image.newBuilder().setTensor(new RgbTensor(TestPicture.pixels(spec.size()).array(), 1, spec.size(), spec.size(), spec.digest()).toProto()).build();
  }

  private CountAtBucket[] buckets() {
    DistributionSummary summary = telemetry.meters().find("verimesh.embedding.batch.items").summary();
    return summary == null ? new CountAtBucket[0] : summary.takeSnapshot().histogramCounts();
  }

  /// From the service's own meter, whose buckets add up.
  private static String between(CountAtBucket[] before, CountAtBucket[] after) {
    List<String> text = new ArrayList<>();
    double lower = 0;
    double from = 0;
    for (int i = 0; i < after.length; i++) {
      double upTo = after[i].count() - (i < before.length ? before[i].count() : 0);
      if (upTo > lower) text.add("%.0f-%.0f:%.0f".formatted(from + 1, after[i].bucket(), upTo - lower));
      lower = upTo;
      from = after[i].bucket();
    }
    return text.isEmpty() ? "-" : String.join(" ", text);
  }

  @Override
  public void close() {
    resources.close();
  }
}
