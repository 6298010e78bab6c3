package verimesh.cli.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpRequest;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A headless Chromium, driven by its DevTools protocol: a page is opened in a real browser, and what it asks of the network
/// is written down.
public final class Browser implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 40;

  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> open = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> loaded = new CompletableFuture<>();

  /// Where it is, if this machine has one.
  public static Optional<Path> program() {
    return Stream.of("chromium", "chromium-browser", "google-chrome").flatMap(name ->
        Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name))).filter(Files::isExecutable).findFirst();
  }

  /// @param profile a new, empty folder
  public Browser(Path program, Path profile, Path page) throws Exception {
    process = new ProcessBuilder(program.toString(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir=" + profile,
            "--remote-debugging-port=0", "--window-size=1200,900", "about:blank")
        .redirectErrorStream(true).redirectOutput(profile.resolve("chromium.log").toFile()).start();
    String[] told = waitFor(profile.resolve("DevToolsActivePort"));
    HttpResponse<String> pages = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + told[0] + "/json/list")).build(), HttpResponse.BodyHandlers.ofString());
    String address = StreamOf.array(pages.body()).filter(p -> p.get("type").getAsString().equals("page")).findFirst().orElseThrow().get("webSocketDebuggerUrl").getAsString();
    socket = http.newWebSocketBuilder().buildAsync(URI.create(address), new Listener()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    command("Network.enable", "{}");
    command("Page.enable", "{}");
    command("Log.enable", "{}");
    command("Runtime.enable", "{}");
    command("Page.navigate", "{\"url\":\"" + page.toUri() + "\"}");
    loaded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /// What an expression gives, as JSON has it.
  public JsonElement evaluate(String expression) throws Exception {
    var parameters = new JsonObject();
    parameters.addProperty("expression", expression);
    parameters.addProperty("returnByValue", true);
    JsonObject result = command("Runtime.evaluate", parameters.toString()).getAsJsonObject("result");
    if (result.has("exceptionDetails")) throw new IllegalStateException(result.get("exceptionDetails").toString());
    return result.getAsJsonObject("result").get("value");
  }

  /// Addresses that the page asked for, `data:` left out, itself included.
  public List<String> requests() {
    return requests.stream().filter(address -> !address.startsWith("data:")).toList();
  }

  /// Errors and warnings of the console, such as a script that the page's own policy forbids.
  public List<String> complaints() {
    return complaints;
  }

  private JsonObject command(String method, String parameters) throws Exception {
    int id = ids.incrementAndGet();
    var answer = new CompletableFuture<JsonObject>();
    open.put(id, answer);
    socket.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private String[] waitFor(Path file) throws IOException, InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < until && process.isAlive()) {
      if (Files.exists(file)) {
        String[] lines = Files.readString(file).split("\n");
        if (lines.length >= 2) return lines;
      }
      process.waitFor(50, TimeUnit.MILLISECONDS); // another program's file: there is no event to wait for
    }
    throw new IllegalStateException("Chromium did not start");
  }

  @Override
  public void close() throws InterruptedException {
    socket.abort();
    http.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        take(JsonParser.parseString(message.toString()).getAsJsonObject());
        message.setLength(0);
      }
      webSocket.request(1);
      return null;
    }

    private void take(JsonObject told) {
      if (told.has("id")) {
        open.remove(told.get("id").getAsInt()).complete(told);
        return;
      }
      JsonObject parameters = told.getAsJsonObject("params");
      switch (told.get("method").getAsString()) {
        case "Network.requestWillBeSent" -> requests.add(parameters.getAsJsonObject("request").get("url").getAsString());
        case "Page.loadEventFired" -> loaded.complete(null);
        case "Log.entryAdded" -> complaints.add(parameters.getAsJsonObject("entry").get("text").getAsString());
        case "Runtime.exceptionThrown" -> complaints.add(parameters.toString());
        default -> {} // of no interest here
      }
    }
  }

  private static final class StreamOf {
    static Stream<JsonObject> array(String json) {
      var objects = new ArrayList<JsonObject>();
      JsonParser.parseString(json).getAsJsonArray().forEach(element -> objects.add(element.getAsJsonObject()));
      return objects.stream();
    }
  }
}
