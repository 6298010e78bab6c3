package verimesh.chassis.rpc;

import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import verimesh.chassis.Readiness;

/// The standard health service, answered live: `""` and every gRPC service name stand for readiness, every dependency
/// name for that dependency alone. Once draining, everything is NOT_SERVING.
///
/// Our own rather than `HealthStatusManager`, whose watchers never end and would hold up every drain.
final class HealthEndpoint extends HealthGrpc.HealthImplBase {
  private final Readiness readiness;
  private final Map<String, BooleanSupplier> names;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  HealthEndpoint(Readiness readiness, Map<String, BooleanSupplier> names) {
    this.readiness = readiness;
    this.names = Map.copyOf(names);
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
    Optional<ServingStatus> status = status(request.getService());
    if (status.isEmpty()) {
      answer.onError(Status.NOT_FOUND.withDescription("no such name: " + request.getService()).asRuntimeException());
      return;
    }
    answer.onNext(response(status.get()));
    answer.onCompleted();
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
    var stream = (ServerCallStreamObserver<HealthCheckResponse>) answer;
    var watcher = new Watcher(request.getService(), stream);
    stream.setOnCancelHandler(() -> watchers.remove(watcher));
    watchers.add(watcher);
    watcher.tell();
    if (ended) endWatches(); // it came while the others were sent home
  }

  /// Tells watchers what changed; called about once a second.
  void tellWatchers() {
    watchers.forEach(Watcher::tell);
  }

  /// Sends every watcher a last NOT_SERVING and ends its stream, since an open stream would hold up the drain.
  void endWatches() {
    ended = true;
    for (Iterator<Watcher> each = watchers.iterator(); each.hasNext(); ) {
      Watcher watcher = each.next();
      each.remove();
      watcher.tell();
      watcher.end();
    }
  }

  private Optional<ServingStatus> status(String name) {
    BooleanSupplier works = names.get(name);
    if (works == null) return Optional.empty();
    boolean serving = !readiness.draining() && works.getAsBoolean();
    return Optional.of(serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  private static HealthCheckResponse response(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }

  private final class Watcher {
    private final String name;
    private final ServerCallStreamObserver<HealthCheckResponse> stream;
    private ServingStatus told;
    private boolean over;

    Watcher(String name, ServerCallStreamObserver<HealthCheckResponse> stream) {
      this.name = name;
      this.stream = stream;
    }

    synchronized void tell() {
      ServingStatus now = status(name).orElse(ServingStatus.SERVICE_UNKNOWN);
      if (over || now == told || stream.isCancelled()) return;
      told = now;
      stream.onNext(response(now));
    }

    synchronized void end() {
      if (over || stream.isCancelled()) return;
      over = true;
      stream.onCompleted();
    }
  }
}
