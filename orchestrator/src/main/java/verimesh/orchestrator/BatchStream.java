package verimesh.orchestrator;

import com.google.protobuf.Duration;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problem.Violation;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.problem.Problems;
import verimesh.orchestrator.answer.Answers;
import verimesh.orchestrator.v1.AnalyzeBatchRequest;
import verimesh.orchestrator.v1.AnalyzeBatchResponse;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.ItemError;

/// One `AnalyzeBatch` stream. Reads an item only when it has a place to work on it and its caller takes answers, so neither
/// a fast sender nor a slow reader fills our memory.
final class BatchStream {
  private static final Logger LOG = LoggerFactory.getLogger(BatchStream.class);
  private static final int ITEM_ID_CHARACTERS_MAX = 256;

  private final ServerCallStreamObserver<AnalyzeBatchResponse> out;
  private final Function<AnalyzeRequest, AnalyzeResponse> work;
  private final int itemsMax;
  private final Context context = Context.current();

  private final Set<String> inWork = new HashSet<>(); // guarded by this, as everything below and every use of `out`
  private int requestsOwed; // items that may be read as soon as the caller takes answers again
  private boolean senderDone;
  private boolean over;

  /// @param work answers one item, on a virtual thread; throws what the single call would have failed with
  BatchStream(ServerCallStreamObserver<AnalyzeBatchResponse> out, Function<AnalyzeRequest, AnalyzeResponse> work, int itemsMax) {
    this.out = out;
    this.work = work;
    this.itemsMax = itemsMax;
  }

  StreamObserver<AnalyzeBatchRequest> open() {
    out.disableAutoRequest();
    out.setOnReadyHandler(this::readOwed);
    out.setOnCancelHandler(this::end); // items in work see it by their context
    out.request(itemsMax);
    return new StreamObserver<>() {
      @Override
      public void onNext(AnalyzeBatchRequest item) {
        take(item);
      }

      @Override
      public void onError(Throwable cancelled) {
        end();
      }

      @Override
      public void onCompleted() {
        senderDone();
      }
    };
  }

  private void take(AnalyzeBatchRequest item) {
    String id = item.getItemId();
    Optional<Problem> refused;
    synchronized (this) {
      if (over) return;
      if (id.isEmpty() || id.codePointCount(0, id.length()) > ITEM_ID_CHARACTERS_MAX) {
        over = true;
        throw new ProblemException(invalid("An item has no item_id of 1 to " + ITEM_ID_CHARACTERS_MAX + " characters, so its answer could not be told apart."));
      }
      refused = inWork.add(id) ? Optional.empty() : Optional.of(invalid("item_id \"" + id + "\" is in work already; an id is unique within its stream."));
    }
    if (refused.isPresent()) {
      answer(AnalyzeBatchResponse.newBuilder().setItemId(id).setError(error(refused.get())).build(), false);
      return;
    }
    Thread.ofVirtual().start(context.wrap(() -> answer(worked(id, item.getRequest()), true)));
  }

  private AnalyzeBatchResponse worked(String id, AnalyzeRequest request) {
    var response = AnalyzeBatchResponse.newBuilder().setItemId(id);
    try {
      return response.setResponse(work.apply(request)).build();
    } catch (ProblemException refused) {
      return response.setError(error(refused.problem())).build();
    } catch (Throwable bug) { // one item fails, not the stream
      LOG.atError().setMessage("a batch item broke").setCause(bug).log();
      return response.setError(error(Problems.internal())).build();
    }
  }

  private synchronized void answer(AnalyzeBatchResponse response, boolean wasInWork) {
    if (wasInWork) inWork.remove(response.getItemId());
    if (over) return;
    out.onNext(response);
    requestsOwed++;
    readOwed();
    endIfDone();
  }

  private synchronized void readOwed() {
    if (over || senderDone || requestsOwed == 0 || !out.isReady()) return;
    out.request(requestsOwed);
    requestsOwed = 0;
  }

  private synchronized void senderDone() {
    senderDone = true;
    endIfDone();
  }

  private void endIfDone() {
    if (!over && senderDone && inWork.isEmpty()) {
      over = true;
      out.onCompleted();
    }
  }

  private synchronized void end() {
    over = true;
  }

  private static Problem invalid(String message) {
    return new Problem.Invalid("FIELD_INVALID", message, List.of(new Violation("item_id", "must be unique and 1 to " + ITEM_ID_CHARACTERS_MAX + " characters")));
  }

  private static ItemError error(Problem problem) {
    var error = ItemError.newBuilder().setCode(Problems.code(problem).name()).setReason(problem.reason()).setMessage(problem.message());
    retryAfter(problem).ifPresent(error::setRetryAfter);
    return error.build();
  }

  private static Optional<Duration> retryAfter(Problem problem) {
    return switch (problem) {
      case Problem.Overloaded overloaded -> Optional.of(Answers.duration(overloaded.retryAfter()));
      case Problem.Unavailable unavailable -> Optional.of(Answers.duration(unavailable.retryAfter()));
      case Problem.Invalid _, Problem.OverLimit _, Problem.Missing _, Problem.Denied _, Problem.NotSetUp _, Problem.TooLate _, Problem.Internal _ ->
          Optional.empty();
    };
  }
}
