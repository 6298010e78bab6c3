package verimesh.hash;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Semaphore;

/// Answers of a stream, sent no faster than the caller reads them.
final class PacedStream<T> {
  private final ServerCallStreamObserver<T> out;
  private final Semaphore changed = new Semaphore(0);

  /// Make it while the call is being set up.
  /// @param cancelled is told when the caller goes away
  PacedStream(ServerCallStreamObserver<T> out, Runnable cancelled) {
    this.out = out;
    out.setOnReadyHandler(changed::release);
    out.setOnCancelHandler(() -> {
      changed.release();
      cancelled.run();
    });
  }

  /// Waits until the caller has room. Does nothing once the caller is gone. Never on the thread that gRPC calls the
  /// endpoint on: that one brings the news of room.
  void send(T message) {
    while (!out.isReady() && !out.isCancelled()) {
      changed.acquireUninterruptibly();
      changed.drainPermits();
    }
    if (!out.isCancelled()) out.onNext(message);
  }
}
