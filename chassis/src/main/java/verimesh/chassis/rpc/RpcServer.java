package verimesh.chassis.rpc;

import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import verimesh.chassis.Readiness;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.telemetry.Telemetry;

/// A service being served: over the network, or within this process under a name. Endpoints cannot tell which.
///
/// Every call runs on a virtual thread of its own, so endpoints may block. Closing drains: health says NOT_SERVING, no
/// new call is taken, those in flight may finish within [ServerConfig#drain], what is left is cancelled.
public final class RpcServer implements AutoCloseable {
  private static final Duration IN_PROCESS_DRAIN = Duration.ofSeconds(10);
  private static final Duration HEALTH_INTERVAL = Duration.ofSeconds(1); // how late a watcher learns of a change

  private final Server server;
  private final int port; // gRPC forgets it at shutdown
  private final HealthEndpoint health;
  private final Readiness readiness;
  private final Duration drain;
  private final Resources belongings; // closed once the server has ended

  private RpcServer(Server server, HealthEndpoint health, Readiness readiness, Duration drain, Resources belongings) {
    this.server = server;
    this.port = server.getPort();
    this.health = health;
    this.readiness = readiness;
    this.drain = drain;
    this.belongings = belongings;
  }

  /// Serves on [ServerConfig#host] and [ServerConfig#port].
  /// @throws IOException if the port is taken or a TLS file cannot be read
  public static RpcServer start(ServerConfig config, Service service, Telemetry telemetry) throws IOException {
    return start(config, service, new Readiness(service), telemetry);
  }

  /// @param readiness of that service, shared with whoever else tells it
  /// @throws IOException if the port is taken or a TLS file cannot be read
  public static RpcServer start(ServerConfig config, Service service, Readiness readiness, Telemetry telemetry)
      throws IOException {
    var belongings = new Resources();
    try {
      ServerCredentials credentials = InsecureServerCredentials.create();
      if (config.tls().isPresent()) credentials = belongings.add(new TlsCredentials(config.tls().get())).server();
      var address = new InetSocketAddress(config.host(), config.port());
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(address, credentials)
              .maxInboundMessageSize(config.messageBytesMax())
              .maxConcurrentCallsPerConnection(config.callsPerConnectionMax())
              .maxConnectionAge(config.connectionAge().toMillis(), TimeUnit.MILLISECONDS)
              .keepAliveTime(30, TimeUnit.SECONDS)
              .keepAliveTimeout(10, TimeUnit.SECONDS)
              .permitKeepAliveTime(10, TimeUnit.SECONDS) // our channels ping every 20 s; a faster pinger is sent away
              .permitKeepAliveWithoutCalls(true);
      if (config.reflection()) builder.addService(ProtoReflectionServiceV1.newInstance());
      try {
        return start(builder, service, readiness, telemetry, config.drain(), true, belongings);
      } catch (IOException taken) { // "Failed to bind", and why stands in the cause
        String why = taken.getCause() == null ? taken.getMessage() : taken.getCause().getMessage();
        throw new IOException("port " + config.port() + " on " + config.host() + " cannot be had: " + why, taken);
      }
    } catch (IOException failed) {
      belongings.close();
      throw failed;
    }
  }

  /// Serves within this process under a name that [Channels#inProcess] connects to. No port, no TLS, no serialising.
  /// @throws IOException if the name is taken
  public static RpcServer inProcess(String name, Service service, Telemetry telemetry) throws IOException {
    var builder = InProcessServerBuilder.forName(name);
    return start(builder, service, new Readiness(service), telemetry, IN_PROCESS_DRAIN, false, new Resources());
  }

  private static RpcServer start(
      ServerBuilder<?> builder,
      Service service,
      Readiness readiness,
      Telemetry telemetry,
      Duration drain,
      boolean network,
      Resources belongings)
      throws IOException {
    var health = new HealthEndpoint(readiness, healthNames(service, readiness));
    service.endpoints().forEach(builder::addService);
    builder.addService(health);

    // The mesh in one process starts no logging system, so its traces stay in the gRPC context alone.
    List<ServerInterceptor> outermostFirst =
        List.of(
            new TraceInterceptor(network),
            MeterInterceptor.server(telemetry.serverCalls()), // outside of problems, so that it sees what is sent
            new CallerInterceptor(!network),
            new ProblemInterceptor(RpcServer::reportBug));
    outermostFirst.reversed().forEach(builder::intercept); // gRPC runs the last one added first

    ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor(); // endpoints wait for I/O: a thread a call
    belongings.add(calls::shutdownNow); // interrupts what still works for callers that are gone
    ScheduledExecutorService ticker =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("health").factory());
    belongings.add(ticker::shutdownNow);
    Server server = builder.executor(calls).build().start();
    long millis = HEALTH_INTERVAL.toMillis();
    ticker.scheduleWithFixedDelay(health::tellWatchers, millis, millis, TimeUnit.MILLISECONDS);
    return new RpcServer(server, health, readiness, drain, belongings);
  }

  private static Map<String, BooleanSupplier> healthNames(Service service, Readiness readiness) {
    Map<String, BooleanSupplier> names = new HashMap<>();
    service.dependencies().keySet().forEach(name -> names.put(name, () -> readiness.works(name)));
    names.put("", readiness::ready);
    for (BindableService endpoint : service.endpoints()) {
      names.put(endpoint.bindService().getServiceDescriptor().getName(), readiness::ready);
    }
    return names;
  }

  private static void reportBug(String rpc, Throwable thrown) {
    System.Logger log = System.getLogger(RpcServer.class.getName()); // which starts no logging system in a command
    log.log(System.Logger.Level.ERROR, "unexpected exception in " + rpc, thrown);
  }

  /// The port in use; -1 within a process.
  public int port() {
    return port;
  }

  public Readiness readiness() {
    return readiness;
  }

  /// Waits until the server has ended.
  public void await() throws InterruptedException {
    server.awaitTermination();
  }

  @Override
  public void close() {
    readiness.drain();
    health.endWatches();
    server.shutdown();
    try {
      if (!server.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException interrupted) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    } finally {
      belongings.close();
    }
  }
}
