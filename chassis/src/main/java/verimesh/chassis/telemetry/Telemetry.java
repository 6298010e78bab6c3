package verimesh.chassis.telemetry;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// A service's meters. Names are `verimesh.*` in Micrometer's spelling (`verimesh.verdicts` is scraped as
/// `verimesh_verdicts_total`), base units, documented in docs/METRICS.md.
///
/// Thread-safe.
public final class Telemetry implements AutoCloseable {
  private final MeterRegistry registry;
  private final String service;
  private final RpcMeters serverCalls;
  private final RpcMeters clientCalls;

  /// Meters for `/metrics`.
  public Telemetry(String service) {
    this(service, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM));
  }

  private Telemetry(String service, MeterRegistry registry) {
    this.service = service;
    this.registry = registry;
    this.serverCalls = new RpcMeters(registry, "server");
    this.clientCalls = new RpcMeters(registry, "client");
  }

  /// For tests and for the mesh in one process: meters that nobody scrapes, and that cost next to nothing to start.
  public static Telemetry unscraped(String service) {
    return new Telemetry(service, new SimpleMeterRegistry());
  }

  public String service() {
    return service;
  }

  public MeterRegistry meters() {
    return registry;
  }

  /// Calls that this process serves.
  public RpcMeters serverCalls() {
    return serverCalls;
  }

  /// Calls that this process makes.
  public RpcMeters clientCalls() {
    return clientCalls;
  }

  /// The exposition text that `/metrics` serves; empty where nobody scrapes.
  public String scrape() {
    return registry instanceof PrometheusMeterRegistry prometheus ? prometheus.scrape() : "";
  }

  @Override
  public void close() {
    registry.close();
  }
}
