package verimesh.chassis;

import java.io.PrintStream;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import verimesh.chassis.config.Scopes;
import verimesh.chassis.config.Settings;
import verimesh.chassis.http.OperatorPort;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.LogConfig;
import verimesh.chassis.telemetry.Logs;
import verimesh.chassis.telemetry.Telemetry;

/// Runs one service as a process.
public final class Chassis {
  /// Exit code of a process that could not start (DESIGN.md §10).
  public static final int CANNOT_START = 3;

  private static volatile CountDownLatch stopped = new CountDownLatch(0); // no service runs in this process yet

  private Chassis() {}

  /// Blocks until the service that this process runs has drained and closed what it opened; returns at once where there is
  /// none. For exit hooks that must come last.
  public static void awaitStopped(Duration longest) {
    try {
      boolean _ = stopped.await(longest.toNanos(), TimeUnit.NANOSECONDS); // later than that, the hook does what it must
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Reads the environment, wires the service, serves until asked to stop, drains, closes.
  /// Exits with [#CANNOT_START] if it cannot start, after saying on standard error everything that is wrong.
  ///
  /// @param service its name for people: `hash-svc`
  /// @param scope of its settings: `HASH`
  /// @param defaultPort gRPC; HTTP lies one above (DESIGN.md §10)
  public static <C> void run(
      String service, String scope, int defaultPort, Function<Settings, C> config, Wiring<C> wiring) {
    Settings settings = Settings.ofEnvironment(scope);
    lookUpNamesAgainSoon();
    try {
      start(service, settings, defaultPort, config, wiring).await();
    } catch (CannotStart cannot) {
      cannot.tell(service, System.err);
      System.exit(CANNOT_START);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // whoever interrupts the main thread wants it to end; the hook closes all
    }
  }

  /// Replicas come and go, and a name that is not known yet may be a moment later; Java would remember both answers for
  /// longer than a returning service may stay unused. Whoever set these keeps them.
  private static void lookUpNamesAgainSoon() {
    if (Security.getProperty("networkaddress.cache.ttl") == null) Security.setProperty("networkaddress.cache.ttl", "5");
    if ("10".equals(Security.getProperty("networkaddress.cache.negative.ttl"))) { // the JDK's own default
      Security.setProperty("networkaddress.cache.negative.ttl", "1");
    }
    // gRPC's resolver of dns:/// remembers by itself, and reads a system property of the same name.
    if (System.getProperty("networkaddress.cache.ttl") == null) System.setProperty("networkaddress.cache.ttl", "5");
  }

  /// Everything that must be changed before it can start.
  static final class CannotStart extends Exception {
    private final List<String> wrongSettings;

    CannotStart(List<String> wrongSettings) {
      super(wrongSettings.size() + (wrongSettings.size() == 1 ? " setting is wrong" : " settings are wrong"));
      this.wrongSettings = wrongSettings;
    }

    CannotStart(Exception cause) {
      super(cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage(), cause);
      this.wrongSettings = List.of();
    }

    void tell(String service, PrintStream out) {
      out.println(service + " cannot start: " + getMessage());
      wrongSettings.forEach(line -> out.println("  " + line));
    }
  }

  private static <C> RpcServer start(
      String service, Settings settings, int defaultPort, Function<Settings, C> config, Wiring<C> wiring)
      throws CannotStart {
    ServerConfig serverConfig = ServerConfig.from(settings, defaultPort);
    LogConfig logConfig = LogConfig.from(settings);
    C typed = typed(settings, config);

    Logs.start(logConfig, service);
    Logger log = LoggerFactory.getLogger(Chassis.class);
    logSettings(log, settings);

    var resources = new Resources(); // closed in reverse order: the server first, which drains, the meters last
    var ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
      stop(log, resources);
      ended.countDown();
    }));
    stopped = ended;
    try {
      var telemetry = resources.add(new Telemetry(service));
      Service wired = wiring.wire(typed, resources, telemetry);
      var readiness = new Readiness(wired);
      var http = resources.add(OperatorPort.start(serverConfig.host(), serverConfig.httpPort(), telemetry, readiness));
      var server = resources.add(RpcServer.start(serverConfig, wired, readiness, telemetry));
      log.atInfo().setMessage("serving").addKeyValue("host", serverConfig.host()).addKeyValue("port", server.port())
          .addKeyValue("http_port", http.port()).addKeyValue("tls", serverConfig.tls().isPresent()).log();
      return server;
    } catch (Exception e) {
      log.atError().setMessage("cannot start").setCause(e).log();
      throw new CannotStart(e);
    }
  }

  private static <C> C typed(Settings settings, Function<Settings, C> config) throws CannotStart {
    C typed;
    try {
      typed = config.apply(settings);
    } catch (RuntimeException refused) {
      // Not everything was read, so nobody knows which names are left over; what was read is still worth telling.
      List<String> problems = settings.problems(Scopes.ALL);
      throw problems.isEmpty() ? new CannotStart(refused) : new CannotStart(problems);
    }
    List<String> problems = settings.problems();
    if (!problems.isEmpty()) throw new CannotStart(problems);
    return typed;
  }

  private static void logSettings(Logger log, Settings settings) {
    LoggingEventBuilder event = log.atInfo().setMessage("settings");
    settings.effective().forEach(event::addKeyValue);
    event.log();
  }

  private static void stop(Logger log, Resources resources) {
    log.atInfo().setMessage("stopping").log();
    resources.close();
    log.atInfo().setMessage("stopped").log();
  }
}
