package verimesh.hash;

import io.grpc.ManagedChannel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.v1.GetStatisticsRequest;
import verimesh.hash.v1.HashServiceGrpc;

/// hash-svc as a process of its own, so that it can be killed.
final class HashProcess implements AutoCloseable {
  private final Map<String, String> environment;
  private final Path log;
  private final int port;
  private Process process;

  /// @param environment settings besides the ports
  HashProcess(Map<String, String> environment, Path log) throws Exception {
    this.environment = environment;
    this.log = log;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
    start();
  }

  void start() throws Exception {
    var builder = new ProcessBuilder(List.of(ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
    builder.environment().keySet().removeIf(name -> name.startsWith("VERIMESH_"));
    builder.environment().putAll(environment);
    builder.environment().put("VERIMESH_HASH_PORT", Integer.toString(port));
    builder.environment().put("VERIMESH_HASH_HTTP_PORT", "0");
    process = builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    Telemetry telemetry = Telemetry.unscraped("test");
    ManagedChannel channel = Channels.connect(ChannelConfig.to(target()), telemetry);
    try {
      HashServiceGrpc.newBlockingStub(channel).withWaitForReady().withDeadlineAfter(60, TimeUnit.SECONDS)
          .getStatistics(GetStatisticsRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow();
    }
  }

  String target() {
    return "127.0.0.1:" + port;
  }

  /// As `kill -9`.
  void kill() {
    process.destroyForcibly();
  }

  void awaitEnd() throws InterruptedException {
    process.waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
    awaitEnd();
  }
}
