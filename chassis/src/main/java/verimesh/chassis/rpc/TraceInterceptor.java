package verimesh.chassis.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.slf4j.MDC;
import verimesh.chassis.telemetry.Trace;

/// Takes the caller's trace, or begins one, keeps it in the gRPC context, and tells the caller of a failed call under
/// which trace id to look for it; with logs, the trace is in the logging context, too.
final class TraceInterceptor implements ServerInterceptor {
  private final boolean logs;

  /// @param logs false where nothing may start the logging system, as in the mesh in one process
  TraceInterceptor(boolean logs) {
    this.logs = logs;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Trace trace = Trace.of(headers.get(Trace.HEADER));
    Context context = Context.current().withValue(Trace.KEY, trace);
    var telling = new TellingCall<>(call, trace);
    if (!logs) return Contexts.interceptCall(context, telling, headers, next);
    MDC.put(Trace.LOG_KEY, trace.traceId());
    try {
      return new LoggedListener<>(Contexts.interceptCall(context, telling, headers, next), trace.traceId());
    } finally {
      MDC.remove(Trace.LOG_KEY);
    }
  }

  private static final class TellingCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final Trace trace;

    TellingCall(ServerCall<Q, A> call, Trace trace) {
      super(call);
      this.trace = trace;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!status.isOk()) trailers.put(Trace.RESPONSE, trace.child().traceparent());
      super.close(status, trailers);
    }
  }

  private static final class LoggedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final String traceId;

    LoggedListener(ServerCall.Listener<Q> listener, String traceId) {
      super(listener);
      this.traceId = traceId;
    }

    @Override
    public void onMessage(Q message) {
      logged(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      logged(super::onHalfClose);
    }

    @Override
    public void onCancel() {
      logged(super::onCancel);
    }

    @Override
    public void onComplete() {
      logged(super::onComplete);
    }

    @Override
    public void onReady() {
      logged(super::onReady);
    }

    private void logged(Runnable step) {
      MDC.put(Trace.LOG_KEY, traceId);
      try {
        step.run();
      } finally {
        MDC.remove(Trace.LOG_KEY);
      }
    }
  }
}
