package verimesh.hash.index;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// A real Redis 8 as a child process, in a folder of its own, on a free port of this machine.
///
/// Found by `VERIMESH_TEST_REDIS` (the program, or the folder that Debian's packages were unpacked into: docs/INDEX.md)
/// or on the `PATH`. Where there is none, tests are skipped with one line; with `CI` set they fail.
public final class RedisServer implements AutoCloseable {
  private final List<String> command;
  private final Path directory;
  private final int port;
  private Process process;

  private RedisServer(List<String> command, Path directory, int port) {
    this.command = command;
    this.directory = directory;
    this.port = port;
  }

  /// @param directory where it keeps its append-only file
  public static RedisServer start(Path directory) throws IOException {
    List<String> program = find();
    if (program == null) {
      String line = "skipped: no Redis 8 (set VERIMESH_TEST_REDIS, or put redis-server on the PATH)";
      if (System.getenv("CI") != null) throw new AssertionError(line);
      System.out.println(line);
      Assumptions.abort(line);
    }
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var server = new RedisServer(program, directory, port);
    server.start();
    return server;
  }

  private static List<String> find() {
    String named = System.getenv("VERIMESH_TEST_REDIS");
    if (named != null && !named.isBlank()) {
      Path path = Path.of(named);
      if (!Files.isDirectory(path)) return List.of(path.toString());
      Path libraries = path.resolve("usr/lib/x86_64-linux-gnu");
      return List.of(libraries.resolve("ld-linux-x86-64.so.2").toString(), "--library-path", libraries.toString(),
          path.resolve("usr/bin/redis-server").toString());
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      Path program = Path.of(folder, "redis-server");
      if (Files.isExecutable(program)) return List.of(program.toString());
    }
    return null;
  }

  /// Starts it, again if need be, and waits until it answers.
  public void start() throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", directory.toString(), "--save", "",
        "--appendonly", "yes", "--appendfsync", "always", "--daemonize", "no"));
    process = new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(directory.resolve("redis.log").toFile()).start();
    long giveUp = System.nanoTime() + 30_000_000_000L;
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > giveUp) {
        throw new IOException("Redis did not start: " + Files.readString(directory.resolve("redis.log")));
      }
      Thread.onSpinWait();
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(5);
      return new String(answer, StandardCharsets.US_ASCII).equals("+PONG");
    } catch (IOException e) {
      return false;
    }
  }

  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  /// As `kill -9`, without waiting for its end.
  public void killNow() {
    process.destroyForcibly();
  }

  /// As `kill -9`.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
