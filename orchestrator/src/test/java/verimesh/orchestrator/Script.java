package verimesh.orchestrator;

import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// What one rpc of a fake service does, and what it was asked. A service behind it is a real gRPC server.
final class Script<Q, A> {
  private volatile Function<Q, A> answer;
  private volatile boolean silent;
  private final List<Q> asked = new CopyOnWriteArrayList<>();

  private Script(Function<Q, A> answer) {
    this.answer = answer;
  }

  static <Q, A> Script<Q, A> answers(Function<Q, A> answer) {
    return new Script<>(answer);
  }

  void nowAnswers(Function<Q, A> other) {
    answer = other;
    silent = false;
  }

  /// Takes every question and says nothing.
  void neverAnswers() {
    silent = true;
  }

  void fails(Problem problem) {
    nowAnswers(_ -> {
      throw new ProblemException(problem);
    });
  }

  /// Answers as before, but only once the gate is open.
  CountDownLatch waitsForAGate() {
    var gate = new CountDownLatch(1);
    Function<Q, A> behind = answer;
    nowAnswers(question -> {
      try {
        gate.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
      return behind.apply(question);
    });
    return gate;
  }

  List<Q> asked() {
    return asked;
  }

  /// Waits for the event that it was asked so often.
  void awaitAsked(int times) throws InterruptedException {
    synchronized (asked) {
      while (asked.size() < times) asked.wait();
    }
  }

  void play(Q question, StreamObserver<A> out) {
    // What it does is settled before anybody sees that it was asked.
    boolean saysNothing = silent;
    Function<Q, A> said = answer;
    synchronized (asked) {
      asked.add(question);
      asked.notifyAll();
    }
    if (saysNothing) return;
    out.onNext(said.apply(question));
    out.onCompleted();
  }
}
