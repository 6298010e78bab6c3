package verimesh.cli.operate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;

/// A real program of somebody else's. A test that needs one that is not there is skipped with one printed line, and fails
/// under CI (environment `CI`), so that no build passes by having checked nothing.
///
/// @param path the executable
record Tool(Path path) {
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet(); // one line a tool, not one a test

  /// What a run left.
  /// @param output standard output and error together
  record Ran(int code, String output) {}

  static Tool promtool() {
    return find("promtool", "VERIMESH_TEST_PROMTOOL", "apt-get install prometheus");
  }

  static Tool prometheus() {
    return find("prometheus", "VERIMESH_TEST_PROMETHEUS", "apt-get install prometheus");
  }

  static Tool kustomize() {
    return find("kustomize", "VERIMESH_TEST_KUSTOMIZE", "Debian 13: apt-get install kustomize");
  }

  static Tool dockerCompose() {
    return find("docker-compose", "VERIMESH_TEST_DOCKER_COMPOSE", "Debian 13: apt-get install docker-compose");
  }

  /// @param variable names the program itself; without it the PATH is searched
  private static Tool find(String name, String variable, String remedy) {
    String named = System.getenv(variable);
    Stream<Path> candidates = named != null
        ? Stream.of(Path.of(named))
        : Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":")).map(folder -> Path.of(folder, name));
    return candidates.filter(Files::isExecutable).findFirst().map(Tool::new).orElseThrow(() -> {
      String missing = name + " is not there (" + variable + ", PATH); " + remedy;
      String ci = System.getenv("CI");
      if (ci != null && !ci.isBlank()) Assertions.fail(missing);
      if (TOLD.add(name)) System.out.println("skipped: " + missing);
      return new TestAbortedException(missing);
    });
  }

  ProcessBuilder command(String... arguments) {
    var line = new ArrayList<>(List.of(path.toString()));
    line.addAll(List.of(arguments));
    return new ProcessBuilder(line).redirectErrorStream(true);
  }

  /// Runs it to its end.
  Ran run(Path folder, String... arguments) throws IOException, InterruptedException {
    Path output = Files.createTempFile("verimesh-tool", ".out");
    try {
      Process process = command(arguments).directory(folder.toFile()).redirectOutput(output.toFile()).start();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(path + " did not end within 2 minutes");
      }
      return new Ran(process.exitValue(), Files.readString(output));
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
