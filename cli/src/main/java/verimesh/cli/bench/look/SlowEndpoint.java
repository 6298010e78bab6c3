package verimesh.cli.bench.look;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// An OpenAI-compatible endpoint that thinks for a while and then says "real". Loopback only.
final class SlowEndpoint implements AutoCloseable {
  private static final String ANSWER = """
      {"choices":[{"message":{"role":"assistant","content":"{\\"verdict\\":\\"real\\",\\"confidence\\":0.8,\\"observations\\":[],\\"findings\\":[%s],\\"text_instructs\\":false}"}}],
      "usage":{"prompt_tokens":1000,"completion_tokens":60,"total_tokens":1060}}""";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  SlowEndpoint(Duration thinks) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", exchange -> {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      try (exchange) {
        String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Thread.sleep(thinks);
        byte[] answer = ANSWER.formatted(finding(question)).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        running.decrementAndGet();
      }
    });
    server.start();
  }

  /// One finding for the first clue of a checklist, so that the answer fits the second pass, too.
  private static String finding(String question) {
    int list = question.indexOf("Checklist:");
    if (list < 0) return "";
    int from = question.indexOf("- ", list) + 2;
    String id = question.substring(from, question.indexOf(':', from));
    return "{\\\"clue_id\\\":\\\"" + id + "\\\",\\\"presence\\\":\\\"absent\\\",\\\"note\\\":\\\"\\\",\\\"region\\\":null}";
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  int mostAtOnce() {
    return most.get();
  }

  /// Waits until it has thought every question to its end, also those whose caller hung up: it does not notice that.
  void awaitIdle() throws InterruptedException {
    while (running.get() > 0) Thread.sleep(20);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
