package verimesh.chassis.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import verimesh.chassis.Readiness;
import verimesh.chassis.telemetry.Telemetry;

/// What operators and their machines ask over HTTP: `/metrics` (Prometheus' text), `/healthz` (200 while the process
/// lives) and `/readyz` (200 or 503, and which dependencies do not work).
///
/// Plain HTTP on purpose: kubelets and scrapers ask it, it tells nothing secret, and it takes nothing but GET.
public final class OperatorPort implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 64; // a handful of scrapers and probes; beyond, connections are closed
  private static final int ANSWERS_AT_ONCE_MAX = 8; // a scrape costs milliseconds; more waiting ones are refused

  private final HttpServer server;
  private final ExecutorService threads;
  private final Semaphore answers = new Semaphore(ANSWERS_AT_ONCE_MAX);

  private OperatorPort(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /// @param port 0 takes a free one
  /// @throws IOException if the port is taken
  public static OperatorPort start(String host, int port, Telemetry telemetry, Readiness readiness) throws IOException {
    boundTheJdksServer();
    HttpServer server = HttpServer.create(new InetSocketAddress(host, port), CONNECTIONS_MAX);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor(); // an answer waits for its reader
    var opened = new OperatorPort(server, threads);
    server.setExecutor(threads);
    server.createContext("/", exchange -> opened.handle(exchange, telemetry, readiness));
    server.start();
    return opened;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange, Telemetry telemetry, Readiness readiness) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        answer(exchange, 405, "text/plain", "only GET is answered here\n");
        return;
      }
      if (!answers.tryAcquire()) {
        exchange.getResponseHeaders().set("Retry-After", "1");
        answer(exchange, 503, "text/plain", "too many requests at once\n");
        return;
      }
      try {
        switch (exchange.getRequestURI().getPath()) {
          case "/healthz" -> answer(exchange, 200, "text/plain", "alive\n");
          case "/readyz" -> answer(exchange, readiness.ready() ? 200 : 503, "application/json", readyText(readiness));
          case "/metrics" -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", telemetry.scrape());
          case null, default -> answer(exchange, 404, "text/plain", "here are /metrics, /healthz and /readyz\n");
        }
      } finally {
        answers.release();
      }
    }
  }

  private static String readyText(Readiness readiness) {
    List<String> broken = readiness.broken();
    return "{\"ready\":" + readiness.ready() + ",\"draining\":" + readiness.draining()
        + ",\"broken_required\":" + array(broken.stream().filter(readiness::required))
        + ",\"broken_optional\":" + array(broken.stream().filter(name -> !readiness.required(name))) + "}\n";
  }

  /// Names are our own words, so quoting is all they need.
  private static String array(Stream<String> names) {
    return names
        .map(name -> '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
    if (!head) exchange.getResponseBody().write(bytes);
  }

  /// The JDK's server takes its bounds from system properties alone. Whoever set them keeps them.
  private static void boundTheJdksServer() {
    setIfAbsent("jdk.httpserver.maxConnections", CONNECTIONS_MAX);
    setIfAbsent("sun.net.httpserver.maxReqTime", 10); // seconds to send a request
    setIfAbsent("sun.net.httpserver.maxRspTime", 30); // seconds to take the answer
    setIfAbsent("sun.net.httpserver.nodelay", true);
  }

  private static void setIfAbsent(String property, Object value) {
    if (System.getProperty(property) == null) System.setProperty(property, value.toString());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
