package verimesh.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Where a number was measured; the first line of every benchmark.
///
/// @param commit of the repository, with `+` where files differ from it; `unknown` without git
public record Machine(String cpu, int processors, long memoryMebibytes, String jdk, String commit) {
  /// @param root of the repository
  public static Machine here(Path root) {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        cpuName().orElse(System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize() >> 20,
        System.getProperty("java.vendor") + " " + Runtime.version(),
        commitOf(root));
  }

  @Override
  public String toString() {
    return processors + " × " + cpu + ", " + memoryMebibytes / 1024 + " GiB, " + jdk + ", commit " + commit + ", "
        + Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  private static Optional<String> cpuName() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String commitOf(Path root) {
    try {
      Process git = new ProcessBuilder("git", "-C", root.toString(), "describe", "--always", "--dirty=+").redirectErrorStream(true).start();
      String said = new String(git.getInputStream().readAllBytes()).strip();
      return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? said : "unknown";
    } catch (IOException e) {
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }
}
