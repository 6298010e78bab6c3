package verimesh.verifier.llama;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// llama.cpp's own server with [TinyVisionModel], as a child process on a free port of this machine.
///
/// Found by `VERIMESH_TEST_LLAMA` (the program, or the folder that Debian's packages were unpacked into) or on the `PATH`.
/// Where there is none, tests are skipped with one line; with `CI` set they fail.
final class LlamaServer implements AutoCloseable {
  private final Process process;
  private final int port;

  private LlamaServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// @param folder empty, for the model and the server's log
  static LlamaServer start(Path folder) throws Exception {
    List<String> program = find();
    if (program == null) {
      String line = "skipped: no llama.cpp (set VERIMESH_TEST_LLAMA, or put llama-server on the PATH)";
      if (System.getenv("CI") != null) throw new AssertionError(line);
      System.out.println(line);
      Assumptions.abort(line);
    }
    new TinyVisionModel().write(folder.resolve("tiny.gguf"), folder.resolve("mmproj.gguf"));
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> all = new ArrayList<>(program);
    all.addAll(List.of("-m", folder.resolve("tiny.gguf").toString(), "--mmproj", folder.resolve("mmproj.gguf").toString(), "--host", "127.0.0.1",
        "--port", Integer.toString(port), "-c", "16384", "-np", "1", "-t", "1", "--no-webui"));
    Path log = folder.resolve("llama.log");
    var builder = new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(log.toFile());
    String named = System.getenv("VERIMESH_TEST_LLAMA");
    if (named != null && Files.isDirectory(Path.of(named))) {
      builder.environment().put("GGML_BACKEND_PATH", Path.of(named).resolve("usr/lib/x86_64-linux-gnu/ggml/backends0/libggml-cpu-haswell.so").toString());
    }
    var server = new LlamaServer(builder.start(), port);
    try {
      server.awaitHealthy(log);
    } catch (Exception | Error e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static List<String> find() {
    String named = System.getenv("VERIMESH_TEST_LLAMA");
    if (named != null && !named.isBlank()) {
      Path path = Path.of(named);
      if (!Files.isDirectory(path)) return List.of(path.toString());
      Path libraries = path.resolve("usr/lib/x86_64-linux-gnu");
      return List.of(libraries.resolve("ld-linux-x86-64.so.2").toString(), "--library-path", libraries + ":" + libraries.resolve("llama"),
          path.resolve("usr/bin/llama-server").toString());
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      Path program = Path.of(folder, "llama-server");
      if (Files.isExecutable(program)) return List.of(program.toString());
    }
    return null;
  }

  private void awaitHealthy(Path log) throws Exception {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    try (HttpClient http = HttpClient.newHttpClient()) {
      var health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build();
      while (true) {
        try {
          if (http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) return;
        } catch (IOException notYet) {
          // It is still starting.
        }
        if (!process.isAlive() || System.nanoTime() > giveUp) throw new IOException("llama-server did not start: " + Files.readString(log));
        process.waitFor(50, TimeUnit.MILLISECONDS); // until it ends, which it should not
      }
    }
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port + "/v1");
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
