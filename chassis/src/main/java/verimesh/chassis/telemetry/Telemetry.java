package verimesh.chassis.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.function.Supplier;
import verimesh.chassis.Resources;

/// A service's meters. Names are `verimesh.*` in Micrometer's spelling (`verimesh.verdicts` is scraped as
/// `verimesh_verdicts_total`), base units, documented in docs/METRICS.md.
///
/// Thread-safe.
public final class Telemetry implements AutoCloseable {
  private final String service;
  private final MeterRegistry meters;
  private final Supplier<String> exposition;
  private final Resources resources;
  private final RpcMeters serverCalls;
  private final RpcMeters clientCalls;

  /// Meters for `/metrics`, and the JVM's own beside ours (`jvm_*`, `process_*`, `system_*`).
  public Telemetry(String service) {
    this(service, new Resources());
  }

  private Telemetry(String service, Resources resources) {
    this(service, resources, resources.add(new ScrapedMeters()));
  }

  private Telemetry(String service, Resources resources, ScrapedMeters scraped) {
    this(service, resources, scraped.registry(), scraped::text);
  }

  private Telemetry(String service, Resources resources, MeterRegistry meters, Supplier<String> exposition) {
    this.service = service;
    this.resources = resources;
    this.meters = meters;
    this.exposition = exposition;
    this.serverCalls = new RpcMeters(meters, "server");
    this.clientCalls = new RpcMeters(meters, "client");
  }

  /// For tests and for the mesh in one process: meters that nobody scrapes, and that cost little to start.
  public static Telemetry unscraped(String service) {
    var resources = new Resources();
    var meters = new SimpleMeterRegistry();
    resources.add(meters::close);
    return new Telemetry(service, resources, meters, () -> "");
  }

  public String service() {
    return service;
  }

  public MeterRegistry meters() {
    return meters;
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
    return exposition.get();
  }

  @Override
  public void close() {
    resources.close();
  }
}
