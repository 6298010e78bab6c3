package verimesh.cli.index;

import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.RegisterResponse;

/// One stream of registrations, seen from its sender. Sends no faster than hash-svc takes in; each answer is told with
/// what was asked for. One thread sends, another one is told.
final class Registrar<T> implements AutoCloseable {
  /// Requests under way, so that what is in memory is bounded whatever the other side does.
  private static final int WINDOW = 2_048;

  private final ConcurrentLinkedQueue<T> underWay = new ConcurrentLinkedQueue<>();
  private final Semaphore room = new Semaphore(WINDOW);
  private final Semaphore ready = new Semaphore(0);
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile Throwable broken;
  private ClientCallStreamObserver<RegisterRequest> out;

  /// @param answered is told the thing that was registered, and the acknowledgement or the refusal
  Registrar(Channel channel, BiConsumer<T, RegisterResponse> answered) {
    HashServiceGrpc.newStub(channel).registerStream(new ClientResponseObserver<RegisterRequest, RegisterResponse>() {
      @Override
      public void beforeStart(ClientCallStreamObserver<RegisterRequest> call) {
        out = call;
        call.setOnReadyHandler(ready::release);
      }

      @Override
      public void onNext(RegisterResponse answer) {
        answered.accept(underWay.remove(), answer);
        room.release();
      }

      @Override
      public void onError(Throwable thrown) {
        broken = thrown;
        end();
      }

      @Override
      public void onCompleted() {
        end();
      }
    });
  }

  private void end() {
    done.countDown();
    room.release(WINDOW);
    ready.release();
  }

  /// Waits for room.
  /// @return false once the stream is broken: nothing more will be answered
  boolean send(T thing, RegisterRequest request) throws InterruptedException {
    room.acquire();
    while (!out.isReady() && done.getCount() > 0) ready.acquire();
    if (done.getCount() == 0) return false;
    underWay.add(thing);
    out.onNext(request);
    return true;
  }

  /// Waits until everything is answered.
  /// @return what broke the stream, or null
  Throwable finish() throws InterruptedException {
    if (done.getCount() > 0) out.onCompleted();
    done.await();
    return broken;
  }

  @Override
  public void close() {
    if (done.getCount() > 0) out.cancel("the sender gave up", null);
  }
}
