package verimesh.chassis.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import verimesh.chassis.telemetry.Trace;

/// Sends the trace of the call that we work for along with the calls that we make, or begins one.
final class TraceForwarder implements ClientInterceptor {
  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    Trace trace = Trace.current().map(Trace::child).orElseGet(Trace::fresh);
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        headers.discardAll(Trace.HEADER);
        headers.put(Trace.HEADER, trace.traceparent());
        super.start(listener, headers);
      }
    };
  }
}
