package verimesh.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import verimesh.chassis.problem.Problems;
import verimesh.orchestrator.v1.AnalyzeBatchRequest;
import verimesh.orchestrator.v1.AnalyzeBatchResponse;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;

/// `AnalyzeBatch`: many pictures over one stream.
@Timeout(60)
class BatchTest {
  private final TestMesh mesh = TestMesh.now();

  @AfterEach
  void close() {
    mesh.close();
  }

  @Test
  void everyItemIsAnsweredByItsIdAndOneThatIsRefusedDoesNotEndTheStream() {
    mesh.withMetadata().start();
    var answers = new Answers();
    var sender = stub().analyzeBatch(answers);
    for (int i = 0; i < 100; i++) sender.onNext(item("item-" + i, i % 10 == 3 ? new byte[0] : Says.png(10 + i, 10, i)));
    sender.onCompleted();
    answers.ended.join();
    assertThat(answers.all).hasSize(100);
    Map<String, AnalyzeBatchResponse> byId = answers.all.stream().collect(Collectors.toMap(AnalyzeBatchResponse::getItemId, Function.identity()));
    for (int i = 0; i < 100; i++) {
      AnalyzeBatchResponse answer = byId.get("item-" + i);
      if (i % 10 == 3) {
        assertThat(answer.getError().getCode()).isEqualTo("INVALID_ARGUMENT");
        assertThat(answer.getError().getReason()).isEqualTo("EMPTY_FILE");
        assertThat(answer.getError().getMessage()).isNotEmpty();
        assertThat(answer.getError().hasRetryAfter()).isFalse();
      } else {
        assertThat(answer.getResponse().getImage().getWidth()).isEqualTo(10 + i);
      }
    }
  }

  @Test
  void aFastItemOvertakesASlowOne() throws Exception {
    mesh.withMetadata().start();
    CountDownLatch gate = mesh.inspect.waitsForAGate();
    var answers = new Answers();
    var sender = stub().analyzeBatch(answers);
    sender.onNext(item("slow", Says.png(10, 10, 1)));
    mesh.inspect.awaitAsked(1);
    mesh.inspect.nowAnswers(_ -> Says.stripped());
    sender.onNext(item("fast", Says.png(10, 10, 2)));
    answers.await(1);
    assertThat(answers.all.getFirst().getItemId()).isEqualTo("fast");
    gate.countDown();
    sender.onCompleted();
    answers.ended.join();
    assertThat(answers.all).hasSize(2);
  }

  @Test
  void noMoreItemsAreReadThanAreWorkedOn() throws Exception {
    mesh.set("VERIMESH_ORCHESTRATOR_BATCH_ITEMS_MAX", "3").withMetadata().start();
    CountDownLatch gate = mesh.inspect.waitsForAGate();
    var answers = new Answers();
    var sender = stub().analyzeBatch(answers);
    for (int i = 0; i < 20; i++) sender.onNext(item("item-" + i, Says.png(10, 10, i)));
    mesh.inspect.awaitAsked(3);
    assertThat(mesh.telemetry.meters().get("verimesh.admission.inside").gauge().value()).isEqualTo(3);
    assertThat(mesh.inspect.asked()).hasSize(3);
    gate.countDown();
    sender.onCompleted();
    answers.ended.join();
    assertThat(answers.all).hasSize(20);
  }

  @Test
  void aReaderThatIsSlowHoldsTheSenderUp() throws Exception {
    mesh.set("VERIMESH_ORCHESTRATOR_BATCH_ITEMS_MAX", "2").withMetadata().start();
    var answers = new SlowReader();
    var sender = stub().analyzeBatch(answers);
    for (int i = 0; i < 20; i++) sender.onNext(item("item-" + i, Says.png(10, 10, i)));
    sender.onCompleted();
    answers.stream.request(1);
    answers.await(1);
    // In process, what is not read is not ready: at most the places and those that were answered before it was noticed.
    assertThat(mesh.inspect.asked().size()).isLessThan(20);
    for (int i = 2; i <= 20; i++) {
      answers.stream.request(1);
      answers.await(i);
    }
    answers.stream.request(1);
    answers.ended.join();
  }

  @Test
  void anItemWithoutAnIdEndsTheStream() {
    mesh.withMetadata().start();
    var answers = new Answers();
    var sender = stub().analyzeBatch(answers);
    sender.onNext(item("", Says.png(10, 10, 1)));
    assertThat(answers.ended).failsWithin(java.time.Duration.ofSeconds(30)).withThrowableThat().havingCause().satisfies(thrown -> {
      assertThat(((StatusRuntimeException) thrown).getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(Problems.of(thrown).reason()).isEqualTo("FIELD_INVALID");
    });
  }

  @Test
  void anIdThatIsInWorkAlreadyIsRefusedAlone() throws Exception {
    mesh.withMetadata().start();
    CountDownLatch gate = mesh.inspect.waitsForAGate();
    var answers = new Answers();
    var sender = stub().analyzeBatch(answers);
    sender.onNext(item("one", Says.png(10, 10, 1)));
    mesh.inspect.awaitAsked(1);
    sender.onNext(item("one", Says.png(10, 10, 2)));
    answers.await(1);
    assertThat(answers.all.getFirst().getError().getReason()).isEqualTo("FIELD_INVALID");
    gate.countDown();
    sender.onCompleted();
    answers.ended.join();
    assertThat(answers.all.getLast().hasResponse()).isTrue();
  }

  @Test
  void anEmptyStreamEndsWell() {
    mesh.start();
    var answers = new Answers();
    stub().analyzeBatch(answers).onCompleted();
    answers.ended.join();
    assertThat(answers.all).isEmpty();
  }

  @Test
  void aCallerThatLeavesStopsTheWork() throws Exception {
    mesh.withMetadata().start();
    mesh.inspect.neverAnswers();
    var answers = new SlowReader();
    var sender = stub().analyzeBatch(answers);
    sender.onNext(item("one", Says.png(10, 10, 1)));
    mesh.inspect.awaitAsked(1);
    ((ClientCallStreamObserver<AnalyzeBatchRequest>) sender).cancel("changed my mind", null);
    while (mesh.telemetry.meters().get("verimesh.admission.inside").gauge().value() != 0) Thread.onSpinWait();
  }

  private OrchestratorServiceGrpc.OrchestratorServiceStub stub() {
    return OrchestratorServiceGrpc.newStub(mesh.stub().getChannel());
  }

  private static AnalyzeBatchRequest item(String id, byte[] file) {
    AnalyzeRequest request = Says.request(file).build();
    return AnalyzeBatchRequest.newBuilder().setItemId(id).setRequest(request).build();
  }

  private static class Answers implements StreamObserver<AnalyzeBatchResponse> {
    final List<AnalyzeBatchResponse> all = Collections.synchronizedList(new ArrayList<>());
    final CompletableFuture<Void> ended = new CompletableFuture<>();

    @Override
    public void onNext(AnalyzeBatchResponse answer) {
      synchronized (all) {
        all.add(answer);
        all.notifyAll();
      }
    }

    @Override
    public void onError(Throwable failed) {
      ended.completeExceptionally(failed);
    }

    @Override
    public void onCompleted() {
      ended.complete(null);
    }

    void await(int count) throws InterruptedException {
      synchronized (all) {
        while (all.size() < count) all.wait();
      }
    }
  }

  private static final class SlowReader extends Answers implements ClientResponseObserver<AnalyzeBatchRequest, AnalyzeBatchResponse> {
    private ClientCallStreamObserver<AnalyzeBatchRequest> stream;

    @Override
    public void beforeStart(ClientCallStreamObserver<AnalyzeBatchRequest> stream) {
      this.stream = stream;
      stream.disableAutoRequestWithInitial(0);
    }
  }
}
