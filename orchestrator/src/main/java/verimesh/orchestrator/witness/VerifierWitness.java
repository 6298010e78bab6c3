package verimesh.orchestrator.witness;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import verimesh.chassis.problem.Problem;
import verimesh.common.v1.Language;
import verimesh.common.v1.Priority;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;
import verimesh.verifier.v1.Examination;
import verimesh.verifier.v1.ExamineRequest;
import verimesh.verifier.v1.ExamineResponse;
import verimesh.verifier.v1.GetBackendsRequest;
import verimesh.verifier.v1.GetBackendsResponse;
import verimesh.verifier.v1.ReExamineRequest;
import verimesh.verifier.v1.ReExamineResponse;
import verimesh.verifier.v1.RetrieveCluesRequest;
import verimesh.verifier.v1.RetrieveCluesResponse;
import verimesh.verifier.v1.RetrievedClue;
import verimesh.verifier.v1.VerifierServiceGrpc;

/// verifier-svc: what a large multimodal model sees.
public final class VerifierWitness {
  private static final int CLUES = 8;

  private final Channel channel;
  private final Refreshed<Backends> backends;

  /// @param versions models and prompts that answer: others, other answers
  public record Backends(Set<String> versions) {
    public boolean isEmpty() {
      return versions.isEmpty();
    }
  }

  public VerifierWitness(Channel channel, Time time) {
    this.channel = channel;
    this.backends = new Refreshed<>(time, Rpc.reachable(channel), due ->
        Rpc.ask(channel, VerifierServiceGrpc.getGetBackendsMethod(), GetBackendsRequest.getDefaultInstance(), due)
            .thenApply(outcome -> Rpc.read(outcome, VerifierWitness::backends)));
  }

  /// Waits where it has to be asked, on a virtual thread.
  public LayerOutcome<Backends> backends(Due due) {
    return backends.get(due);
  }

  /// What may be relied on without asking; empty where it has to be asked.
  public Optional<Backends> freshBackends() {
    return backends.fresh();
  }

  /// The last that was heard, without asking.
  public Optional<Backends> lastBackends() {
    return backends.last();
  }

  /// The first pass: neutral, without clues.
  public CompletableFuture<LayerOutcome<Examination>> examine(ByteString image, Language language, Priority priority, Due due) {
    var request = ExamineRequest.newBuilder().setImage(image).setLanguage(language).setPriority(priority).build();
    return Rpc.ask(channel, VerifierServiceGrpc.getExamineMethod(), request, due)
        .thenApply(outcome -> examination(outcome, ExamineResponse::getExamination));
  }

  /// The clues nearest to a picture; may be none.
  public CompletableFuture<LayerOutcome<List<RetrievedClue>>> clues(EmbeddingReading.Vector clip, Language language, Due due) {
    var request =
        RetrieveCluesRequest.newBuilder()
            .addAllClipVector(clip.values())
            .setEmbeddingSpace(clip.embeddingSpace())
            .setLimit(CLUES)
            .setLanguage(language)
            .build();
    return Rpc.ask(channel, VerifierServiceGrpc.getRetrieveCluesMethod(), request, due)
        .thenApply(outcome -> Rpc.read(outcome, RetrieveCluesResponse::getCluesList));
  }

  /// The second pass: the clues as a checklist.
  public CompletableFuture<LayerOutcome<Examination>> examineAgain(
      ByteString image, List<RetrievedClue> clues, Examination first, Language language, Priority priority, Due due) {
    var request =
        ReExamineRequest.newBuilder()
            .setImage(image)
            .addAllClues(clues)
            .setFirstPass(first)
            .setLanguage(language)
            .setPriority(priority)
            .build();
    return Rpc.ask(channel, VerifierServiceGrpc.getReExamineMethod(), request, due)
        .thenApply(outcome -> examination(outcome, ReExamineResponse::getExamination));
  }

  /// @return probability of AI, 0 to 1: its confidence if it says fake, else 1 - confidence (DESIGN.md §3.1)
  public static double probabilityAi(Examination examination) {
    return examination.getFake() ? examination.getConfidence() : 1 - examination.getConfidence();
  }

  private <R> LayerOutcome<Examination> examination(LayerOutcome<R> outcome, Function<R, Examination> part) {
    return switch (outcome) {
      // Admission saw a picture: what verifier-svc cannot decode either is nothing that a model could be shown.
      case LayerOutcome.Failed<R>(Problem.Invalid(String reason, _, _)) when reason.equals("NOT_AN_IMAGE") || reason.equals("FORMAT_NOT_DECODABLE") ->
          new LayerOutcome.NotApplicable<>("FORMAT_NOT_DECODABLE");
      case LayerOutcome.NotConfigured<R>(String why) -> {
        backends.doubt();
        yield new LayerOutcome.NotConfigured<>(why);
      }
      case LayerOutcome.Answered<R> _, LayerOutcome.Failed<R> _, LayerOutcome.TimedOut<R> _, LayerOutcome.NotApplicable<R> _ ->
          Rpc.read(outcome, response -> inRange(part.apply(response)));
    };
  }

  private static Examination inRange(Examination examination) {
    double confidence = examination.getConfidence();
    if (!(confidence >= 0 && confidence <= 1)) throw new IllegalArgumentException("confidence " + confidence + "; 0 to 1");
    return examination;
  }

  private static Backends backends(GetBackendsResponse response) {
    Set<String> versions = new TreeSet<>();
    response.getBackendsList().forEach(backend -> versions.add(backend.getName() + "/" + backend.getModel() + "/" + backend.getWeight()));
    if (!versions.isEmpty()) response.getPromptVersionsList().forEach(versions::add);
    return new Backends(versions);
  }
}
