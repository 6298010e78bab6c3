package verimesh.chassis.telemetry;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Rate, errors and duration of every rpc, on one side of the wire: `verimesh_rpc_<side>_calls_total{method,code}`,
/// `verimesh_rpc_<side>_latency_seconds{method}` and `verimesh_rpc_<side>_in_flight{method}`.
/// `method` is `<package>.<Service>/<Rpc>`; only methods that somebody serves or calls appear, so they are few.
///
/// Thread-safe. There is one a side and process, [Telemetry#serverCalls] and [Telemetry#clientCalls], which all servers
/// and channels share.
public final class RpcMeters {
  // From a cached answer to an LMM's patience. Buckets are fixed, so that replicas add up.
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1), Duration.ofNanos(2_500_000), Duration.ofMillis(5),
    Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
    Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
    Duration.ofSeconds(1), Duration.ofMillis(2_500), Duration.ofSeconds(5),
    Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60)
  };

  private final MeterRegistry registry;
  private final String prefix;
  private final ConcurrentMap<String, Method> methods = new ConcurrentHashMap<>();

  /// @param side `server` or `client`
  RpcMeters(MeterRegistry registry, String side) {
    this.registry = registry;
    this.prefix = "verimesh.rpc." + side;
  }

  /// To be ended by [Call#end], whatever becomes of it.
  public Call begin(MethodDescriptor<?, ?> descriptor) {
    return new Call(methods.computeIfAbsent(descriptor.getFullMethodName(), Method::new));
  }

  /// One call; ended once, whatever is said later.
  public static final class Call {
    private final Method method;
    private final long beganNanos = System.nanoTime();
    private boolean ended;

    private Call(Method method) {
      this.method = method;
      method.inFlight.incrementAndGet();
    }

    public synchronized void end(Status.Code code) {
      if (ended) return;
      ended = true;
      method.inFlight.decrementAndGet();
      method.latency.record(Duration.ofNanos(System.nanoTime() - beganNanos));
      method.calls(code).increment();
    }
  }

  private final class Method {
    private final String name;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Timer latency;
    private final ConcurrentMap<Status.Code, Counter> calls = new ConcurrentHashMap<>();

    Method(String name) {
      this.name = name;
      this.latency = Timer.builder(prefix + ".latency")
          .description("From the call's begin to its status")
          .tag("method", name)
          .serviceLevelObjectives(BUCKETS)
          .register(registry);
      Gauge.builder(prefix + ".in.flight", inFlight, AtomicInteger::get)
          .description("Calls that have no status yet")
          .tag("method", name)
          .register(registry);
    }

    Counter calls(Status.Code code) {
      return calls.computeIfAbsent(code, c -> Counter.builder(prefix + ".calls")
          .description("Calls that ended, by their status")
          .tag("method", name)
          .tag("code", c.name())
          .register(registry));
    }
  }
}
