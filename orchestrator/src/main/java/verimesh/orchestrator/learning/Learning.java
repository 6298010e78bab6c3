package verimesh.orchestrator.learning;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.common.v1.Evidence;
import verimesh.common.v1.Layer;
import verimesh.common.v1.Level;
import verimesh.common.v1.Side;
import verimesh.hash.v1.Bank;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.CreateBankRequest;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.ItemLabel;
import verimesh.hash.v1.Pdq;
import verimesh.hash.v1.PdqConvention;
import verimesh.hash.v1.RegisterRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.FeedbackLabel;
import verimesh.orchestrator.v1.ImageFacts;
import verimesh.orchestrator.v1.Verdict;

/// Registers pictures in the index because somebody vouches for them: a person by feedback, or a signature that verifies.
///
/// What a person says goes to quarantine, where it matches nothing until somebody with that right releases it: any caller
/// may be wrong, and some will try. Thread-safe. The index's own right to write decides; without it nothing is registered.
public final class Learning implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Learning.class);
  private static final int PROVED_WAITING_MAX = 1_000;
  private static final int SECONDS_MAX = 2; // of one registration

  private final LearningConfig config;
  private final Optional<? extends Channel> index;
  // One at a time: a bonus must never compete with pictures that are being judged.
  private final ExecutorService proved =
      new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(PROVED_WAITING_MAX), Thread.ofVirtual().name("learn-", 0).factory());

  public Learning(LearningConfig config, Optional<? extends Channel> index) {
    this.config = config;
    this.index = index;
  }

  /// What became of one picture.
  public sealed interface Outcome {
    record Learned(String itemId) implements Outcome {}

    /// @param reason UPPER_SNAKE
    record NotLearned(String reason) implements Outcome {}
  }

  /// Waits for the index, at most two seconds.
  ///
  /// @param by the name of whoever labelled the picture; may be empty
  public Outcome fromFeedback(AnalyzeResponse verdict, FeedbackLabel label, String by) {
    if (label != FeedbackLabel.FEEDBACK_LABEL_AI) return new Outcome.NotLearned("LABEL_NOT_AI");
    if (!config.feedback()) return new Outcome.NotLearned("LEARNING_OFF");
    String note = "labelled AI by " + (by.isEmpty() ? "an unnamed caller" : by) + ", verdict " + verdict.getVerdictId();
    return register(verdict, config.feedbackBank(), BankKind.BANK_KIND_QUARANTINE, "feedback", note);
  }

  /// Returns at once; the picture is registered a moment later if its own signature proves that AI made it.
  public void fromProof(AnalyzeResponse verdict) {
    if (!config.proof() || verdict.getFromCache() || !isProved(verdict)) return;
    String note = "signed as made by AI, verdict " + verdict.getVerdictId();
    try {
      proved.execute(() -> register(verdict, config.proofBank(), BankKind.BANK_KIND_POSITIVE, "signature", note));
    } catch (RejectedExecutionException full) {
      LOG.atWarn().setMessage("not learned").addKeyValue("verdict", verdict.getVerdictId()).addKeyValue("reason", "QUEUE_FULL").log();
    }
  }

  /// By the file's own signature: what the index proves it holds already, and a conflict proves nothing.
  private static boolean isProved(AnalyzeResponse verdict) {
    return verdict.getVerdict() == Verdict.VERDICT_AI_GENERATED && verdict.getEvidenceList().stream().anyMatch(Learning::isSignature);
  }

  private static boolean isSignature(Evidence evidence) {
    return evidence.getLayer() == Layer.LAYER_METADATA && evidence.getSide() == Side.SIDE_AI && evidence.getLevel() == Level.LEVEL_PROOF;
  }

  private Outcome register(AnalyzeResponse verdict, String bank, BankKind kind, String source, String note) {
    if (index.isEmpty()) return new Outcome.NotLearned("NOT_CONFIGURED");
    RegisterRequest request = RegisterRequest.newBuilder().setBank(bank).setItem(item(verdict, source, note)).build();
    Outcome outcome;
    try {
      outcome = new Outcome.Learned(inOwnTime(() -> registered(request, kind)));
    } catch (StatusRuntimeException refused) {
      outcome = new Outcome.NotLearned(Problems.of(refused).reason());
    }
    switch (outcome) {
      case Outcome.Learned(String itemId) -> LOG.atInfo().setMessage("learned").addKeyValue("verdict", verdict.getVerdictId())
          .addKeyValue("bank", bank).addKeyValue("item", itemId).log();
      case Outcome.NotLearned(String reason) -> LOG.atWarn().setMessage("not learned").addKeyValue("verdict", verdict.getVerdictId())
          .addKeyValue("bank", bank).addKeyValue("reason", reason).log();
    }
    return outcome;
  }

  private String registered(RegisterRequest request, BankKind kind) {
    var hash = HashServiceGrpc.newBlockingStub(index.orElseThrow());
    try {
      return hash.withDeadlineAfter(SECONDS_MAX, TimeUnit.SECONDS).register(request).getItemId();
    } catch (StatusRuntimeException refused) {
      if (!(Problems.of(refused) instanceof Problem.Missing missing) || !missing.reason().equals("BANK_UNKNOWN")) throw refused;
      Bank bank = Bank.newBuilder().setName(request.getBank()).setKind(kind).setNote("made by the orchestrator, for what it learns").build();
      hash.withDeadlineAfter(SECONDS_MAX, TimeUnit.SECONDS).createBank(CreateBankRequest.newBuilder().setBank(bank).build());
      return hash.withDeadlineAfter(SECONDS_MAX, TimeUnit.SECONDS).register(request).getItemId();
    }
  }

  /// A caller that goes away meanwhile cancels neither.
  private static String inOwnTime(Callable<String> call) {
    try {
      return Context.ROOT.call(call);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a registration throws nothing that is checked", e);
    }
  }

  private static Item item(AnalyzeResponse verdict, String source, String note) {
    ImageFacts image = verdict.getImage();
    Item.Builder item = Item.newBuilder()
        .setSha256(ByteString.copyFrom(HexFormat.of().parseHex(image.getSha256())))
        .setLabel(ItemLabel.ITEM_LABEL_AI)
        .setSource(source)
        .setNote(note);
    if (!image.getPdq().isEmpty()) {
      item.setPdq(Pdq.newBuilder().setHash(ByteString.copyFrom(HexFormat.of().parseHex(image.getPdq()))).setQuality(image.getPdqQuality())
          .setConvention(PdqConvention.PDQ_CONVENTION_SHRINK_512));
    }
    return item.build();
  }

  /// Registers what waits no more.
  @Override
  public void close() {
    proved.shutdownNow();
  }
}
