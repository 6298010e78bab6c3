package verimesh.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import verimesh.chassis.Readiness;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.telemetry.Telemetry;

@Timeout(60)
class OperatorPortTest {
  private final Resources open = new Resources();
  private final AtomicBoolean index = new AtomicBoolean(true);
  private final AtomicBoolean cache = new AtomicBoolean(true);
  private final Readiness readiness =
      new Readiness(new Service(List.of(), Map.of("index", index::get, "cache", cache::get), List.of("index")));
  private final Telemetry telemetry = open.add(new Telemetry("hash-svc"));
  private final HttpClient client = open.add(HttpClient.newHttpClient());
  private OperatorPort port;

  @BeforeEach
  void start() throws Exception {
    port = open.add(OperatorPort.start("127.0.0.1", 0, telemetry, readiness));
  }

  @AfterEach
  void close() {
    open.close();
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.port() + path)).method(method, BodyPublishers.noBody()).build();
    return client.send(request, BodyHandlers.ofString());
  }

  @Test
  void theProcessIsAliveAndReady() throws Exception {
    assertThat(ask("GET", "/healthz").statusCode()).isEqualTo(200);
    assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(200);
    assertThat(ask("GET", "/readyz").body()).isEqualTo("{\"ready\":true,\"draining\":false,\"broken_required\":[],\"broken_optional\":[]}\n");
  }

  @Test
  void readinessNamesWhatDoesNotWork() throws Exception {
    cache.set(false);
    assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(200);
    assertThat(ask("GET", "/readyz").body()).contains("\"broken_optional\":[\"cache\"]");
    index.set(false);
    assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(503);
    assertThat(ask("GET", "/readyz").body()).contains("\"ready\":false", "\"broken_required\":[\"index\"]");
    assertThat(ask("GET", "/healthz").statusCode()).as("a broken dependency is no reason to be killed").isEqualTo(200);
    index.set(true);
    readiness.drain();
    assertThat(ask("GET", "/readyz").statusCode()).isEqualTo(503);
    assertThat(ask("GET", "/readyz").body()).contains("\"draining\":true");
  }

  @Test
  void metricsAreScrapedAndOnlyOursAreCalledVerimesh() throws Exception {
    telemetry.meters().counter("verimesh.verdicts", "verdict", "ai_generated").increment();
    HttpResponse<String> answer = ask("GET", "/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
    assertThat(answer.body()).contains("verimesh_verdicts_total{verdict=\"ai_generated\"} 1.0", "jvm_memory_used_bytes{", "process_uptime_seconds", "process_files_open_files");
    assertThat(answer.body().lines().filter(line -> line.startsWith("verimesh_"))).hasSize(1);
  }

  @Test
  void nothingElseIsAnswered() throws Exception {
    assertThat(ask("GET", "/metricsx").statusCode()).isEqualTo(404);
    assertThat(ask("GET", "/").statusCode()).isEqualTo(404);
    assertThat(ask("GET", "//healthz").statusCode()).isIn(400, 404);
    assertThat(ask("POST", "/metrics").statusCode()).isEqualTo(405);
    assertThat(ask("HEAD", "/healthz").statusCode()).isEqualTo(200);
    assertThat(ask("HEAD", "/healthz").body()).isEmpty();
  }

  @Test
  void whoAsksTooMuchAtOnceIsToldToComeAgain() throws Exception {
    var asked = new CountDownLatch(8);
    var answer = new CountDownLatch(1);
    var slow = new Readiness(new Service(List.of(), Map.of("index", () -> {
      asked.countDown();
      try {
        answer.await();
      } catch (InterruptedException e) {
        return false;
      }
      return true;
    }), List.of("index")));
    port = open.add(OperatorPort.start("127.0.0.1", 0, telemetry, slow));
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.port() + "/readyz")).build();
    var waiting = java.util.stream.IntStream.range(0, 8).mapToObj(_ -> client.sendAsync(request, BodyHandlers.ofString())).toList();
    asked.await();
    HttpResponse<String> ninth = ask("GET", "/readyz");
    assertThat(ninth.statusCode()).isEqualTo(503);
    assertThat(ninth.headers().firstValue("Retry-After")).hasValue("1");
    answer.countDown();
    for (var each : waiting) assertThat(each.join().statusCode()).isEqualTo(200);
  }

  @Test
  void connectionsAreBounded() throws Exception {
    List<Socket> sockets = new java.util.ArrayList<>();
    try {
      for (int i = 0; i < 80; i++) {
        var socket = new Socket("127.0.0.1", port.port());
        socket.getOutputStream().write("GET /healthz HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII)); // and never more
        sockets.add(socket);
      }
      Socket last = sockets.getLast();
      InputStream in = last.getInputStream();
      assertThat(readOrReset(in)).as("a connection beyond the bound is closed at once").isEqualTo(-1);
    } finally {
      for (Socket socket : sockets) socket.close();
    }
  }

  private static int readOrReset(InputStream in) {
    try {
      return in.read();
    } catch (java.io.IOException reset) {
      return -1;
    }
  }
}
