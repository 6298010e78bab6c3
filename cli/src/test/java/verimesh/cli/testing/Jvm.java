package verimesh.cli.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// JVMs of their own, with this one's classes.
public final class Jvm {
  private Jvm() {}

  /// How one is started; options and a main class are put behind it.
  public static List<String> command(String... options) {
    var line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Djava.awt.headless=true",
        "-Dverimesh.root=" + System.getProperty("verimesh.root")));
    line.addAll(List.of(options));
    // Surefire's own class path is a jar that only it understands.
    line.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
    return line;
  }

  /// An orchestrator's port whose four followers, and the HTTP port above each, are free as well.
  public static int freeBasePort() throws IOException {
    for (int attempt = 0; attempt < 100; attempt++) {
      int base = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      if (List.of(0, 1, 10, 11, 20, 21, 30, 31, 40, 41).stream().allMatch(step -> isFree(base + step))) return base;
    }
    throw new IOException("no free ports");
  }

  private static boolean isFree(int port) {
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
