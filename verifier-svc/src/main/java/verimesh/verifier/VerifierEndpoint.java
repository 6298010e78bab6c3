package verimesh.verifier;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.common.v1.Language;
import verimesh.common.v1.Priority;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.clue.ClueIndex;
import verimesh.verifier.clue.ClueVectors;
import verimesh.verifier.examine.Examination.Finding;
import verimesh.verifier.examine.Examiner;
import verimesh.verifier.examine.Model;
import verimesh.verifier.examine.Task;
import verimesh.verifier.lmm.BackendProblem;
import verimesh.verifier.picture.PictureMaker;
import verimesh.verifier.v1.ClueFinding;
import verimesh.verifier.v1.Examination;
import verimesh.verifier.v1.ExamineRequest;
import verimesh.verifier.v1.ExamineResponse;
import verimesh.verifier.v1.GetBackendsRequest;
import verimesh.verifier.v1.GetBackendsResponse;
import verimesh.verifier.v1.ListCluesRequest;
import verimesh.verifier.v1.ListCluesResponse;
import verimesh.verifier.v1.Presence;
import verimesh.verifier.v1.ReExamineRequest;
import verimesh.verifier.v1.ReExamineResponse;
import verimesh.verifier.v1.Region;
import verimesh.verifier.v1.RetrieveCluesRequest;
import verimesh.verifier.v1.RetrieveCluesResponse;
import verimesh.verifier.v1.RetrievedClue;
import verimesh.verifier.v1.VerifierServiceGrpc.VerifierServiceImplBase;

/// gRPC in and out of verifier-svc; decides nothing. Every way to get no examination becomes one code of the contract.
final class VerifierEndpoint extends VerifierServiceImplBase {
  private static final int CLUES_MAX = 32;

  private final VerifierConfig config;
  private final ClueBase clues;
  private final List<Model> models;
  private final Optional<Examiner> examiner;
  private final Optional<ClueVectors> vectors;
  private final PictureMaker pictures;
  private final InstantSource clock;

  VerifierEndpoint(
      VerifierConfig config, List<Model> models, Optional<Examiner> examiner, Optional<ClueVectors> vectors, PictureMaker pictures,
      InstantSource clock) {
    this.config = config;
    this.clues = config.clues();
    this.models = List.copyOf(models);
    this.examiner = examiner;
    this.vectors = vectors;
    this.pictures = pictures;
    this.clock = clock;
  }

  @Override
  public void getBackends(GetBackendsRequest request, StreamObserver<GetBackendsResponse> out) {
    var response = GetBackendsResponse.newBuilder();
    Set<String> prompts = new LinkedHashSet<>();
    for (Model model : models) {
      response.addBackends(
          verimesh.verifier.v1.Backend.newBuilder()
              .setName(model.name())
              .setModel(model.model())
              .setKind(model.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .setWeight(model.weight())
              .setCircuitOpen(model.circuitOpen()));
      prompts.add(model.promptVersion(false));
      prompts.add(model.promptVersion(true));
    }
    answer(out, response.addAllPromptVersions(prompts).build());
  }

  @Override
  public void examine(ExamineRequest request, StreamObserver<ExamineResponse> out) {
    Examiner asked = examinerOrRefuse();
    Examination examination = whileWanted(
        () -> examined(asked, request.getImage(), List.of(), request.getLanguage(), request.getPriority()));
    answer(out, ExamineResponse.newBuilder().setExamination(examination).build());
  }

  @Override
  public void reExamine(ReExamineRequest request, StreamObserver<ReExamineResponse> out) {
    Examiner asked = examinerOrRefuse();
    if (request.getCluesCount() == 0 || request.getCluesCount() > CLUES_MAX) {
      throw invalid("clues has " + request.getCluesCount() + " entries; expected 1 to " + CLUES_MAX + ".");
    }
    // By id alone: a caller's wording never reaches a model.
    Set<Clue> checklist = new LinkedHashSet<>();
    for (RetrievedClue retrieved : request.getCluesList()) {
      String id = retrieved.getClue().getClueId();
      checklist.add(clues.find(id).orElseThrow(() -> invalid("There is no clue \"" + id + "\"; ListClues says which there are.")));
    }
    Examination examination = whileWanted(
        () -> examined(asked, request.getImage(), List.copyOf(checklist), request.getLanguage(), request.getPriority()));
    answer(out, ReExamineResponse.newBuilder().setExamination(examination).build());
  }

  private Examination examined(Examiner asked, ByteString image, List<Clue> checklist, Language language, Priority priority) {
    Instant until = until();
    var task = new Task(pictures.make(file(image), until), checklist, korean(language), priority != Priority.PRIORITY_BATCH, until);
    return examination(asked.examine(task));
  }

  /// Runs it on this thread until it is done or its caller is gone: a model that nobody listens to costs money all the same.
  private static <T> T whileWanted(Supplier<T> work) {
    Thread worker = Thread.currentThread();
    var done = new Object() {
      private boolean is;

      synchronized void cancel() {
        if (!is) worker.interrupt();
      }

      synchronized void end() {
        is = true;
        Thread.interrupted(); // meant for the work, not for whoever answers
      }
    };
    Context.CancellationListener listener = _ -> done.cancel();
    Context.current().addListener(listener, Runnable::run);
    try {
      return work.get();
    } finally {
      Context.current().removeListener(listener);
      done.end();
    }
  }

  @Override
  public void retrieveClues(RetrieveCluesRequest request, StreamObserver<RetrieveCluesResponse> out) {
    ClueVectors known = vectors.orElseThrow(() -> new ProblemException(new Problem.NotSetUp(
        "NO_CLIP", "Clues are found by CLIP vectors of their texts. Name embedding-svc in VERIMESH_VERIFIER_EMBEDDING_TARGET.")));
    int limit = request.getLimit() == 0 ? 8 : request.getLimit();
    if (limit > CLUES_MAX) throw invalid("limit is " + limit + "; expected 1 to " + CLUES_MAX + ".");
    ClueIndex index = known.in(request.getEmbeddingSpace(), until());
    if (!index.embeddingSpace().equals(request.getEmbeddingSpace()) || index.dimension() != request.getClipVectorCount()) {
      throw new ProblemException(new Problem.Invalid(
          "MODEL_MISMATCH",
          "The vector has " + request.getClipVectorCount() + " numbers in space \"" + request.getEmbeddingSpace() + "\"; the clues lie in \""
              + index.embeddingSpace() + "\" with " + index.dimension() + ". Embed the picture with that model."));
    }
    float[] picture = new float[index.dimension()];
    for (int i = 0; i < picture.length; i++) picture[i] = request.getClipVector(i);
    var response = RetrieveCluesResponse.newBuilder();
    for (ClueIndex.Hit hit : index.nearest(picture, limit, config.clueCosineFloor())) {
      response.addClues(RetrievedClue.newBuilder().setClue(clue(hit.clue(), korean(request.getLanguage()))).setCosine(hit.cosine()));
    }
    answer(out, response.build());
  }

  @Override
  public void listClues(ListCluesRequest request, StreamObserver<ListCluesResponse> out) {
    boolean korean = korean(request.getLanguage());
    String category = request.getCategory().toLowerCase(Locale.ROOT);
    if (!category.isEmpty() && !clues.categories().contains(category)) {
      throw invalid("There is no clue category \"" + request.getCategory() + "\"; there are " + String.join(", ", clues.categories()) + ".");
    }
    var response = ListCluesResponse.newBuilder();
    for (Clue clue : clues.clues()) {
      if (category.isEmpty() || clue.category().equals(category)) response.addClues(clue(clue, korean));
    }
    answer(out, response.build());
  }

  private Examiner examinerOrRefuse() {
    return examiner.orElseThrow(() -> new ProblemException(new Problem.NotSetUp(
        "NO_BACKEND", "No large multimodal model is configured. Name one in VERIMESH_VERIFIER_BACKENDS.")));
  }

  private byte[] file(ByteString image) {
    if (image.isEmpty()) throw new ProblemException(new Problem.Invalid("EMPTY_FILE", "The file is empty. Send the picture's bytes."));
    if (image.size() > config.fileBytesMax()) {
      throw new ProblemException(new Problem.OverLimit(
          "FILE_TOO_LARGE", "The file has " + image.size() + " bytes; up to " + config.fileBytesMax() + " are taken."));
    }
    return image.toByteArray();
  }

  /// When the caller has no use for an answer any more.
  private Instant until() {
    Instant latest = clock.instant().plus(config.callTime());
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null) return latest;
    Instant asked = clock.instant().plus(Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    return asked.isBefore(latest) ? asked : latest;
  }

  private static Examination examination(Examiner.Outcome outcome) {
    return switch (outcome) {
      case Examiner.Outcome.NotExamined(var problem) -> throw new ProblemException(problem(problem));
      case Examiner.Outcome.Examined(var e) -> {
        var message = Examination.newBuilder()
            .setFake(e.fake())
            .setConfidence(e.confidence())
            .setProbabilityAi(e.probabilityAi())
            .addAllObservations(e.observations())
            .setReliability(e.reliability())
            .addAllFlags(e.flags())
            .setModel(e.model())
            .setPromptVersion(e.promptVersion())
            .setFromCache(e.fromCache());
        e.findings().forEach(finding -> message.addFindings(finding(finding)));
        yield message.build();
      }
    };
  }

  private static ClueFinding finding(Finding finding) {
    var message = ClueFinding.newBuilder()
        .setClueId(finding.clueId())
        .setPresence(switch (finding.presence()) {
          case PRESENT -> Presence.PRESENCE_PRESENT;
          case ABSENT -> Presence.PRESENCE_ABSENT;
          case UNCLEAR -> Presence.PRESENCE_UNCLEAR;
        })
        .setNote(finding.note());
    finding.region().ifPresent(r -> message.setRegion(
        Region.newBuilder().setLeft(r.left()).setTop(r.top()).setRight(r.right()).setBottom(r.bottom())));
    finding.clipAgreement().ifPresent(message::setClipAgreement);
    return message.build();
  }

  private static Problem problem(BackendProblem problem) {
    return switch (problem) {
      case BackendProblem.Unreachable(String d) -> new Problem.Unavailable("BACKEND_UNREACHABLE", "The model cannot be reached: " + d + ".", Duration.ofSeconds(2));
      case BackendProblem.CircuitOpen(String d, Duration wait) -> new Problem.Unavailable("CIRCUIT_OPEN", "The model is left alone for a while: " + d + ".", wait);
      case BackendProblem.TooSlow(String d) -> new Problem.TooLate("BACKEND_TOO_SLOW", "The model did not answer in time: " + d + ".");
      case BackendProblem.RateLimited(String d, Duration wait) -> new Problem.Overloaded("BACKEND_RATE_LIMIT", "The model's endpoint asks to come later: " + d + ".", wait);
      case BackendProblem.Busy(String d, Duration wait) -> new Problem.Overloaded("CONCURRENCY_LIMIT", "The model is busy: " + d + ".", wait);
      case BackendProblem.BudgetSpent(String d, Duration wait) -> new Problem.Overloaded("BUDGET_SPENT", "The budget does not allow a call now: " + d + ".", wait);
      case BackendProblem.Refused(String d) -> new Problem.Internal("BACKEND_REFUSED", "The model's endpoint refused the question (" + d + "); check its key, model name and picture limits.");
      case BackendProblem.NotConfigured(String d) -> new Problem.NotSetUp("NO_CLIP", d + ". Name a model in VERIMESH_EMBEDDING_CLIP.");
      case BackendProblem.Malformed(String d) -> new Problem.Internal("ANSWER_MALFORMED", "The model's answer could not be used, also after one repair: " + d);
    };
  }

  private static verimesh.verifier.v1.Clue clue(Clue clue, boolean korean) {
    Clue.Words words = korean ? clue.korean() : clue.english();
    return verimesh.verifier.v1.Clue.newBuilder()
        .setClueId(clue.id())
        .setCategory(clue.category())
        .setText(words.text())
        .setLookAt(words.lookAt())
        .setNaturalExplanation(words.naturalExplanation())
        .build();
  }

  private static boolean korean(Language language) {
    return language == Language.LANGUAGE_KO;
  }

  private static ProblemException invalid(String message) {
    return new ProblemException(new Problem.Invalid("FIELD_INVALID", message));
  }

  private static <T> void answer(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }
}
