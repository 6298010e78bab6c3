package verimesh.embedding.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.store.Importer;
import verimesh.chassis.inference.store.ModelStore;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.embedding.Main;
import verimesh.embedding.v1.EmbedImagesRequest;
import verimesh.embedding.v1.EmbeddingServiceGrpc;
import verimesh.embedding.v1.ModelRole;

/// Replicas of the service as processes, behind the channel that the orchestrator uses: round robin over a list of addresses,
/// retries of idempotent calls.
@Tag("torch")
class ReplicasTest {
  private static final int CALLERS = 4;
  private static final int CALLS_EACH_PHASE = 150;

  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endAll() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void oneIsKilledAndOneIsAddedUnderLoadAndNoCallFails() throws Exception {
    ModelStore store = new ModelStore(folder.resolve("models"));
    new Importer(store, TestTorch.runtime(), _ -> {})
        .importFolder(ServedModelsTest.checkpoint("dinov2-native-tiny", folder), "tiny/dinov2", List.of(Variant.CPU_PACKED_F32));
    int[] ports = freePorts();
    Process first = start(store, ports[0]);
    start(store, ports[1]);
    awaitServing(ports[0], 1);
    awaitServing(ports[1], 1);
    try (Telemetry telemetry = Telemetry.unscraped("caller"); ServedModels local = ServedModels.start(store, Map.of("DINOV2", "tiny/dinov2"))) {
      ManagedChannel channel = Channels.connect(
          ChannelConfig.to("127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d".formatted(ports[0], ports[1], ports[2])), telemetry);
      EmbedImagesRequest request = EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_DINOV2)
          .addImages(local.testTensor(ModelRole.MODEL_ROLE_DINOV2)).build();
      Queue<String> failures = new ConcurrentLinkedQueue<>();
      AtomicInteger answered = new AtomicInteger();
      AtomicInteger wanted = new AtomicInteger(Integer.MAX_VALUE);
      try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
        for (int c = 0; c < CALLERS; c++) callers.submit(() -> call(channel, request, answered, wanted, failures));
        awaitMore(answered);
        first.destroyForcibly().waitFor(); // SIGKILL
        awaitMore(answered);
        start(store, ports[2]);
        awaitServing(ports[2], CALLS_EACH_PHASE / 5); // it takes its part of the load
        int before = answered.get();
        wanted.set(before + CALLS_EACH_PHASE);
        callers.shutdown();
        assertThat(callers.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
      } finally {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      }
      assertThat(failures).isEmpty();
      assertThat(answered.get()).isGreaterThanOrEqualTo(3 * CALLS_EACH_PHASE);
    }
  }

  private static void call(ManagedChannel channel, EmbedImagesRequest request, AtomicInteger answered, AtomicInteger wanted, Queue<String> failures) {
    var stub = EmbeddingServiceGrpc.newBlockingStub(channel);
    while (answered.get() < wanted.get()) {
      try {
        stub.withDeadlineAfter(20, TimeUnit.SECONDS).embedImages(request);
      } catch (StatusRuntimeException e) {
        failures.add(Problems.of(e).reason() + ": " + e.getMessage());
      }
      answered.incrementAndGet();
    }
  }

  private static void awaitMore(AtomicInteger answered) {
    int enough = answered.get() + CALLS_EACH_PHASE;
    while (answered.get() < enough) Thread.onSpinWait();
  }

  private Process start(ModelStore store, int port) throws IOException {
    var builder = new ProcessBuilder(
        ProcessHandle.current().info().command().orElseThrow(), "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), Main.class.getName());
    builder.environment().keySet().removeIf(name -> name.startsWith("VERIMESH_"));
    builder.environment().putAll(Map.of(
        "VERIMESH_EMBEDDING_MODELS_DIR", store.folder().toString(), "VERIMESH_EMBEDDING_LIBTORCH", TestTorch.library().cache().toString(),
        "VERIMESH_EMBEDDING_DINOV2", "tiny/dinov2", "VERIMESH_EMBEDDING_DEVICE", "cpu", "VERIMESH_EMBEDDING_WORKERS", "1",
        "VERIMESH_EMBEDDING_PORT", Integer.toString(port), "VERIMESH_EMBEDDING_HTTP_PORT", "0"));
    Process process = builder.redirectErrorStream(true).redirectOutput(new File(folder.toFile(), "replica-" + port + ".log")).start();
    processes.add(process);
    return process;
  }

  /// Until so many calls sent to this replica alone were answered.
  private void awaitServing(int port, int calls) throws InterruptedException {
    try (Telemetry telemetry = Telemetry.unscraped("waiting")) {
      ManagedChannel channel = Channels.connect(ChannelConfig.to("127.0.0.1:" + port), telemetry);
      try {
        var stub = EmbeddingServiceGrpc.newBlockingStub(channel);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        for (int served = 0; served < calls; ) {
          try {
            stub.withWaitForReady().withDeadlineAfter(60, TimeUnit.SECONDS)
                .listModels(verimesh.embedding.v1.ListModelsRequest.getDefaultInstance());
            served++;
          } catch (StatusRuntimeException e) {
            if (System.nanoTime() > end || processes.stream().noneMatch(Process::isAlive)) throw e;
          }
        }
      } finally {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      }
    }
  }

  /// Three that were free a moment ago.
  private static int[] freePorts() throws IOException {
    try (ServerSocket a = new ServerSocket(0); ServerSocket b = new ServerSocket(0); ServerSocket c = new ServerSocket(0)) {
      return new int[] {a.getLocalPort(), b.getLocalPort(), c.getLocalPort()};
    }
  }
}
