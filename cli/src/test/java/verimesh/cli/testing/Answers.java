package verimesh.cli.testing;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import verimesh.common.v1.Evidence;
import verimesh.common.v1.Layer;
import verimesh.common.v1.LayerOutcome;
import verimesh.common.v1.Level;
import verimesh.common.v1.Side;
import verimesh.metadata.v1.Exif;
import verimesh.metadata.v1.Generator;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.LabelClass;
import verimesh.metadata.v1.Signature;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.DecidedBy;
import verimesh.orchestrator.v1.DetectorReport;
import verimesh.orchestrator.v1.ImageFacts;
import verimesh.orchestrator.v1.LayerReport;
import verimesh.orchestrator.v1.Provenance;
import verimesh.orchestrator.v1.Verdict;

/// Answers as an orchestrator gives them, for tests of how they look.
public final class Answers {
  private Answers() {}

  /// design/analyze.example.json as a message.
  public static AnalyzeResponse declared() {
    return AnalyzeResponse.newBuilder()
        .setVerdictId("01JD9Q6W0Z4M8T2R5X7K3N1B0C")
        .setExternalId("upload-4711")
        .setVerdict(Verdict.VERDICT_AI_GENERATED)
        .setConfidence(0.95)
        .setDecidedBy(DecidedBy.DECIDED_BY_DECLARED)
        .setPolicy("weighted-30-40-30")
        .setRatio(0.564)
        .setCoverage(0.7)
        .setSummary("The file carries Stable Diffusion WebUI's own record of how it was generated.")
        .addLayers(hashNotApplicable())
        .addLayers(LayerReport.newBuilder().setLayer(Layer.LAYER_METADATA).setOutcome(LayerOutcome.LAYER_OUTCOME_ANSWERED).setWeight(0.4)
            .setAi(0.26).setReal(0).setTook(millis(3)))
        .addLayers(LayerReport.newBuilder().setLayer(Layer.LAYER_CONTENT).setOutcome(LayerOutcome.LAYER_OUTCOME_ANSWERED).setWeight(0.3)
            .setAi(0).setReal(0.201).setTook(millis(41))
            .setDetector(DetectorReport.newBuilder().setProbabilityAi(0.33).setEmbeddingSpace("siglip/abc/def/logits").setArchiveId("siglip/abc/cpu")
                .setOutcome(LayerOutcome.LAYER_OUTCOME_ANSWERED)))
        .addEvidence(Evidence.newBuilder().setKind("GENERATOR_RECORD").setSide(Side.SIDE_AI).setLevel(Level.LEVEL_DECLARED).setLayer(Layer.LAYER_METADATA)
            .setText("PNG text chunk 'parameters': Stable Diffusion WebUI (AUTOMATIC1111) v1.10.1, model dreamshaper_8"))
        .setProvenance(Provenance.newBuilder().setAvailable(true).setGeneratorName("Stable Diffusion WebUI (AUTOMATIC1111)").setSignatureState("none")
            .setLabelClass(LabelClass.LABEL_CLASS_FULLY_GENERATED))
        .setImage(ImageFacts.newBuilder().setSha256("8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4").setFormat("png")
            .setWidth(512).setHeight(768).setBytes(412_345).setPdq("0".repeat(64)).setPdqQuality(98))
        .setTook(millis(58))
        .setDecidedAt(Timestamp.newBuilder().setSeconds(1_795_000_000L))
        .setMetadata(inspected())
        .build();
  }

  public static AnalyzeResponse camera() {
    return AnalyzeResponse.newBuilder()
        .setVerdictId("01JD9Q6W0Z4M8T2R5X7K3N1B0D")
        .setVerdict(Verdict.VERDICT_UNCERTAIN)
        .setConfidence(0.5)
        .setDecidedBy(DecidedBy.DECIDED_BY_LOW_COVERAGE)
        .setPolicy("weighted-30-40-30")
        .setRatio(0)
        .setCoverage(0.4)
        .setSummary("The EXIF data fits an unedited camera original; no other layer answered, and one witness is no verdict.")
        .addLayers(hashNotApplicable())
        .addLayers(LayerReport.newBuilder().setLayer(Layer.LAYER_METADATA).setOutcome(LayerOutcome.LAYER_OUTCOME_ANSWERED).setWeight(0.4)
            .setAi(0).setReal(0.126).setTook(millis(2)))
        .addLayers(LayerReport.newBuilder().setLayer(Layer.LAYER_CONTENT).setOutcome(LayerOutcome.LAYER_OUTCOME_NOT_CONFIGURED).setWeight(0.3)
            .setReason("no model"))
        .addEvidence(Evidence.newBuilder().setKind("EXIF_CAMERA").setSide(Side.SIDE_REAL).setLevel(Level.LEVEL_NONE).setLayer(Layer.LAYER_METADATA)
            .setText("EXIF of a Canon EOS R60 that fits together (published score 0.90)"))
        .setProvenance(Provenance.newBuilder().setAvailable(true).setCaptureDevice("Canon EOS R60").setSignatureState("none")
            .setLabelClass(LabelClass.LABEL_CLASS_CAPTURED))
        .setImage(ImageFacts.newBuilder().setSha256("1".repeat(64)).setFormat("jpeg").setWidth(768).setHeight(512).setBytes(36_632))
        .setTook(millis(21))
        .setMetadata(InspectResponse.newBuilder().setFormat("jpeg").setExif(Exif.newBuilder().setPublishedScore(0.9).setConsistency("CAMERA_CONSISTENT")
            .setConsistencyScore(0.92).setMake("Canon").setModel("Canon EOS R60").addReasons("the thumbnail shows the same scene")))
        .build();
  }

  public static AnalyzeResponse likelyReal() {
    return camera().toBuilder().setVerdict(Verdict.VERDICT_LIKELY_REAL).setConfidence(0.8312).setDecidedBy(DecidedBy.DECIDED_BY_FORMULA).setRatio(0.1688)
        .setCoverage(0.7).setSummary("The detector and the EXIF data both speak for a photograph.")
        .setLayers(2, LayerReport.newBuilder().setLayer(Layer.LAYER_CONTENT).setOutcome(LayerOutcome.LAYER_OUTCOME_ANSWERED).setWeight(0.3).setAi(0)
            .setReal(0.27).setTook(millis(44)).setDetector(DetectorReport.newBuilder().setProbabilityAi(0.1).setOutcome(LayerOutcome.LAYER_OUTCOME_ANSWERED)))
        .build();
  }

  public static InspectResponse inspected() {
    return InspectResponse.newBuilder()
        .setFormat("png")
        .setGenerator(Generator.newBuilder().setName("Stable Diffusion WebUI (AUTOMATIC1111)").setVersion("v1.10.1").setModel("dreamshaper_8")
            .setEvidence("PNG text chunk 'parameters'"))
        .addSignatures(Signature.newBuilder().setTool("Stable Diffusion WebUI (AUTOMATIC1111)").setKind("GENERATOR_RECORD").setCarrier("PNG tEXt parameters")
            .setLevel(Level.LEVEL_DECLARED).setPrompt("a lighthouse on a cliff at night").setSeed("1907423345").putSettings("Steps", "28"))
        .setExif(Exif.newBuilder().setConsistency("STRIPPED").addReasons("no camera Make"))
        .setWidth(512).setHeight(768)
        .setSummary("Made with Stable Diffusion WebUI (AUTOMATIC1111), by its own record.")
        .build();
  }

  private static LayerReport hashNotApplicable() {
    return LayerReport.newBuilder().setLayer(Layer.LAYER_HASH).setOutcome(LayerOutcome.LAYER_OUTCOME_NOT_APPLICABLE).setWeight(0.3)
        .setReason("the index holds no item").build();
  }

  private static Duration millis(int millis) {
    return Duration.newBuilder().setNanos(millis * 1_000_000).build();
  }
}
