package verimesh.verifier;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.common.v1.Language;
import verimesh.verifier.clue.Clue;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.clue.ClueIndex;
import verimesh.verifier.clue.ClueVectors;
import verimesh.verifier.examine.Examination.Finding;
import verimesh.verifier.examine.Examiner;
import verimesh.verifier.lmm.Backend;
import verimesh.verifier.lmm.BackendProblem;
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

  private final ClueBase clues;
  private final List<Backend> backends;
  private final Optional<Examiner> examiner;
  private final Optional<ClueVectors> vectors;
  private final VerifierConfig config;
  private final InstantSource clock;

  VerifierEndpoint(
      ClueBase clues, List<Backend> backends, Optional<Examiner> examiner, Optional<ClueVectors> vectors, VerifierConfig config,
      InstantSource clock) {
    this.clues = clues;
    this.backends = List.copyOf(backends);
    this.examiner = examiner;
    this.vectors = vectors;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public void getBackends(GetBackendsRequest request, StreamObserver<GetBackendsResponse> out) {
    var response = GetBackendsResponse.newBuilder();
    for (Backend backend : backends) {
      response.addBackends(
          verimesh.verifier.v1.Backend.newBuilder()
              .setName(backend.name())
              .setModel(backend.model())
              .setKind(backend.kind())
              .setWeight(backend.weight())
              .setCircuitOpen(backend.circuitOpen()));
    }
    answer(out, response.build());
  }

  @Override
  public void examine(ExamineRequest request, StreamObserver<ExamineResponse> out) {
    Examiner asked = examinerOrRefuse();
    var outcome = asked.examine(picture(request.getImage()), korean(request.getLanguage()), until());
    answer(out, ExamineResponse.newBuilder().setExamination(examination(outcome)).build());
  }

  @Override
  public void reExamine(ReExamineRequest request, StreamObserver<ReExamineResponse> out) {
    Examiner asked = examinerOrRefuse();
    if (request.getCluesCount() == 0 || request.getCluesCount() > CLUES_MAX) {
      throw invalid("clues has " + request.getCluesCount() + " entries; expected 1 to " + CLUES_MAX + ".");
    }
    List<Clue> checklist = new ArrayList<>();
    for (RetrievedClue retrieved : request.getCluesList()) {
      String id = retrieved.getClue().getClueId();
      checklist.add(clues.find(id).orElseThrow(() -> invalid("There is no clue \"" + id + "\"; ListClues says which there are.")));
    }
    var outcome = asked.reExamine(picture(request.getImage()), checklist, korean(request.getLanguage()), until());
    answer(out, ReExamineResponse.newBuilder().setExamination(examination(outcome)).build());
  }

  @Override
  public void retrieveClues(RetrieveCluesRequest request, StreamObserver<RetrieveCluesResponse> out) {
    ClueVectors known = vectors.orElseThrow(() -> new ProblemException(new Problem.NotSetUp(
        "NO_CLIP", "Clues are found by CLIP vectors of their texts. Name embedding-svc in VERIMESH_VERIFIER_EMBEDDING_TARGET.")));
    int limit = request.getLimit() == 0 ? 8 : request.getLimit();
    if (limit > CLUES_MAX) throw invalid("limit is " + limit + "; expected 1 to " + CLUES_MAX + ".");
    ClueIndex index = known.in(request.getEmbeddingSpace());
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

  private Examiner.Picture picture(ByteString image) {
    if (image.isEmpty()) throw new ProblemException(new Problem.Invalid("EMPTY_FILE", "The file is empty. Send the picture's bytes."));
    if (image.size() > config.fileBytesMax()) {
      throw new ProblemException(new Problem.OverLimit(
          "FILE_TOO_LARGE", "The file has " + image.size() + " bytes; up to " + config.fileBytesMax() + " are taken."));
    }
    byte[] bytes = image.toByteArray();
    String mediaType = MediaType.of(bytes).orElseThrow(() -> new ProblemException(new Problem.Invalid(
        "NOT_AN_IMAGE", "The file is no PNG, JPEG, WebP or GIF; models take nothing else. Convert it first.")));
    return new Examiner.Picture(bytes, mediaType, sha256(bytes));
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
      case BackendProblem.BudgetSpent(String d, Duration wait) -> new Problem.Overloaded("BUDGET_SPENT", "The token budget does not allow a call now: " + d + ".", wait);
      case BackendProblem.Refused(String d) -> new Problem.Internal("BACKEND_REFUSED", "The model's endpoint refused the question (" + d + "); check its key, model name and picture limits.");
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

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
