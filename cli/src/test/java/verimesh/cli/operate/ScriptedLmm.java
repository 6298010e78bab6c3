package verimesh.cli.operate;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// An OpenAI-compatible endpoint that knows its answers beforehand and gives them in turn. Loopback only.
///
/// Needs nothing but a JDK, so that `.ci/live` can start it from its source: `java ScriptedLmm.java PORT real real fake`.
final class ScriptedLmm implements AutoCloseable {
  private static final String ANSWER = """
      {"choices":[{"message":{"role":"assistant","content":"{\\"verdict\\":\\"%s\\",\\"confidence\\":0.8,\\"observations\\":[\\"A plain picture.\\"]}"}}],
      "usage":{"total_tokens":321}}""";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  ScriptedLmm() throws IOException {
    this(0, List.of("real"));
  }

  /// @param port 0 takes a free one
  /// @param verdicts `real` or `fake`, at least one; after the last the first comes again
  private ScriptedLmm(int port, List<String> verdicts) throws IOException {
    var asked = new AtomicInteger();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", exchange -> {
      try (exchange) {
        exchange.getRequestBody().readAllBytes();
        byte[] answer = ANSWER.formatted(verdicts.get(asked.getAndIncrement() % verdicts.size())).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
      }
    });
    server.start();
  }

  public static void main(String[] args) throws IOException {
    var lmm = new ScriptedLmm(Integer.parseInt(args[0]), List.of(args).subList(1, args.length)); // serves until the process is ended
    System.out.println(lmm.url());
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
