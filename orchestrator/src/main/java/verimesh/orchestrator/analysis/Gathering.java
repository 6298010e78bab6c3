package verimesh.orchestrator.analysis;

import io.grpc.Context;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.DeadlineShare;
import verimesh.common.v1.Priority;
import verimesh.orchestrator.admission.Upload;
import verimesh.orchestrator.fusion.HashAnswer.Tier;
import verimesh.orchestrator.fusion.IndexKnowledge;
import verimesh.orchestrator.fusion.Layer;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.fusion.LayerOutcome.Answered;
import verimesh.orchestrator.fusion.LayerOutcome.NotApplicable;
import verimesh.orchestrator.fusion.LayerOutcome.NotConfigured;
import verimesh.orchestrator.fusion.LayerOutcome.TimedOut;
import verimesh.orchestrator.fusion.LmmAnswer;
import verimesh.orchestrator.fusion.Verdict;
import verimesh.orchestrator.fusion.Witnesses;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;
import verimesh.orchestrator.witness.EmbeddingReading;
import verimesh.orchestrator.witness.EmbeddingWitness;
import verimesh.orchestrator.witness.HashReading;
import verimesh.orchestrator.witness.HashWitness;
import verimesh.orchestrator.witness.LmmReading;
import verimesh.orchestrator.witness.MetadataReading;
import verimesh.orchestrator.witness.MetadataWitness;
import verimesh.orchestrator.witness.Models;
import verimesh.orchestrator.witness.Models.Role;
import verimesh.orchestrator.witness.Testimony;
import verimesh.orchestrator.witness.VerifierWitness;
import verimesh.verifier.v1.Examination;
import verimesh.verifier.v1.RetrievedClue;

/// The fan-out over one picture: everybody is asked at once, each with its share of the time, and whoever analyses the same
/// bytes meanwhile waits for the same answers. Ends by its own due time, whatever the services do.
///
/// A layer that waits between its steps has a virtual thread of its own, so those steps read from top to bottom.
final class Gathering {
  private static final Logger LOG = LoggerFactory.getLogger(Gathering.class);
  private static final String NOT_REQUESTED = "NOT_REQUESTED";
  private static final int PDQ_QUALITY_MIN = 50; // below it a PDQ is not compared (hash.proto)

  private final Panel panel;
  private final PixelReader pixelReader;
  private final Duration secondPassMin;
  private final Upload upload;
  private final byte[] sha256;
  private final Question question;
  private final boolean interactive;
  private final Time time;
  private final Due whole;
  private final Due due;
  private final boolean decodable;

  /// The calls' own context: the leader's trace, but neither its cancellation nor its deadline.
  private final Context.CancellableContext context = Context.current().fork().withCancellation();

  private int participants = 1; // guarded by this: the leader

  private final CompletableFuture<LayerOutcome<MetadataReading>> metadata = new CompletableFuture<>();
  private final CompletableFuture<LayerOutcome<HashReading>> hash = new CompletableFuture<>();
  private final CompletableFuture<LayerOutcome<EmbeddingReading>> embedding = new CompletableFuture<>();
  private final CompletableFuture<LayerOutcome<EmbeddingReading.Detection>> detector = new CompletableFuture<>();
  private final CompletableFuture<LayerOutcome<LmmReading>> lmm = new CompletableFuture<>();
  private CompletableFuture<Pixels> pixels; // guarded by this; null until somebody needs them

  /// @param secondPassMin a second pass with less time than this is not worth beginning (DESIGN.md §5)
  /// @param whole until when the answer is due; the layers' share ends before that
  Gathering(
      Panel panel, PixelReader pixelReader, Duration secondPassMin, Upload upload, byte[] sha256, Question question, boolean interactive, Due whole) {
    this.panel = panel;
    this.pixelReader = pixelReader;
    this.secondPassMin = secondPassMin;
    this.upload = upload;
    this.sha256 = sha256;
    this.question = question;
    this.interactive = interactive;
    this.time = whole.time();
    this.whole = whole;
    this.due = Due.in(time, DeadlineShare.LAYER.of(whole.left()));
    this.decodable = pixelReader.decodes(upload.header());
  }

  /// Asks everybody. Layers that end with their first answer need no thread of their own.
  void start() {
    boolean content = question.layers().contains(Layer.CONTENT);
    boolean hashAsked = question.layers().contains(Layer.HASH);
    embedding.whenComplete((outcome, thrown) -> {
      if (thrown == null) detector.complete(detectorOf(outcome));
      else detector.completeExceptionally(thrown);
    });
    Context before = context.attach();
    try {
      begin(Layer.METADATA, question.layers().contains(Layer.METADATA) ? panel.metadata() : Optional.empty(), metadata, this::metadata);
      begin(Layer.HASH, hashAsked ? panel.hash() : Optional.empty(), hash, this::hash);
      begin(Layer.CONTENT, content || hashAsked ? panel.embedding() : Optional.empty(), embedding, this::embedding);
      begin(Layer.CONTENT, content ? panel.verifier() : Optional.empty(), lmm, this::lmm);
    } finally {
      context.detach(before);
    }
  }

  /// Done when every layer has ended, however it did.
  CompletableFuture<Void> ended() {
    return CompletableFuture.allOf(metadata, hash, detector, lmm);
  }

  /// @return false if everybody left already, so that the calls were cancelled
  synchronized boolean join() {
    if (participants == 0) return false;
    participants++;
    return true;
  }

  /// The last one to leave cancels what still runs.
  ///
  /// @return true if nobody waits any more
  synchronized boolean leave() {
    participants--;
    if (participants > 0) return false;
    context.cancel(null);
    return true;
  }

  /// What has been said so far. A layer that has not ended counts as timed out.
  ///
  /// @param share the time that whoever asks has given
  /// @throws ProblemException if there was no memory to decode in
  Testimony soFar(Duration share) {
    IndexKnowledge index = panel.hash().map(HashWitness::knowledge).orElse(new IndexKnowledge.Unknown());
    return new Testimony(now(metadata, share), now(hash, share), index, now(detector, share), now(lmm, share));
  }

  /// Empty where nobody needed the pixels, or where they were not there in time.
  synchronized Optional<Pixels> pixels() {
    boolean there = pixels != null && pixels.isDone() && !pixels.isCompletedExceptionally();
    return there ? Optional.ofNullable(pixels.join()) : Optional.empty();
  }

  private static <T> LayerOutcome<T> now(CompletableFuture<LayerOutcome<T>> layer, Duration share) {
    if (!layer.isDone()) return new TimedOut<>(share);
    return layer.handle((outcome, thrown) -> {
      if (thrown == null) return outcome;
      if (thrown instanceof ProblemException refused) throw refused;
      return new LayerOutcome.Failed<T>(Problems.internal());
    }).join();
  }

  // The layers

  private void metadata(MetadataWitness witness) {
    witness.inspect(upload.file(), question.language(), due).whenComplete(then(metadata, metadata::complete));
  }

  private void hash(HashWitness index) {
    long begun = time.nanos();
    index.bytes(sha256, priority(), due).whenComplete(then(hash, byBytes -> {
      if (!(byBytes instanceof Answered<HashReading>(HashReading same, _))) hash.complete(byBytes);
      else if (same.answer().hasExactMatch()) hash.complete(byBytes); // nothing lies nearer than the same bytes
      else if (!decodable) hash.complete(new NotApplicable<>(Pixels.None.FORMAT_NOT_DECODABLE));
      else if (same.isEmptyIndex()) hash.complete(byBytes); // and nobody decodes for an index that holds nothing
      else steps(hash, () -> hash.complete(byPixels(index, same, begun)));
    }));
  }

  private LayerOutcome<HashReading> byPixels(HashWitness index, HashReading same, long begun) {
    HashReading reading =
        switch (awaitPixels()) {
          case null -> same.withPdq(new Tier.Missing(timedOut())).withVector(new Tier.Missing(timedOut()));
          case Pixels.None(String why, _) -> same.withPdq(new Tier.Unavailable(why)).withVector(new Tier.Unavailable(why));
          case Pixels.Seen seen -> {
            HashReading byPdq = byPdq(index, same, seen);
            yield byPdq.answer().hasExactMatch() ? byPdq : byVector(index, byPdq);
          }
        };
    return new Answered<>(reading, Duration.ofNanos(time.nanos() - begun));
  }

  private HashReading byPdq(HashWitness index, HashReading before, Pixels.Seen seen) {
    if (seen.pdq().quality() < PDQ_QUALITY_MIN) return before.withPdq(new Tier.Unavailable("PDQ_QUALITY"));
    return switch (index.pdq(seen.pdq(), priority(), due).join()) {
      case Answered<HashReading>(HashReading found, _) -> before.and(found).withPdq(found.answer().pdq());
      case NotConfigured<HashReading>(String why) -> before.withPdq(new Tier.Unavailable(why));
      case NotApplicable<HashReading>(String why) -> before.withPdq(new Tier.Unavailable(why));
      case LayerOutcome.Failed<HashReading> out -> before.withPdq(new Tier.Missing(out));
      case TimedOut<HashReading> out -> before.withPdq(new Tier.Missing(out));
    };
  }

  private HashReading byVector(HashWitness index, HashReading before) {
    return switch (vector()) {
      case Answered<EmbeddingReading.Vector>(var vector, _) ->
          switch (index.vector(vector, priority(), due).join()) {
            case Answered<HashReading>(HashReading found, _) -> before.and(found).withVector(found.answer().vector());
            case NotConfigured<HashReading>(String why) -> before.withVector(new Tier.Unavailable(why));
            case NotApplicable<HashReading>(String why) -> before.withVector(new Tier.Unavailable(why));
            case LayerOutcome.Failed<HashReading> out -> before.withVector(new Tier.Missing(out));
            case TimedOut<HashReading> out -> before.withVector(new Tier.Missing(out));
          };
      case NotConfigured<EmbeddingReading.Vector> _ -> before.withVector(new Tier.Unavailable("NO_VECTOR"));
      case NotApplicable<EmbeddingReading.Vector>(String why) -> before.withVector(new Tier.Unavailable(why));
      case LayerOutcome.Failed<EmbeddingReading.Vector> out -> before.withVector(new Tier.Missing(out));
      case TimedOut<EmbeddingReading.Vector> out -> before.withVector(new Tier.Missing(out));
    };
  }

  private LayerOutcome<EmbeddingReading.Vector> vector() {
    return awaitEmbedding(EmbeddingReading::dinov2);
  }

  private void embedding(EmbeddingWitness witness) {
    if (!decodable) {
      embedding.complete(new NotApplicable<>(Pixels.None.FORMAT_NOT_DECODABLE));
    } else if (witness.freshModels().map(models -> models.among(wanted()).isEmpty()).orElse(false)) {
      embedding.complete(new NotConfigured<>("NO_MODEL"));
    } else {
      steps(embedding, () -> embedding.complete(byModels(witness)));
    }
  }

  private LayerOutcome<EmbeddingReading> byModels(EmbeddingWitness witness) {
    return switch (witness.models(due)) {
      case Answered<Models>(Models models, _) -> {
        Set<Role> roles = models.among(wanted());
        if (roles.isEmpty()) yield new NotConfigured<>("NO_MODEL");
        yield switch (awaitPixels()) {
          case null -> timedOut();
          case Pixels.None(String why, _) -> new NotApplicable<>(why);
          case Pixels.Seen seen -> witness.look(seen.tensors(), roles, priority(), due).join();
        };
      }
      case LayerOutcome.Failed<Models>(var problem) -> new LayerOutcome.Failed<>(problem);
      case TimedOut<Models>(var share) -> new TimedOut<>(share);
      case NotConfigured<Models>(String why) -> new NotConfigured<>(why);
      case NotApplicable<Models>(String why) -> new NotApplicable<>(why);
    };
  }

  private LayerOutcome<EmbeddingReading.Detection> detectorOf(LayerOutcome<EmbeddingReading> outcome) {
    if (!question.layers().contains(Layer.CONTENT)) return new NotConfigured<>(NOT_REQUESTED);
    // Also where no model is configured: whatever one might configure, this file's pixels would stay unseen.
    if (!decodable && !outcome.out()) return new NotApplicable<>(Pixels.None.FORMAT_NOT_DECODABLE);
    return switch (outcome) {
      case Answered<EmbeddingReading>(var reading, _) -> reading.detector();
      case LayerOutcome.Failed<EmbeddingReading>(var problem) -> new LayerOutcome.Failed<>(problem);
      case TimedOut<EmbeddingReading>(var share) -> new TimedOut<>(share);
      case NotConfigured<EmbeddingReading>(String why) -> new NotConfigured<>(why);
      case NotApplicable<EmbeddingReading>(String why) -> new NotApplicable<>(why);
    };
  }

  /// What the picture's vectors and opinions are needed for.
  private Set<Role> wanted() {
    Set<Role> wanted = EnumSet.noneOf(Role.class);
    if (question.layers().contains(Layer.HASH) && panel.hash().isPresent()) wanted.add(Role.DINOV2);
    if (question.layers().contains(Layer.CONTENT)) {
      wanted.add(Role.DETECTOR);
      if (panel.verifier().isPresent() && question.secondPass() != SecondPass.OFF) wanted.add(Role.CLIP);
    }
    return wanted;
  }

  private void lmm(VerifierWitness witness) {
    Optional<VerifierWitness.Backends> backends = witness.freshBackends();
    if (backends.isPresent()) firstPass(witness, backends.get());
    else steps(lmm, () -> {
      switch (witness.backends(due)) {
        case Answered<VerifierWitness.Backends>(var heard, _) -> firstPass(witness, heard);
        case LayerOutcome.Failed<VerifierWitness.Backends>(var problem) -> lmm.complete(new LayerOutcome.Failed<>(problem));
        case TimedOut<VerifierWitness.Backends>(var share) -> lmm.complete(new TimedOut<>(share));
        case NotConfigured<VerifierWitness.Backends>(String why) -> lmm.complete(new NotConfigured<>(why));
        case NotApplicable<VerifierWitness.Backends>(String why) -> lmm.complete(new NotApplicable<>(why));
      }
    });
  }

  private void firstPass(VerifierWitness witness, VerifierWitness.Backends backends) {
    if (backends.isEmpty()) {
      lmm.complete(new NotConfigured<>("NO_BACKEND"));
      return;
    }
    long begun = time.nanos();
    witness.examine(upload.file(), question.language(), priority(), due).whenComplete(then(lmm, outcome -> {
      if (outcome instanceof Answered<Examination>(Examination first, _) && mayAskAgain(first)) {
        steps(lmm, () -> lmm.complete(new Answered<>(secondPass(witness, first), Duration.ofNanos(time.nanos() - begun))));
      } else {
        lmm.complete(outcome.map(first -> skipped(first, "POLICY")));
      }
    }));
  }

  // The second look (DESIGN.md §6)

  /// Whether the first answer alone leaves room for a second question.
  private boolean mayAskAgain(Examination first) {
    return switch (question.secondPass()) {
      case OFF -> false;
      case ON_NOT_AI -> !first.getFake();
      case ALWAYS, ON_UNCERTAIN -> true;
    };
  }

  private LmmReading secondPass(VerifierWitness witness, Examination first) {
    LmmAnswer once = LmmAnswer.once(VerifierWitness.probabilityAi(first));
    if (question.secondPass() == SecondPass.ON_UNCERTAIN && !isUncertainSoFar(once)) return skipped(first, "POLICY");

    Duration share = DeadlineShare.SECOND_PASS.of(whole.left());
    if (share.compareTo(secondPassMin) < 0) return skipped(first, "FLOOR");
    Due secondDue = Due.in(time, share).earlier(due);

    EmbeddingReading.Vector clip;
    switch (awaitClip(secondDue)) {
      case Answered<EmbeddingReading.Vector>(var vector, _) -> clip = vector;
      case NotConfigured<EmbeddingReading.Vector> _, NotApplicable<EmbeddingReading.Vector> _ -> {
        return skipped(first, "NO_CLIP");
      }
      case LayerOutcome.Failed<EmbeddingReading.Vector> out -> {
        return cutOff(first, once, List.of(), out);
      }
      case TimedOut<EmbeddingReading.Vector> out -> {
        return cutOff(first, once, List.of(), out);
      }
    }
    List<RetrievedClue> clues;
    switch (witness.clues(clip, question.language(), secondDue).join()) {
      case Answered<List<RetrievedClue>>(var found, _) -> clues = found;
      case NotConfigured<List<RetrievedClue>>(String why) -> {
        return skipped(first, why);
      }
      case NotApplicable<List<RetrievedClue>>(String why) -> {
        return skipped(first, why);
      }
      case LayerOutcome.Failed<List<RetrievedClue>> out -> {
        return cutOff(first, once, List.of(), out);
      }
      case TimedOut<List<RetrievedClue>> out -> {
        return cutOff(first, once, List.of(), out);
      }
    }
    if (clues.isEmpty()) return skipped(first, "NO_CLUES");

    return switch (witness.examineAgain(upload.file(), clues, first, question.language(), priority(), secondDue).join()) {
      case Answered<Examination>(Examination second, _) -> {
        var both = new LmmAnswer(once.firstPass(), OptionalDouble.of(VerifierWitness.probabilityAi(second)), false);
        yield new LmmReading(both, first, Optional.of(second), clues, "");
      }
      case NotConfigured<Examination>(String why) -> skipped(first, why);
      case NotApplicable<Examination>(String why) -> skipped(first, why);
      case LayerOutcome.Failed<Examination> out -> cutOff(first, once, clues, out);
      case TimedOut<Examination> out -> cutOff(first, once, clues, out);
    };
  }

  private boolean isUncertainSoFar(LmmAnswer once) {
    // The verdict so far needs everybody else; whoever is not there by now counts as out.
    due.await(CompletableFuture.allOf(metadata, hash, detector));
    var soFar = soFar(due.left()).witnesses();
    var withFirst = new Witnesses(soFar.hash(), soFar.index(), soFar.metadata(), soFar.detector(), new Answered<>(once, Duration.ZERO));
    return question.policy().decide(withFirst).verdict() == Verdict.UNCERTAIN;
  }

  /// A choice: the first answer stands alone.
  private static LmmReading skipped(Examination first, String why) {
    return new LmmReading(LmmAnswer.once(VerifierWitness.probabilityAi(first)), first, Optional.empty(), List.of(), why);
  }

  /// An outage: the second answer might have raised the suspicion.
  private static LmmReading cutOff(Examination first, LmmAnswer once, List<RetrievedClue> clues, LayerOutcome<?> out) {
    String why = out instanceof LayerOutcome.Failed<?>(var problem) ? problem.reason() : "TIMED_OUT";
    return new LmmReading(new LmmAnswer(once.firstPass(), OptionalDouble.empty(), true), first, Optional.empty(), clues, why);
  }

  private LayerOutcome<EmbeddingReading.Vector> awaitClip(Due until) {
    if (!until.await(embedding)) return new TimedOut<>(Duration.ZERO);
    return awaitEmbedding(EmbeddingReading::clip);
  }

  // Shared by the layers

  private LayerOutcome<EmbeddingReading.Vector> awaitEmbedding(Function<EmbeddingReading, LayerOutcome<EmbeddingReading.Vector>> part) {
    return switch (due.answerOf(embedding)) {
      case null -> timedOut();
      case Answered<EmbeddingReading>(var reading, _) -> part.apply(reading);
      case LayerOutcome.Failed<EmbeddingReading>(var problem) -> new LayerOutcome.Failed<>(problem);
      case TimedOut<EmbeddingReading>(var share) -> new TimedOut<>(share);
      case NotConfigured<EmbeddingReading>(String why) -> new NotConfigured<>(why);
      case NotApplicable<EmbeddingReading>(String why) -> new NotApplicable<>(why);
    };
  }

  /// Null if they are not there in time.
  private Pixels awaitPixels() {
    CompletableFuture<Pixels> awaited;
    boolean mine = false;
    synchronized (this) {
      if (pixels == null) {
        pixels = new CompletableFuture<>();
        mine = true;
      }
      awaited = pixels;
    }
    if (mine) decode(awaited);
    return due.answerOf(awaited);
  }

  /// Whoever needs the pixels first decodes for everybody: with every tensor that anybody will ask for.
  private void decode(CompletableFuture<Pixels> into) {
    try {
      List<InputSpec> specs = List.of();
      if (panel.embedding().isPresent() && panel.embedding().get().models(due) instanceof Answered<Models>(Models models, _)) {
        specs = models.specsOf(models.among(wanted()));
      }
      pixelReader.read(upload, specs, interactive, due).whenComplete((seen, bug) -> {
        if (bug == null) into.complete(seen);
        else into.completeExceptionally(bug);
      });
    } catch (RuntimeException refused) {
      into.completeExceptionally(refused);
    }
  }

  private <T> TimedOut<T> timedOut() {
    return new TimedOut<>(DeadlineShare.LAYER.of(whole.left()));
  }

  private Priority priority() {
    return interactive ? Priority.PRIORITY_INTERACTIVE : Priority.PRIORITY_BATCH;
  }

  /// @param asked empty for a layer that nobody asked for or nobody configured
  private <T, W> void begin(Layer kind, Optional<W> asked, CompletableFuture<LayerOutcome<T>> layer, Consumer<W> steps) {
    if (asked.isEmpty()) {
      layer.complete(new NotConfigured<>(question.layers().contains(kind) ? "" : NOT_REQUESTED));
      return;
    }
    try {
      steps.accept(asked.get());
    } catch (RuntimeException bug) {
      broke(layer, bug);
    }
  }

  /// What follows an answer, on the thread that brought it: must not block.
  private static <T, A> BiConsumer<A, Throwable> then(CompletableFuture<LayerOutcome<T>> layer, Consumer<A> step) {
    return (answer, thrown) -> {
      try {
        if (thrown == null) step.accept(answer);
        else broke(layer, thrown);
      } catch (RuntimeException bug) {
        broke(layer, bug);
      }
    };
  }

  /// Steps that wait for something between them, on a virtual thread.
  private <T> void steps(CompletableFuture<LayerOutcome<T>> layer, Runnable steps) {
    Thread.ofVirtual().start(context.wrap(() -> {
      try {
        steps.run();
      } catch (Throwable thrown) {
        broke(layer, thrown);
      }
    }));
  }

  private static <T> void broke(CompletableFuture<LayerOutcome<T>> layer, Throwable thrown) {
    if (thrown instanceof ProblemException refused) { // no memory to decode in: the one thing that fails the call
      layer.completeExceptionally(refused);
      return;
    }
    LOG.atError().setMessage("a layer broke").setCause(thrown).log();
    layer.complete(new LayerOutcome.Failed<>(Problems.internal()));
  }
}
