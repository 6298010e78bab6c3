package verimesh.verifier.lmm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An OpenAI-compatible endpoint that does what it is told: says, thinks, streams, breaks, limits, trickles. Loopback only.
public final class ScriptedLmm implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// What it does with one call.
  public sealed interface Act {
    /// A well-formed completion with this content.
    record Say(String content) implements Act {}

    /// The same, after thinking.
    record Late(Duration thinks, String content) implements Act {}

    /// The same in pieces, as server-sent events, though nobody asked for a stream.
    record Stream(String content) implements Act {}

    /// This status, with a Retry-After in seconds where it is above 0.
    record Status(int code, int retryAfterSeconds) implements Act {}

    /// These bytes as the body of a 200.
    record Raw(String body) implements Act {}

    /// Nothing until the server is closed.
    record Hang() implements Act {}

    /// Half a body, then nothing.
    record Trickle() implements Act {}

    /// The connection is cut without an answer.
    record Cut() implements Act {}
  }

  private final HttpServer server;
  private final LinkedBlockingQueue<Act> script = new LinkedBlockingQueue<>();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private volatile Act otherwise;
  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  public ScriptedLmm() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/chat/completions", exchange -> {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      try (exchange) {
        requests.add(JSON.readTree(exchange.getRequestBody()));
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        Act act = script.poll();
        if (act == null) act = otherwise;
        switch (act) {
          case Act.Say(String content) -> send(exchange, 200, completion(content));
          case Act.Late(Duration thinks, String content) -> {
            if (!closed.await(thinks.toNanos(), TimeUnit.NANOSECONDS)) send(exchange, 200, completion(content));
          }
          case Act.Stream(String content) -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(events(content).getBytes(StandardCharsets.UTF_8));
          }
          case Act.Raw(String body) -> send(exchange, 200, body);
          case Act.Status(int code, int after) -> {
            if (after > 0) exchange.getResponseHeaders().set("Retry-After", Integer.toString(after));
            send(exchange, code, "{\"error\":{\"message\":\"scripted\"}}");
          }
          case Act.Trickle _ -> {
            exchange.sendResponseHeaders(200, 10_000);
            exchange.getResponseBody().write("{\"choices\":".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            closed.await();
          }
          case Act.Hang _ -> closed.await();
          case Act.Cut _ -> {} // Closing the exchange without headers cuts the connection.
          case null -> send(exchange, 500, "{\"error\":{\"message\":\"the script is over\"}}");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        running.decrementAndGet();
      }
    });
    server.start();
  }

  public ScriptedLmm then(Act act) {
    script.add(act);
    return this;
  }

  /// What it does once the script is over.
  public ScriptedLmm otherwise(Act act) {
    otherwise = act;
    return this;
  }

  /// Calls that it was asked at the same time, at most.
  public int mostAtOnce() {
    return most.get();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  public List<JsonNode> requests() {
    return requests;
  }

  public List<String> authorizations() {
    return authorizations;
  }

  /// Settings of a backend that asks this server.
  public OpenAiSettings settings(Duration timeout, int attempts) {
    var limits = new OpenAiSettings.Limits(4, 64, 0, new OpenAiSettings.Price(0, 0), 0);
    return new OpenAiSettings("scripted", url(), "scripted-1", "sk-secret", 1, OpenAiSettings.Structured.JSON_SCHEMA, timeout,
        attempts, limits, 3, Duration.ofSeconds(15));
  }

  private static String completion(String content) throws IOException {
    var root = JSON.createObjectNode();
    root.putArray("choices").addObject().putObject("message").put("role", "assistant").put("content", content);
    root.putObject("usage").put("prompt_tokens", 300).put("completion_tokens", 21).put("total_tokens", 321);
    return JSON.writeValueAsString(root);
  }

  private static String events(String content) throws IOException {
    var text = new StringBuilder(": a comment, as some servers send to keep the connection\n\n");
    for (int from = 0; from < content.length(); from += 7) {
      var event = JSON.createObjectNode();
      event.putArray("choices").addObject().putObject("delta").put("content", content.substring(from, Math.min(content.length(), from + 7)));
      text.append("data: ").append(JSON.writeValueAsString(event)).append("\n\n");
    }
    var last = JSON.createObjectNode();
    last.putArray("choices");
    last.putObject("usage").put("prompt_tokens", 300).put("completion_tokens", 21).put("total_tokens", 321);
    return text.append("data: ").append(JSON.writeValueAsString(last)).append("\n\ndata: [DONE]\n\n").toString();
  }

  private static void send(com.sun.net.httpserver.HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
