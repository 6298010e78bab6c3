package verimesh.cli.fleet;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import verimesh.cli.local.MeshService;

/// A service that was started.
///
/// @param pid of its process
/// @param started when that process began; together with the pid it names one process for ever, since pids come round again
/// @param basePort the orchestrator's port, from which its own follows
public record RunningService(MeshService service, long pid, Instant started, int basePort) {
  static RunningService of(MeshService service, ProcessHandle process, int basePort) {
    return new RunningService(service, process.pid(), process.info().startInstant().orElse(Instant.now()), basePort);
  }

  public int port() {
    return service.port(basePort);
  }

  /// Its process, if it is still that one.
  public Optional<ProcessHandle> handle() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive)
        // Systems tell the start with a hundredth of a second; one that began later is another.
        .filter(process -> process.info().startInstant().map(at -> Duration.between(started, at).abs().toSeconds() < 2).orElse(true));
  }

  public boolean isAlive() {
    return handle().isPresent();
  }

  /// Memory in use, in MiB, where the system tells it.
  Optional<Long> residentMebibytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
        if (line.startsWith("VmRSS:")) return Optional.of(Long.parseLong(line.replaceAll("\\D", "")) / 1024);
      }
    } catch (IOException | NumberFormatException e) {
      return Optional.empty(); // another system, or the process just ended
    }
    return Optional.empty();
  }

  void write(Path file) throws IOException {
    var properties = new Properties();
    properties.setProperty("pid", Long.toString(pid));
    properties.setProperty("started", started.toString());
    properties.setProperty("base_port", Integer.toString(basePort));
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, service.id() + ", started by ./mesh up");
    }
  }

  /// Empty where there is no such note, or none that makes sense.
  static Optional<RunningService> read(Path file, MeshService service) {
    var properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
      return Optional.of(new RunningService(
          service,
          Long.parseLong(properties.getProperty("pid", "")),
          Instant.parse(properties.getProperty("started", "")),
          Integer.parseInt(properties.getProperty("base_port", ""))));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
