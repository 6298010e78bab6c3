package verimesh.orchestrator;

import com.google.protobuf.Timestamp;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problem.Violation;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.rpc.CallerIdentity;
import verimesh.orchestrator.analysis.Analysis;
import verimesh.orchestrator.analysis.Order;
import verimesh.orchestrator.learning.Learning;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;
import verimesh.orchestrator.v1.AnalyzeBatchRequest;
import verimesh.orchestrator.v1.AnalyzeBatchResponse;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.Feedback;
import verimesh.orchestrator.v1.FeedbackLabel;
import verimesh.orchestrator.v1.GetVerdictRequest;
import verimesh.orchestrator.v1.GetVerdictResponse;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc.OrchestratorServiceImplBase;
import verimesh.orchestrator.v1.SubmitFeedbackRequest;
import verimesh.orchestrator.v1.SubmitFeedbackResponse;
import verimesh.orchestrator.v1.Verdict;
import verimesh.orchestrator.verdict.VerdictIds;
import verimesh.orchestrator.verdict.VerdictStore;

/// gRPC in and out of the orchestrator; decides nothing.
final class OrchestratorEndpoint extends OrchestratorServiceImplBase {
  private static final int NOTE_CHARACTERS_MAX = 2000;

  private final Analysis analysis;
  private final Orders orders;
  private final OrchestratorConfig config;
  private final VerdictStore store;
  private final Learning learning;
  private final Time time;

  OrchestratorEndpoint(Analysis analysis, OrchestratorConfig config, VerdictStore store, Learning learning, Time time) {
    this.analysis = analysis;
    this.orders = new Orders(config.analysis());
    this.config = config;
    this.store = store;
    this.learning = learning;
    this.time = time;
  }

  @Override
  public void analyze(AnalyzeRequest request, StreamObserver<AnalyzeResponse> out) {
    out.onNext(analyzed(request, false));
    out.onCompleted();
  }

  @Override
  public StreamObserver<AnalyzeBatchRequest> analyzeBatch(StreamObserver<AnalyzeBatchResponse> out) {
    var stream = new BatchStream((ServerCallStreamObserver<AnalyzeBatchResponse>) out, request -> analyzed(request, true), config.batchItemsMax());
    return stream.open();
  }

  private AnalyzeResponse analyzed(AnalyzeRequest request, boolean batch) {
    Order order = orders.read(request, batch);
    Due whole = Due.in(time, orders.deadline(request, analysis.usualDeadline(order.question().layers())));
    AnalyzeResponse answer = analysis.answer(order, whole);
    learning.fromProof(answer);
    return answer;
  }

  @Override
  public void getVerdict(GetVerdictRequest request, StreamObserver<GetVerdictResponse> out) {
    VerdictStore.Kept kept = find(request.getVerdictId());
    out.onNext(GetVerdictResponse.newBuilder().setVerdict(kept.verdict()).addAllFeedback(kept.feedback()).build());
    out.onCompleted();
  }

  @Override
  public void submitFeedback(SubmitFeedbackRequest request, StreamObserver<SubmitFeedbackResponse> out) {
    CallerIdentity caller = CallerIdentity.current();
    allow(caller);
    check(request);
    VerdictStore.Kept kept = find(request.getVerdictId());
    Feedback feedback =
        Feedback.newBuilder()
            .setLabel(request.getLabel())
            .setNote(request.getNote())
            .setCaller(caller.name())
            .setGivenAt(timestamp(time.now()))
            .build();
    if (!store.add(request.getVerdictId(), feedback)) throw unknown();
    SubmitFeedbackResponse.Builder said =
        SubmitFeedbackResponse.newBuilder().setFeedback(feedback).setDisagrees(disagrees(request.getLabel(), kept.verdict().getVerdict()));
    switch (learning.fromFeedback(kept.verdict(), request.getLabel(), caller.name())) {
      case Learning.Outcome.Learned(String itemId) -> said.setLearnedItemId(itemId);
      case Learning.Outcome.NotLearned(String reason) -> said.setNotLearned(reason);
    }
    out.onNext(said.build());
    out.onCompleted();
  }

  private void allow(CallerIdentity caller) {
    boolean named = config.feedbackCallers().contains(caller.name()) || caller.names().stream().anyMatch(config.feedbackCallers()::contains);
    if (config.feedbackCallers().isEmpty() || caller.sameProcess() || named) return;
    throw new ProblemException(
        new Problem.Denied(
            "CALLER_NOT_ALLOWED",
            "The caller \"" + caller.name() + "\" may not give feedback. An operator can add the name of its certificate to "
                + "VERIMESH_ORCHESTRATOR_FEEDBACK_CALLERS."));
  }

  private static void check(SubmitFeedbackRequest request) {
    List<Violation> wrong = new ArrayList<>();
    if (request.getLabel() == FeedbackLabel.FEEDBACK_LABEL_UNSPECIFIED || request.getLabel() == FeedbackLabel.UNRECOGNIZED) {
      wrong.add(new Violation("label", "must be AI, REAL or UNSURE"));
    }
    if (request.getNote().codePointCount(0, request.getNote().length()) > NOTE_CHARACTERS_MAX) {
      wrong.add(new Violation("note", "is longer than " + NOTE_CHARACTERS_MAX + " characters"));
    }
    if (!wrong.isEmpty()) throw invalid(wrong);
  }

  private VerdictStore.Kept find(String verdictId) {
    if (!VerdictIds.isId(verdictId)) {
      throw invalid(List.of(new Violation("verdict_id", "must be the 26 characters that an answer's verdict_id holds")));
    }
    return store.find(verdictId).orElseThrow(OrchestratorEndpoint::unknown);
  }

  private static boolean disagrees(FeedbackLabel label, Verdict verdict) {
    return label == FeedbackLabel.FEEDBACK_LABEL_AI && verdict == Verdict.VERDICT_LIKELY_REAL
        || label == FeedbackLabel.FEEDBACK_LABEL_REAL && verdict == Verdict.VERDICT_AI_GENERATED;
  }

  private static ProblemException unknown() {
    return new ProblemException(
        new Problem.Missing("VERDICT_UNKNOWN", "No verdict has this id, or it is no longer kept (VERIMESH_ORCHESTRATOR_STORE_TIME)."));
  }

  private static ProblemException invalid(List<Violation> wrong) {
    Violation first = wrong.getFirst();
    return new ProblemException(new Problem.Invalid("FIELD_INVALID", "The request is wrong: " + first.field() + " " + first.description() + ".", wrong));
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
  }
}
