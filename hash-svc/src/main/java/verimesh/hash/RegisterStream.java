package verimesh.hash;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.hash.bank.Banks;
import verimesh.hash.bank.Item;
import verimesh.hash.caller.Caller;
import verimesh.hash.caller.RegistrationRate;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.RegisterResponse;

/// One stream of registrations. Takes groups of whatever has come, writes each group at once, and answers in the order
/// of the requests; while one group is being synced the next one is taken in. A sender that is faster than the disk, or
/// than its rate, is slowed down by flow control; what is in memory is bounded by [#WINDOW].
final class RegisterStream implements StreamObserver<RegisterRequest> {
  /// Requests that may be on their way at once.
  private static final int WINDOW = 1_024;
  /// Items that share one line of the audit log.
  private static final int GROUP_MAX = 256;

  private sealed interface Event {
    record Request(RegisterRequest request) implements Event {}

    record End() implements Event {}
  }

  /// Answers of one group, some of which are known only once it is written.
  ///
  /// @param refused one a request; null where it is among the items
  private record Group(List<RegisterResponse> refused, List<Item> items, CompletableFuture<List<Banks.Registered>> written) {}

  private final Caller caller;
  private final PacedStream<RegisterResponse> paced;
  private final ServerCallStreamObserver<RegisterResponse> out;
  private final RegistrationRate rate;
  private final int groupMax;
  private final Banks banks;
  private final BiFunction<Caller, RegisterRequest, Item> check;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(); // bounded by the window that flow control grants
  private volatile boolean cancelled;

  RegisterStream(Caller caller, ServerCallStreamObserver<RegisterResponse> out, RegistrationRate rate, Banks banks,
      BiFunction<Caller, RegisterRequest, Item> check) {
    this.caller = caller;
    this.out = out;
    this.paced = new PacedStream<>(out, () -> {
      cancelled = true;
      events.add(new Event.End());
    });
    this.rate = rate;
    this.groupMax = Math.min(GROUP_MAX, rate.burst()); // a larger group would cost less than its items do
    this.banks = banks;
    this.check = check;
  }

  /// Call while the call is being set up, before any message can come.
  void start() {
    out.disableAutoRequest();
    out.request(WINDOW);
    Thread.ofVirtual().name("hash-register-stream").start(this::work);
  }

  @Override
  public void onNext(RegisterRequest request) {
    events.add(new Event.Request(request));
  }

  @Override
  public void onError(Throwable broken) {
    cancelled = true;
    events.add(new Event.End());
  }

  @Override
  public void onCompleted() {
    events.add(new Event.End());
  }

  private void work() {
    Group before = null;
    List<Event> taken = new ArrayList<>();
    try {
      boolean more = true;
      while (more && !cancelled) {
        taken.clear();
        Event first = before == null ? events.take() : events.poll();
        if (first == null) { // nothing to take in meanwhile: answer what is being written
          answer(before);
          before = null;
          continue;
        }
        taken.add(first);
        events.drainTo(taken, groupMax - 1);
        List<RegisterRequest> requests = new ArrayList<>();
        for (Event event : taken) {
          switch (event) {
            case Event.Request request -> requests.add(request.request());
            case Event.End _ -> more = false;
          }
        }
        for (List<RegisterRequest> sameBank : byBank(requests)) {
          Group group = write(sameBank);
          if (before != null) answer(before);
          before = group;
        }
      }
      if (before != null) answer(before);
      if (!cancelled) out.onCompleted();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!cancelled) out.onError(e);
    }
  }

  /// Runs of requests for one bank, in order.
  private static List<List<RegisterRequest>> byBank(List<RegisterRequest> requests) {
    List<List<RegisterRequest>> runs = new ArrayList<>();
    for (RegisterRequest request : requests) {
      if (runs.isEmpty() || !runs.getLast().getFirst().getBank().equals(request.getBank())) runs.add(new ArrayList<>());
      runs.getLast().add(request);
    }
    return runs;
  }

  private Group write(List<RegisterRequest> requests) throws InterruptedException {
    for (Duration wait = rate.take(caller, requests.size()); !wait.isZero(); wait = rate.take(caller, requests.size())) {
      Thread.sleep(wait); // the rate is a rule about time, so here time is what is waited for
      if (cancelled) return new Group(List.of(), List.of(), CompletableFuture.completedFuture(List.of()));
    }
    List<RegisterResponse> refused = new ArrayList<>();
    List<Item> items = new ArrayList<>();
    for (RegisterRequest request : requests) {
      try {
        items.add(check.apply(caller, request));
        refused.add(null); // answered once it is written
      } catch (ProblemException e) {
        refused.add(refusal(e));
      }
    }
    return new Group(refused, items, items.isEmpty() ? CompletableFuture.completedFuture(List.of()) : banks.register(caller.name(), items));
  }

  private static RegisterResponse refusal(ProblemException e) {
    return RegisterResponse.newBuilder().setErrorReason(e.problem().reason()).setErrorMessage(e.problem().message()).build();
  }

  private void answer(Group group) {
    Iterator<RegisterResponse> written = written(group).iterator();
    for (RegisterResponse refused : group.refused()) paced.send(refused != null ? refused : written.next());
    out.request(group.refused().size());
  }

  /// One answer an item.
  private List<RegisterResponse> written(Group group) {
    try {
      return HashEndpoint.await(group.written()).stream().map(HashEndpoint::acknowledgement).toList();
    } catch (ProblemException e) {
      if (!(e.problem() instanceof Problem.Invalid)) throw e;
      // Two items that do not go together, such as the first two vectors of a space, of different dimensions. Nothing of the
      // group was written, so each is tried by itself, and only the one that does not fit is refused.
      return group.items().stream().map(this::alone).toList();
    }
  }

  private RegisterResponse alone(Item item) {
    try {
      return HashEndpoint.acknowledgement(HashEndpoint.await(banks.register(caller.name(), List.of(item))).getFirst());
    } catch (ProblemException e) {
      if (!(e.problem() instanceof Problem.Invalid)) throw e;
      return refusal(e);
    }
  }
}
