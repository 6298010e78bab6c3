package verimesh.cli.operate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import verimesh.chassis.testing.Shared;

/// A Prometheus process over the repository's own configuration and rules. Changed are only the addresses of the targets, and
/// how often it looks: a test has no quarter of a minute for each look.
final class RealPrometheus implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Process process;
  private final int port;
  private final Path log;
  private final HttpClient http = HttpClient.newHttpClient();

  private RealPrometheus(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /// @param folder empty
  /// @param addresses address in monitoring/targets.yml to the address that is scraped instead
  static RealPrometheus start(Path folder, Map<String, String> addresses) throws Exception {
    Tool prometheus = Tool.prometheus();
    Path monitoring = Shared.root().resolve("monitoring");
    String config = Files.readString(monitoring.resolve("prometheus.yml"))
        .replace("_interval: 15s", "_interval: 1s").replace("scrape_timeout: 10s", "scrape_timeout: 1s");
    Files.writeString(folder.resolve("prometheus.yml"), config);
    String targets = Files.readString(monitoring.resolve("targets.yml"));
    for (Map.Entry<String, String> address : addresses.entrySet()) {
      if (!targets.contains('"' + address.getKey() + '"')) throw new IllegalStateException("targets.yml has no " + address.getKey());
      targets = targets.replace('"' + address.getKey() + '"', '"' + address.getValue() + '"');
    }
    Files.writeString(folder.resolve("targets.yml"), targets);
    Files.createDirectory(folder.resolve("rules"));
    try (Stream<Path> rules = Files.list(monitoring.resolve("rules"))) {
      for (Path rule : rules.toList()) Files.copy(rule, folder.resolve("rules").resolve(rule.getFileName()));
    }
    int port = freePort();
    Path log = folder.resolve("prometheus.log");
    Process process = prometheus.command(
            "--config.file=" + folder.resolve("prometheus.yml"), "--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port)
        .redirectOutput(log.toFile()).start();
    var started = new RealPrometheus(process, port, log);
    try {
      started.await("prometheus is ready", () -> started.get("/-/ready").statusCode() == 200);
      return started;
    } catch (Exception | Error e) {
      started.close();
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// What it would throw while it starts is no answer yet.
  private interface Check {
    boolean holds() throws Exception;
  }

  private void await(String what, Check check) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      if (!process.isAlive()) throw new IllegalStateException("prometheus ended: " + Files.readString(log));
      try {
        if (check.holds()) return;
      } catch (IOException notYet) {
        // its port is not open yet
      }
      process.waitFor(100, TimeUnit.MILLISECONDS); // another process has no event to wait for; its end would be one
    }
    throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s: " + what);
  }

  void awaitTrue(String what, BooleanSupplier check) throws Exception {
    await(what, check::getAsBoolean);
  }

  /// Waits until nothing is listed any more; what still is when patience ends is in the error's text.
  void awaitNone(String what, Callable<List<String>> listed) throws Exception {
    var last = new AtomicReference<List<String>>(List.of());
    try {
      await(what, () -> {
        last.set(listed.call());
        return last.get().isEmpty();
      });
    } catch (IllegalStateException e) {
      throw new IllegalStateException(e.getMessage() + ": " + last.get(), e);
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(PATIENCE).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /// The API's answer, which says what was wrong where it was no query.
  JsonNode api(String path) {
    try {
      return new JsonMapper().readTree(get("/api/v1/" + path).body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  JsonNode query(String promql) {
    return api("query?query=" + encoded(promql));
  }

  /// @param stepSeconds between two points
  JsonNode range(String promql, long startSeconds, long endSeconds, long stepSeconds) {
    return api("query_range?query=" + encoded(promql) + "&start=" + startSeconds + "&end=" + endSeconds + "&step=" + stepSeconds);
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
    http.close();
  }
}
