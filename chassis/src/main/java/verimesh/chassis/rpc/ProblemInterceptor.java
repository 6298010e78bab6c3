package verimesh.chassis.rpc;

import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.function.BiConsumer;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.problem.Problems;

/// Turns what an endpoint throws, or hands to `onError`, into one status: a [ProblemException] into its own, anything
/// else into INTERNAL that tells nothing of the inside.
final class ProblemInterceptor implements ServerInterceptor {
  private final BiConsumer<String, Throwable> bugs;

  /// @param bugs is told the rpc and the exception that nobody expected
  ProblemInterceptor(BiConsumer<String, Throwable> bugs) {
    this.bugs = bugs;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var guarded = new GuardedCall<>(call);
    try {
      return new GuardedListener<>(next.startCall(guarded, headers), guarded);
    } catch (Throwable thrown) {
      guarded.fail(thrown);
      return new ServerCall.Listener<>() {};
    }
  }

  private final class GuardedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private boolean closed; // a call's methods are called by one thread at a time
    private boolean failed;

    GuardedCall(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      // `onError(ProblemException)` arrives here as UNKNOWN, for the stub knows status exceptions alone.
      if (status.getCode() == Status.Code.UNKNOWN && status.getCause() != null) {
        fail(status.getCause());
        return;
      }
      closed = true;
      super.close(status, trailers);
    }

    void fail(Throwable thrown) {
      if (closed) { // the caller has its answer already; what comes after a failure follows from it
        if (!failed && !(thrown instanceof StatusRuntimeException)) report(thrown);
        return;
      }
      closed = true;
      failed = true;
      StatusRuntimeException answer = answer(thrown);
      try {
        super.close(answer.getStatus().withCause(thrown), answer.getTrailers());
      } catch (IllegalStateException cancelled) {
        // The caller left first; nobody waits for this answer.
      }
    }

    /// Work that breaks off because its caller is gone, or its time is up, is no bug.
    private void report(Throwable thrown) {
      if (!Context.current().isCancelled()) bugs.accept(getMethodDescriptor().getFullMethodName(), thrown);
    }

    private StatusRuntimeException answer(Throwable thrown) {
      if (thrown instanceof ProblemException ours) return Problems.toException(ours.problem());
      if (thrown instanceof StatusRuntimeException || thrown instanceof StatusException) {
        // A downstream call that the endpoint did not catch. Our own services' words are meant for callers; of
        // anybody else's only the kind is passed on.
        Problem problem = Problems.of(thrown);
        if (Problems.isOurs(thrown)) return Problems.toException(problem);
        if (problem instanceof Problem.TooLate) {
          return Problems.toException(
              new Problem.TooLate(problem.reason(), "A service that this one needs did not answer in time."));
        }
        if (problem instanceof Problem.Unavailable away) {
          return Problems.toException(new Problem.Unavailable(
              "DEPENDENCY_UNREACHABLE", "A service that this one needs cannot be reached.", away.retryAfter()));
        }
      }
      report(thrown);
      return Problems.toException(Problems.internal());
    }
  }

  private static final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final GuardedCall<?, ?> call;

    GuardedListener(ServerCall.Listener<Q> listener, GuardedCall<?, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guard(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guard(super::onHalfClose);
    }

    @Override
    public void onReady() {
      guard(super::onReady);
    }

    private void guard(Runnable step) {
      try {
        step.run();
      } catch (Throwable thrown) { // also a StackOverflowError from a hostile file: one call fails, not the service
        call.fail(thrown);
      }
    }
  }
}
