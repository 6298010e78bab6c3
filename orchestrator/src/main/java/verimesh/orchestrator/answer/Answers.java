package verimesh.orchestrator.answer;

import com.google.protobuf.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.chassis.images.pdq.PdqHash;
import verimesh.orchestrator.explain.Evidence;
import verimesh.orchestrator.explain.Explanation;
import verimesh.orchestrator.fusion.DecidedBy;
import verimesh.orchestrator.fusion.Decision;
import verimesh.orchestrator.fusion.Layer;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.fusion.LayerOutcome.Answered;
import verimesh.orchestrator.fusion.Level;
import verimesh.orchestrator.fusion.Nearness;
import verimesh.orchestrator.fusion.Terms;
import verimesh.orchestrator.fusion.Verdict;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.DetectorReport;
import verimesh.orchestrator.v1.HashReport;
import verimesh.orchestrator.v1.ImageFacts;
import verimesh.orchestrator.v1.LayerReport;
import verimesh.orchestrator.v1.LmmReport;
import verimesh.orchestrator.v1.Provenance;
import verimesh.orchestrator.witness.EmbeddingReading;
import verimesh.orchestrator.witness.HashReading;
import verimesh.orchestrator.witness.LmmReading;
import verimesh.orchestrator.witness.MetadataReading;
import verimesh.orchestrator.witness.Testimony;

/// Builds answers. Numbers carry nine digits, the precision with which the formula compares, so that a reader who holds a
/// ratio against .70 sees what the formula saw.
public final class Answers {
  private static final double NINE_DIGITS = 1e9;

  private Answers() {}

  /// What is known of the file itself.
  ///
  /// @param sha256 32 bytes
  /// @param pdq empty where nothing needed it, or nothing could be decoded
  /// @param remarks what was noticed on the way
  public record Facts(byte[] sha256, ImageHeader.Known header, long bytes, Optional<Hashed> pdq, List<String> remarks) {
    public record Hashed(PdqHash hash, int quality) {}
  }

  /// Complete but for ids and times.
  public static AnalyzeResponse of(Facts facts, Testimony testimony, Decision decision, Explanation explanation, String policy) {
    var answer = AnalyzeResponse.newBuilder()
        .setVerdict(verdict(decision.verdict()))
        .setConfidence(decision.confidence())
        .setDecidedBy(decidedBy(decision.decidedBy()))
        .setPolicy(policy)
        .setCoverage(rounded(decision.coverage()))
        .setSummary(explanation.summary())
        .setProvenance(provenance(testimony))
        .setImage(image(facts));
    decision.ratio().ifPresent(ratio -> answer.setRatio(rounded(ratio)));
    for (Layer layer : decision.missingDecisive()) answer.addMissingDecisive(layer(layer));
    for (Layer layer : Layer.values()) answer.addLayers(report(layer, testimony, decision));
    for (Evidence evidence : explanation.evidence()) answer.addEvidence(evidence(evidence));
    if (testimony.metadata() instanceof Answered<MetadataReading>(var reading, _)) answer.setMetadata(reading.whole());
    return answer.build();
  }

  private static LayerReport report(Layer layer, Testimony testimony, Decision decision) {
    LayerOutcome<Terms> outcome = decision.outcome(layer);
    var report = LayerReport.newBuilder().setLayer(layer(layer)).setOutcome(outcome(outcome)).setWeight(layer.weight());
    String reason = reason(outcome);
    if (!reason.isEmpty()) report.setReason(reason);
    if (outcome instanceof Answered<Terms>(var terms, var took)) {
      report.setAi(rounded(terms.aiSum())).setReal(rounded(terms.realSum())).setTook(duration(took));
    }
    switch (layer) {
      case HASH -> hash(testimony).ifPresent(report::setHash);
      case CONTENT -> {
        detector(testimony.detector()).ifPresent(report::setDetector);
        lmm(testimony.lmm()).ifPresent(report::setLmm);
      }
      case METADATA -> {} // the whole of it stands in the answer's `metadata`
    }
    return report.build();
  }

  private static Optional<HashReport> hash(Testimony testimony) {
    if (!(testimony.hash() instanceof Answered<HashReading>(var reading, _)) || reading.isEmptyIndex()) return Optional.empty();
    var report = HashReport.newBuilder();
    if (!reading.answer().positive().isEmpty()) report.setSimilarity(rounded(reading.answer().similarity()));
    reading.shown().ifPresent(found -> {
      report.setBank(found.bank()).setItemId(found.itemId()).setNegative(!found.positive());
      switch (found.match().nearness()) {
        case Nearness.SameBytes _ -> report.setTier("sha256");
        case Nearness.Pdq(int bits, _) -> {
          report.setTier("pdq").setPdqDistanceBits(bits);
          if (found.way() != Dihedral.ORIGINAL) report.setOrientation(found.way().id());
        }
        case Nearness.Cosine _ -> report.setTier("embedding");
      }
    });
    return Optional.of(report.build());
  }

  private static Optional<DetectorReport> detector(LayerOutcome<EmbeddingReading.Detection> outcome) {
    if (outcome instanceof LayerOutcome.NotConfigured<?>) return Optional.empty();
    var report = DetectorReport.newBuilder().setOutcome(outcome(outcome));
    String reason = reason(outcome);
    if (!reason.isEmpty()) report.setReason(reason);
    if (outcome instanceof Answered<EmbeddingReading.Detection>(var detection, _)) {
      report.setProbabilityAi(rounded(detection.answer().probabilityAi()))
          .setCalibrated(detection.calibrated())
          .setEmbeddingSpace(detection.embeddingSpace())
          .setArchiveId(detection.archiveId())
          .setGenerator(detection.generator());
    }
    return Optional.of(report.build());
  }

  private static Optional<LmmReport> lmm(LayerOutcome<LmmReading> outcome) {
    if (outcome instanceof LayerOutcome.NotConfigured<?>) return Optional.empty();
    var report = LmmReport.newBuilder().setOutcome(outcome(outcome));
    String reason = reason(outcome);
    if (!reason.isEmpty()) report.setReason(reason);
    if (outcome instanceof Answered<LmmReading>(var reading, _)) {
      report.setFirstPass(reading.first()).setSecondPassSkipped(reading.skipped()).addAllClues(reading.clues());
      reading.second().ifPresent(report::setSecondPass);
    }
    return Optional.of(report.build());
  }

  private static Provenance provenance(Testimony testimony) {
    if (!(testimony.metadata() instanceof Answered<MetadataReading>(var reading, _))) return Provenance.getDefaultInstance();
    var whole = reading.whole();
    String state = reading.facts().credentials().isEmpty() ? "none" : reading.facts().credentials();
    String generator = reading.facts().generator().map(named -> named.name()).orElse("");
    boolean signed = !state.equals("none") && !state.equals("remote") || reading.facts().signs().stream().anyMatch(sign -> sign.verified());
    boolean says = !generator.isEmpty() || !reading.facts().captureDevice().isEmpty() || !state.equals("none") || !reading.facts().signs().isEmpty();
    return Provenance.newBuilder()
        .setAvailable(says)
        .setGeneratorName(generator)
        .setCaptureDevice(reading.facts().captureDevice())
        .setSignaturePresent(signed)
        .setSignatureState(state)
        .setLabelClass(whole.getLabelClass())
        .build();
  }

  private static ImageFacts image(Facts facts) {
    var image = ImageFacts.newBuilder()
        .setSha256(HexFormat.of().formatHex(facts.sha256()))
        .setFormat(facts.header().format().id())
        .setWidth(facts.header().width())
        .setHeight(facts.header().height())
        .setBytes(facts.bytes())
        .addAllRemarks(facts.remarks());
    facts.pdq().ifPresent(pdq -> image.setPdq(pdq.hash().hex()).setPdqQuality(pdq.quality()));
    return image.build();
  }

  private static verimesh.common.v1.Evidence evidence(Evidence evidence) {
    var message = verimesh.common.v1.Evidence.newBuilder()
        .setKind(evidence.kind())
        .setSide(switch (evidence.side()) {
          case AI -> verimesh.common.v1.Side.SIDE_AI;
          case REAL -> verimesh.common.v1.Side.SIDE_REAL;
          case NEUTRAL -> verimesh.common.v1.Side.SIDE_NEUTRAL;
        })
        .setLevel(level(evidence.level()))
        .setLayer(layer(evidence.layer()))
        .setText(evidence.text());
    evidence.value().ifPresent(value -> message.setValue(rounded(value)));
    return message.build();
  }

  /// A code, or a short sentence; empty where there is nothing to say. Of a failure only the code: its message may name
  /// addresses that are no caller's business.
  private static String reason(LayerOutcome<?> outcome) {
    return switch (outcome) {
      case Answered<?> _ -> "";
      case LayerOutcome.Failed<?>(var problem) -> problem.reason();
      case LayerOutcome.TimedOut<?>(var share) -> "no answer within " + Math.max(0, share.toMillis()) + " ms";
      case LayerOutcome.NotConfigured<?>(String why) -> why;
      case LayerOutcome.NotApplicable<?>(String why) -> why;
    };
  }

  private static verimesh.common.v1.LayerOutcome outcome(LayerOutcome<?> outcome) {
    return switch (outcome) {
      case Answered<?> _ -> verimesh.common.v1.LayerOutcome.LAYER_OUTCOME_ANSWERED;
      case LayerOutcome.Failed<?> _ -> verimesh.common.v1.LayerOutcome.LAYER_OUTCOME_FAILED;
      case LayerOutcome.TimedOut<?> _ -> verimesh.common.v1.LayerOutcome.LAYER_OUTCOME_TIMED_OUT;
      case LayerOutcome.NotConfigured<?> _ -> verimesh.common.v1.LayerOutcome.LAYER_OUTCOME_NOT_CONFIGURED;
      case LayerOutcome.NotApplicable<?> _ -> verimesh.common.v1.LayerOutcome.LAYER_OUTCOME_NOT_APPLICABLE;
    };
  }

  private static verimesh.common.v1.Layer layer(Layer layer) {
    return switch (layer) {
      case HASH -> verimesh.common.v1.Layer.LAYER_HASH;
      case METADATA -> verimesh.common.v1.Layer.LAYER_METADATA;
      case CONTENT -> verimesh.common.v1.Layer.LAYER_CONTENT;
    };
  }

  private static verimesh.common.v1.Level level(Level level) {
    return switch (level) {
      case NONE -> verimesh.common.v1.Level.LEVEL_NONE;
      case DECLARED -> verimesh.common.v1.Level.LEVEL_DECLARED;
      case PROOF -> verimesh.common.v1.Level.LEVEL_PROOF;
    };
  }

  private static verimesh.orchestrator.v1.Verdict verdict(Verdict verdict) {
    return switch (verdict) {
      case AI_GENERATED -> verimesh.orchestrator.v1.Verdict.VERDICT_AI_GENERATED;
      case UNCERTAIN -> verimesh.orchestrator.v1.Verdict.VERDICT_UNCERTAIN;
      case LIKELY_REAL -> verimesh.orchestrator.v1.Verdict.VERDICT_LIKELY_REAL;
    };
  }

  private static verimesh.orchestrator.v1.DecidedBy decidedBy(DecidedBy decidedBy) {
    return switch (decidedBy) {
      case FORMULA -> verimesh.orchestrator.v1.DecidedBy.DECIDED_BY_FORMULA;
      case PROOF -> verimesh.orchestrator.v1.DecidedBy.DECIDED_BY_PROOF;
      case DECLARED -> verimesh.orchestrator.v1.DecidedBy.DECIDED_BY_DECLARED;
      case CONFLICT -> verimesh.orchestrator.v1.DecidedBy.DECIDED_BY_CONFLICT;
      case ABSENCE -> verimesh.orchestrator.v1.DecidedBy.DECIDED_BY_ABSENCE;
      case LOW_COVERAGE -> verimesh.orchestrator.v1.DecidedBy.DECIDED_BY_LOW_COVERAGE;
      case OUTAGE -> verimesh.orchestrator.v1.DecidedBy.DECIDED_BY_OUTAGE;
      case NO_EVIDENCE -> verimesh.orchestrator.v1.DecidedBy.DECIDED_BY_NO_EVIDENCE;
    };
  }

  private static double rounded(double value) {
    return Math.rint(value * NINE_DIGITS) / NINE_DIGITS;
  }

  public static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder().setSeconds(duration.toSeconds()).setNanos(duration.getNano()).build();
  }
}
