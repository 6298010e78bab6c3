package verimesh.cli.fleet;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.TlsConfig;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.local.MeshService;

/// The services that run as processes of this machine, started from here. What runs is read from notes in `folder` each time,
/// so that several `./mesh` see the same. Thread-safe as far as nobody starts the same service twice at once.
public final class Fleet {
  private static final Duration BETWEEN_CHECKS = Duration.ofMillis(100);
  private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(2);
  /// How long a service may drain before it is ended by force: its own drain is 10 s unless set.
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final Map<String, String> environment;
  private final List<String> java;
  private final Telemetry telemetry = Telemetry.unscraped("cli");

  /// @param folder for notes and logs, `.mesh/run`
  /// @param environment what the services inherit
  public Fleet(Path folder, Map<String, String> environment) {
    this(folder, environment, javaOfThisProcess());
  }

  /// @param java how a JVM with the services' class path is started; the main class is put behind it
  public Fleet(Path folder, Map<String, String> environment, List<String> java) {
    this.folder = folder;
    this.environment = Map.copyOf(environment);
    this.java = List.copyOf(java);
  }

  /// Where an orchestrator of this machine is asked when nobody names another: what `up` started, else the usual port.
  public static String usualTarget(Context context) {
    int port = new Fleet(context.home().resolve("run"), context.environment()).basePort().orElse(MeshService.BASE_PORT);
    return "127.0.0.1:" + port;
  }

  /// How a service is.
  public enum Health {
    SERVING,
    /// It answers, and says that something that it needs is not there.
    NOT_SERVING,
    /// The process is there, and does not answer.
    SILENT,
    /// It was started and is not there any more.
    DIED,
    /// Nobody started it.
    STOPPED
  }

  public Path log(MeshService service) {
    return folder.resolve(service.id() + ".log");
  }

  /// What was started and not stopped, whether or not it still runs.
  public Optional<RunningService> note(MeshService service) {
    return RunningService.read(noteFile(service), service);
  }

  /// The orchestrator's port, which the others follow, of what was started last.
  public Optional<Integer> basePort() {
    for (MeshService service : MeshService.values()) {
      Optional<RunningService> note = note(service);
      if (note.isPresent()) return Optional.of(note.get().basePort());
    }
    return Optional.empty();
  }

  public Health health(MeshService service) {
    return health(service, "");
  }

  /// What a service says of one thing that it depends on: the orchestrator, for example, of `hash-svc`.
  /// @param dependency empty: of itself
  public Health health(MeshService service, String dependency) {
    Optional<RunningService> note = note(service);
    if (note.isEmpty()) return Health.STOPPED;
    if (!note.get().isAlive()) return Health.DIED;
    ManagedChannel channel = channel(note.get().port());
    try {
      ServingStatus status = HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(HEALTH_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .check(HealthCheckRequest.newBuilder().setService(dependency).build()).getStatus();
      return status == ServingStatus.SERVING ? Health.SERVING : Health.NOT_SERVING;
    } catch (StatusRuntimeException e) {
      return note.get().isAlive() ? Health.SILENT : Health.DIED;
    } finally {
      channel.shutdownNow();
    }
  }

  /// Starts one service; does not wait for it.
  /// @throws CannotStart if its port is taken, with the name of who has it
  public RunningService start(MeshService service, int basePort) {
    int port = service.port(basePort);
    for (int wanted : new int[] {port, port + 1}) refuseIfTaken(service, wanted, basePort);
    try {
      Files.createDirectories(folder);
      if (Files.exists(log(service))) {
        Files.move(log(service), folder.resolve(service.id() + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
      }
      Process process = command(service, basePort).start();
      var running = RunningService.of(service, process.toHandle(), basePort);
      running.write(noteFile(service));
      return running;
    } catch (IOException e) {
      throw new CannotStart("cannot start " + service.id() + ": " + e.getMessage());
    }
  }

  /// Waits until a service says that it serves.
  /// @throws CannotStart if it ends or stays silent, with the last lines of its log
  public Duration awaitServing(MeshService service, Duration patience) throws InterruptedException {
    long started = System.nanoTime();
    while (true) {
      Health health = health(service);
      Duration waited = Duration.ofNanos(System.nanoTime() - started);
      if (health == Health.SERVING) return waited;
      if (health == Health.DIED || health == Health.STOPPED) {
        throw new CannotStart(service.id() + " ended at once; its log says\n" + logEnd(service, 12) + "\n  the whole log: " + log(service));
      }
      if (waited.compareTo(patience) > 0) {
        throw new CannotStart(service.id() + " does not serve after " + patience.toSeconds() + " s; its log says\n" + logEnd(service, 12)
            + "\n  the whole log: " + log(service));
      }
      Thread.sleep(BETWEEN_CHECKS); // a process that is starting has no event to wait for
    }
  }

  /// Asks a service to drain and end; after a while it is ended by force.
  /// @return false if force was needed
  public boolean stop(MeshService service) throws InterruptedException {
    Optional<RunningService> note = note(service);
    boolean drained = true;
    if (note.isPresent() && note.get().isAlive()) {
      ProcessHandle process = note.get().handle().orElseThrow();
      process.destroy();
      drained = ended(process, DRAIN_PATIENCE);
      if (!drained) {
        process.destroyForcibly();
        ended(process, DRAIN_PATIENCE);
      }
    }
    forget(service);
    return drained;
  }

  /// Ends a service as a crash would: at once, with nothing tidied up. Its note stays, as it would.
  public void kill(MeshService service) throws InterruptedException {
    ProcessHandle process = note(service).flatMap(RunningService::handle)
        .orElseThrow(() -> new CannotStart(service.id() + " does not run, so it cannot be killed"));
    process.destroyForcibly();
    ended(process, DRAIN_PATIENCE);
  }

  public void forget(MeshService service) {
    try {
      Files.deleteIfExists(noteFile(service));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// To a port of this machine, with the certificates that the services themselves are given.
  public ManagedChannel channel(int port) {
    Optional<TlsConfig> tls = TlsConfig.from(Settings.of(environment, "MESH")).filter(files -> files.trusted().isPresent());
    // Certificates are made for names; without TLS an address saves the resolver's time.
    ChannelConfig config = ChannelConfig.to((tls.isPresent() ? "localhost:" : "127.0.0.1:") + port);
    return Channels.connect(tls.map(config::withTls).orElse(config), telemetry);
  }

  private ProcessBuilder command(MeshService service, int basePort) {
    var line = new ArrayList<String>();
    // In a session of its own, so that closing the terminal or Control-C in it ends nobody.
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) line.add("/usr/bin/setsid");
    else if (Files.isExecutable(Path.of("/usr/bin/nohup"))) line.add("/usr/bin/nohup");
    line.addAll(java);
    // Lucene's distances are faster with the module; the start-up cache was made without it, so the two exclude each other.
    // Large pages make a pass over the index's codes a quarter shorter.
    if (service == MeshService.HASH) line.addAll(List.of("--add-modules", "jdk.incubator.vector", "-XX:+UseTransparentHugePages"));
    else startUpCache().ifPresent(line::add);
    line.add(service.mainClass());
    var builder = new ProcessBuilder(line).redirectErrorStream(true)
        .redirectInput(new File("/dev/null")).redirectOutput(ProcessBuilder.Redirect.appendTo(log(service).toFile()));
    builder.environment().clear();
    builder.environment().putAll(serviceEnvironment(service, basePort));
    return builder;
  }

  private Map<String, String> serviceEnvironment(MeshService service, int basePort) {
    var variables = new LinkedHashMap<>(environment);
    variables.put("VERIMESH_" + service.scope() + "_PORT", Integer.toString(service.port(basePort)));
    variables.put("VERIMESH_" + service.scope() + "_HTTP_PORT", Integer.toString(service.port(basePort) + 1));
    boolean tls = TlsConfig.from(Settings.of(environment, "MESH")).isPresent();
    for (MeshService asked : MeshService.values()) {
      if (asked == MeshService.ORCHESTRATOR) continue;
      variables.putIfAbsent(asked.targetSetting(), (tls ? "localhost:" : "127.0.0.1:") + asked.port(basePort));
    }
    // Clues are found by vectors of their texts.
    variables.putIfAbsent("VERIMESH_VERIFIER_EMBEDDING_TARGET", variables.get(MeshService.EMBEDDING.targetSetting()));
    return variables;
  }

  private void refuseIfTaken(MeshService service, int port, int basePort) {
    if (port < 1 || port > 65_535) throw new CannotStart("there is no port " + port + " for " + service.id());
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      String owner = ownerOf(port).orElse("another program");
      throw new CannotStart("port " + port + " for " + service.id() + " is taken by " + owner
          + "\n  stop it, or take other ports: ./mesh up --port " + (basePort >= 60_000 ? 8400 : basePort + 1000));
    }
  }

  /// Who listens on a port of this machine, as far as it can be known.
  public static Optional<String> ownerOf(int port) {
    return PortOwner.of(port).map(who -> "process " + who.pid() + " (" + who.command() + ")");
  }

  /// The last lines of a service's log, indented.
  String logEnd(MeshService service, int lines) {
    try {
      List<String> all = Files.readAllLines(log(service));
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()).stream().map(line -> "    " + line).toList());
    } catch (IOException e) {
      return "    (no log)";
    }
  }

  private Path noteFile(MeshService service) {
    return folder.resolve(service.id() + ".properties");
  }

  private static boolean ended(ProcessHandle process, Duration patience) throws InterruptedException {
    try {
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The option that this process was started with, if it was.
  private static Optional<String> startUpCache() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(option -> option.startsWith("-XX:AOTCache=")).findFirst();
  }

  private static List<String> javaOfThisProcess() {
    var line = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Djava.awt.headless=true",
        "-Xlog:disable", "-Xlog:all=error:stderr"));
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    return line;
  }
}
