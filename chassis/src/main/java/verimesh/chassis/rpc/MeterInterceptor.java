package verimesh.chassis.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import verimesh.chassis.telemetry.RpcMeters;

/// Measures calls on either side of the wire; see [RpcMeters] for what. A retried call counts once for its client and
/// once an attempt for its servers.
final class MeterInterceptor {
  private MeterInterceptor() {}

  static ServerInterceptor server(RpcMeters meters) {
    return new Server(meters);
  }

  static ClientInterceptor client(RpcMeters meters) {
    return new Client(meters);
  }

  private record Server(RpcMeters meters) implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      RpcMeters.Call measured = meters.begin(call.getMethodDescriptor());
      var listener = next.startCall(new SimpleForwardingServerCall<>(call) {
        @Override
        public void close(Status status, Metadata trailers) {
          measured.end(status.getCode());
          super.close(status, trailers);
        }
      }, headers);
      return new SimpleForwardingServerCallListener<>(listener) {
        @Override
        public void onCancel() { // the caller left, or its deadline passed
          measured.end(Status.Code.CANCELLED);
          super.onCancel();
        }
      };
    }
  }

  private record Client(RpcMeters meters) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
          RpcMeters.Call measured = meters.begin(method);
          super.start(new SimpleForwardingClientCallListener<>(listener) {
            @Override
            public void onClose(Status status, Metadata trailers) {
              measured.end(status.getCode());
              super.onClose(status, trailers);
            }
          }, headers);
        }
      };
    }
  }
}
