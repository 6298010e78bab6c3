package verimesh.chassis.inference.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A hub on this machine that breaks off, lies about lengths and serves wrong files.
@Timeout(30)
class HubTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final byte[] CONFIG = "{\"model_type\":\"vit\"}".getBytes(StandardCharsets.UTF_8);
  private final byte[] weights = new byte[300_000];

  @TempDir Path folder;
  private HttpServer server;
  private HttpServer store; // where the hub redirects to
  private Web web;
  private Hub hub;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private Behaviour behaviour = this::whole;
  private int requests;

  private interface Behaviour {
    void serve(HttpExchange exchange, int request) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    new Random(7).nextBytes(weights);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hub = new Hub(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    server.createContext("/api/models/owner/name/revision/", exchange -> {
      note("hub", exchange);
      answer(exchange, 200, listing(sha256(weights), weights.length).getBytes(StandardCharsets.UTF_8));
    });
    server.createContext("/owner/name/resolve/" + COMMIT + "/config.json", exchange -> answer(exchange, 200, CONFIG));
    server.createContext("/owner/name/resolve/" + COMMIT + "/model.safetensors", exchange -> {
      note("hub", exchange);
      exchange.getResponseHeaders().set("Location", "http://127.0.0.1:" + store.getAddress().getPort() + "/object");
      answer(exchange, 302, new byte[0]);
    });
    store.createContext("/object", exchange -> {
      note("store", exchange);
      behaviour.serve(exchange, ++requests);
    });
    server.start();
    store.start();
    web = new Web("secret-token", hub.base(), Map.of());
  }

  @AfterEach
  void stop() {
    web.close();
    server.stop(0);
    store.stop(0);
  }

  @Test
  void aSoundHubGivesVerifiedFilesAndOnlyItSeesTheToken() throws Exception {
    fetch();
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
    assertThat(folder.resolve("config.json")).hasBinaryContent(CONFIG);
    assertThat(seen).contains("hub Bearer secret-token").contains("store -").doesNotContain("store Bearer secret-token");
  }

  @Test
  void aDownloadThatBreaksOffGoesOnWhereItStopped() throws Exception {
    behaviour = (exchange, request) -> {
      int from = from(exchange);
      exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (weights.length - 1) + "/" + weights.length);
      exchange.sendResponseHeaders(from == 0 ? 200 : 206, weights.length - from);
      exchange.getResponseBody().write(weights, from, Math.min(70_000, weights.length - from));
      exchange.getResponseBody().flush();
      exchange.close(); // before all of it was sent, but for the last part
    };
    fetch();
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
    assertThat(requests).isBetween(5, 9);
  }

  @Test
  void aServerThatCannotResumeIsAskedForTheWholeFileAgain() throws Exception {
    Files.write(folder.resolve("model.safetensors.part"), Arrays.copyOf(weights, 1000));
    behaviour = (exchange, _) -> answer(exchange, 200, weights);
    fetch();
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
  }

  @Test
  void anotherFileThanThePinnedOneIsNotKept() {
    byte[] other = weights.clone();
    other[5]++;
    behaviour = (exchange, _) -> answer(exchange, 200, other);
    assertThatThrownBy(this::fetch).isInstanceOf(IOException.class).hasMessageContaining("not the pinned");
    assertThat(folder.resolve("model.safetensors")).doesNotExist();
    assertThat(folder.resolve("model.safetensors.part")).doesNotExist();
  }

  @Test
  void thePinOfTheOperatorWinsOverTheHub() {
    assertThatThrownBy(() -> hub.fetch(web, hub.list(web, "owner/name", COMMIT), folder, Map.of("model.safetensors", "0".repeat(64)), (_, _) -> {}))
        .isInstanceOf(IOException.class).hasMessageContaining("not the pinned " + "0".repeat(64));
  }

  @Test
  void aServerThatSendsMoreThanTheHubListsIsStopped() {
    behaviour = (exchange, _) -> answer(exchange, 200, Arrays.copyOf(weights, weights.length + 100_000));
    assertThatThrownBy(this::fetch).isInstanceOf(IOException.class).hasMessageContaining("sends more than");
    assertThat(folder.resolve("model.safetensors.part")).doesNotExist();
  }

  @Test
  void aServerThatPromisesMoreThanItSendsFailsAfterSomeTries() {
    behaviour = (exchange, _) -> {
      exchange.sendResponseHeaders(200, weights.length);
      exchange.close();
    };
    assertThatThrownBy(this::fetch).isInstanceOf(IOException.class).hasMessageContaining("could not be fetched");
    assertThat(folder.resolve("model.safetensors")).doesNotExist();
  }

  @Test
  void aWrongPartIsNotTakenForTheRightOne() throws Exception {
    Files.write(folder.resolve("model.safetensors.part"), Arrays.copyOf(weights, 1000));
    behaviour = (exchange, _) -> {
      exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/" + weights.length);
      answer(exchange, 206, Arrays.copyOf(weights, 10));
    };
    assertThatThrownBy(this::fetch).isInstanceOf(IOException.class).hasMessageContaining("another part");
  }

  @Test
  void aHubThatAnswersWithAnotherCommitIsRefused() {
    assertThatThrownBy(() -> hub.list(web, "owner/name", "f".repeat(40))).isInstanceOf(IOException.class).hasMessageContaining("instead of the pinned");
  }

  @Test
  void aNameThatLeadsElsewhereIsRefusedBeforeAnybodyIsAsked() {
    assertThatThrownBy(() -> hub.list(web, "../etc", "main")).hasMessageContaining("no model id");
    assertThatThrownBy(() -> hub.list(web, "owner/name", "../../x")).hasMessageContaining("no revision");
    assertThat(seen).isEmpty();
  }

  private void fetch() throws IOException, InterruptedException {
    hub.fetch(web, hub.list(web, "owner/name", COMMIT), folder, Map.of(), (_, _) -> {});
  }

  private void whole(HttpExchange exchange, int request) throws IOException {
    answer(exchange, 200, weights);
  }

  private static int from(HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    return range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
  }

  private void note(String who, HttpExchange exchange) {
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    seen.add(who + " " + (token == null ? "-" : token));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) exchange.getResponseBody().write(body);
    } catch (IOException e) {
      // The client stopped reading, as it should for a file that is too long.
    }
  }

  private static String listing(String sha256, long size) {
    String blob = gitBlob(CONFIG);
    return """
        {"sha":"%s","siblings":[
          {"rfilename":"README.md","size":3,"blobId":"%s"},
          {"rfilename":"../evil.safetensors","size":3,"blobId":"%s"},
          {"rfilename":"config.json","size":%d,"blobId":"%s"},
          {"rfilename":"model.safetensors","size":%d,"blobId":"%s","lfs":{"sha256":"%s","size":%d}}]}
        """.formatted(COMMIT, blob, blob, CONFIG.length, blob, size, blob, sha256, size);
  }

  private static String gitBlob(byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
