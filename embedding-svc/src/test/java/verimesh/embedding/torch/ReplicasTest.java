package verimesh.embedding.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    Process first = start(store, ports[0], 0);
    Process second = start(store, ports[1], 0);
    awaitServing(ports[0]);
    awaitServing(ports[1]);
    try (Telemetry telemetry = Telemetry.unscraped("caller"); ServedModels local = ServedModels.start(store, Map.of("DINOV2", "tiny/dinov2"))) {
      ManagedChannel channel = Channels.connect(
          ChannelConfig.to("127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d".formatted(ports[0], ports[1], ports[2])), telemetry);
      EmbedImagesRequest request = EmbedImagesRequest.newBuilder().setRole(ModelRole.MODEL_ROLE_DINOV2)
          .addImages(local.testTensor(ModelRole.MODEL_ROLE_DINOV2)).build();
      Queue<String> failures = new ConcurrentLinkedQueue<>();
      var answered = new Semaphore(0); // one permit for each answer, so that waiting for calls costs none of the machine
      var enough = new AtomicBoolean();
      try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
        for (int c = 0; c < CALLERS; c++) callers.submit(() -> call(channel, request, answered, enough, failures));
        try {
          answered.acquire(CALLS_EACH_PHASE);
          first.destroyForcibly().waitFor(); // SIGKILL
          answered.acquire(CALLS_EACH_PHASE);
          start(store, ports[2], ports[3]);
          awaitPictures(ports[3], CALLS_EACH_PHASE / 5, answered); // it takes its part of the load
          second.destroyForcibly().waitFor(); // now it must take all of it
          answered.acquire(CALLS_EACH_PHASE);
        } finally {
          enough.set(true); // or closing the callers would wait for ever
        }
      } finally {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      }
      assertThat(failures).isEmpty();
    }
  }

  private static void call(ManagedChannel channel, EmbedImagesRequest request, Semaphore answered, AtomicBoolean enough, Queue<String> failures) {
    var stub = EmbeddingServiceGrpc.newBlockingStub(channel);
    while (!enough.get()) {
      try {
        stub.withDeadlineAfter(20, TimeUnit.SECONDS).embedImages(request);
      } catch (StatusRuntimeException e) {
        failures.add(Problems.of(e).reason() + ": " + e.getMessage());
      }
      answered.release();
    }
  }

  /// @param httpPort 0: any
  private Process start(ModelStore store, int port, int httpPort) throws IOException {
    var builder = new ProcessBuilder(
        ProcessHandle.current().info().command().orElseThrow(), "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), Main.class.getName());
    builder.environment().keySet().removeIf(name -> name.startsWith("VERIMESH_"));
    builder.environment().putAll(Map.of(
        "VERIMESH_EMBEDDING_MODELS_DIR", store.folder().toString(), "VERIMESH_EMBEDDING_LIBTORCH", TestTorch.library().cache().toString(),
        "VERIMESH_EMBEDDING_DINOV2", "tiny/dinov2", "VERIMESH_EMBEDDING_DEVICE", "cpu", "VERIMESH_EMBEDDING_WORKERS", "1",
        "VERIMESH_EMBEDDING_PORT", Integer.toString(port), "VERIMESH_EMBEDDING_HTTP_PORT", Integer.toString(httpPort)));
    Process process = builder.redirectErrorStream(true).redirectOutput(new File(folder.toFile(), "replica-" + port + ".log")).start();
    processes.add(process);
    return process;
  }

  private void awaitServing(int port) throws IOException, InterruptedException {
    try (Telemetry telemetry = Telemetry.unscraped("waiting")) {
      ManagedChannel channel = Channels.connect(ChannelConfig.to("127.0.0.1:" + port), telemetry);
      try {
        var health = HealthGrpc.newBlockingStub(channel).withWaitForReady().withDeadlineAfter(90, TimeUnit.SECONDS);
        var statuses = health.watch(HealthCheckRequest.getDefaultInstance());
        while (statuses.next().getStatus() != ServingStatus.SERVING) Thread.onSpinWait();
      } catch (StatusRuntimeException e) {
        throw new AssertionError("the replica does not serve: " + Files.readString(folder.resolve("replica-" + port + ".log")), e);
      } finally {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      }
    }
  }

  /// Until a replica's own meter has counted so many; asked again after each few answers.
  private static void awaitPictures(int httpPort, int pictures, Semaphore answered) throws InterruptedException {
    URI metrics = URI.create("http://127.0.0.1:" + httpPort + "/metrics");
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    double counted = 0;
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (counted < pictures) {
        answered.acquire(CALLERS);
        assertThat(System.nanoTime()).as("the new replica was given %s pictures in two minutes", counted).isLessThan(end);
        try {
          String text = client.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString()).body();
          counted = text.lines().filter(line -> line.startsWith("verimesh_embedding_batch_items_sum"))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
        } catch (IOException e) {
          counted = 0; // it is not there yet
        }
      }
    }
  }

  /// Three for replicas and one for the metrics of the last, free a moment ago.
  private static int[] freePorts() throws IOException {
    try (ServerSocket a = new ServerSocket(0); ServerSocket b = new ServerSocket(0); ServerSocket c = new ServerSocket(0); ServerSocket d = new ServerSocket(0)) {
      return new int[] {a.getLocalPort(), b.getLocalPort(), c.getLocalPort(), d.getLocalPort()};
    }
  }
}
