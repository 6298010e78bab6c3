package verimesh.chassis.telemetry;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// A service's meters. Names are `verimesh.*` in Micrometer's spelling (`verimesh.verdicts` is scraped as
/// `verimesh_verdicts_total`), base units, documented in docs/METRICS.md.
public final class Telemetry implements AutoCloseable {
  private final PrometheusMeterRegistry registry;
  private final String service;

  public Telemetry(String service) {
    this.service = service;
    this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM);
  }

  /// For tests and for the mesh in one process: meters that nobody scrapes.
  public static Telemetry unscraped(String service) {
    return new Telemetry(service);
  }

  public String service() {
    return service;
  }

  public MeterRegistry meters() {
    return registry;
  }

  /// The exposition text that `/metrics` serves.
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
