package verimesh.orchestrator.witness;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;

/// One unary call that ends as a [LayerOutcome], whatever happens.
final class Rpc {
  /// What arrives completes a future and nothing else, so it may run on the transport's own thread.
  private static final CallOptions OPTIONS = CallOptions.DEFAULT.withExecutor(Runnable::run);

  private Rpc() {}

  /// Asks. The call is cancelled when the moment has come or the gRPC context ends. What hangs on the answer runs on the
  /// transport's thread, so it must not block; whoever has more to do waits on a virtual thread.
  static <Q, A> CompletableFuture<LayerOutcome<A>> ask(Channel channel, MethodDescriptor<Q, A> method, Q question, Due due) {
    Duration share = due.left();
    if (!share.isPositive()) return CompletableFuture.completedFuture(new LayerOutcome.TimedOut<>(Duration.ZERO));
    ClientCall<Q, A> call = channel.newCall(method, OPTIONS.withDeadlineAfter(share.toNanos(), TimeUnit.NANOSECONDS));
    var reply = new Reply<A>(due.time(), share);
    // Set before anything is sent, so that no answer and no silence goes unwatched.
    reply.alarm = due.time().after(share, () -> {
      if (reply.outcome.complete(new LayerOutcome.TimedOut<>(share))) call.cancel("no answer within its share", null);
    });
    call.start(reply, new Metadata());
    call.request(2); // a second answer would be an error, and is asked for to be seen
    call.sendMessage(question);
    call.halfClose();
    return reply.outcome;
  }

  /// Whether what was heard over this channel may still be believed: no longer once its connection is gone.
  static BooleanSupplier reachable(Channel channel) {
    return channel instanceof ManagedChannel managed ? () -> managed.getState(false) == ConnectivityState.READY : () -> true;
  }

  /// The answer put into our words. What is out of range there is a failure of that service, never ours.
  static <A, B> LayerOutcome<B> read(LayerOutcome<A> outcome, Function<A, B> reading) {
    try {
      return outcome.map(reading);
    } catch (IllegalArgumentException nonsense) {
      return new LayerOutcome.Failed<>(new Problem.Internal("ANSWER_OUT_OF_RANGE", "The service answered nonsense: " + nonsense.getMessage() + "."));
    }
  }

  private static final class Reply<A> extends ClientCall.Listener<A> {
    private final CompletableFuture<LayerOutcome<A>> outcome = new CompletableFuture<>();
    private final Time time;
    private final long begun;
    private final Duration share;
    private volatile Time.Alarm alarm;
    private A message;

    Reply(Time time, Duration share) {
      this.time = time;
      this.begun = time.nanos();
      this.share = share;
    }

    @Override
    public void onMessage(A answer) {
      message = answer;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      alarm.callOff();
      outcome.complete(end(status, trailers));
    }

    private LayerOutcome<A> end(Status status, Metadata trailers) {
      if (status.isOk()) {
        return message == null
            ? new LayerOutcome.Failed<>(new Problem.Internal("NO_ANSWER", "The service ended the call without an answer."))
            : new LayerOutcome.Answered<>(message, Duration.ofNanos(time.nanos() - begun));
      }
      Problem problem = Problems.of(status.asRuntimeException(trailers));
      return switch (problem) {
        case Problem.TooLate _ -> new LayerOutcome.TimedOut<>(share);
        case Problem.NotSetUp(String reason, _) -> new LayerOutcome.NotConfigured<>(reason);
        case Problem.Invalid _, Problem.OverLimit _, Problem.Overloaded _, Problem.Missing _, Problem.Denied _, Problem.Unavailable _, Problem.Internal _ ->
            new LayerOutcome.Failed<>(problem);
      };
    }
  }
}
