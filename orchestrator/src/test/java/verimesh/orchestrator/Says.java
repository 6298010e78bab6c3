package verimesh.orchestrator;

import com.google.protobuf.ByteString;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.imageio.ImageIO;
import verimesh.chassis.images.InputSpec;
import verimesh.common.v1.Level;
import verimesh.common.v1.ModelId;
import verimesh.common.v1.Score;
import verimesh.embedding.v1.Detection;
import verimesh.embedding.v1.EmbedAndDetectResponse;
import verimesh.embedding.v1.Embedding;
import verimesh.embedding.v1.ListModelsResponse;
import verimesh.embedding.v1.ModelInfo;
import verimesh.embedding.v1.ModelRole;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.ItemMatch;
import verimesh.hash.v1.MatchResponse;
import verimesh.hash.v1.MatchTier;
import verimesh.hash.v1.TierReport;
import verimesh.metadata.v1.Exif;
import verimesh.metadata.v1.FormulaPart;
import verimesh.metadata.v1.Generator;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.LabelClass;
import verimesh.metadata.v1.Signature;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.verifier.v1.Backend;
import verimesh.verifier.v1.Clue;
import verimesh.verifier.v1.Examination;
import verimesh.verifier.v1.ExamineResponse;
import verimesh.verifier.v1.GetBackendsResponse;
import verimesh.verifier.v1.ReExamineResponse;
import verimesh.verifier.v1.RetrieveCluesResponse;
import verimesh.verifier.v1.RetrievedClue;

/// What scripted services say, and pictures to say it of.
final class Says {
  private Says() {}

  // Pictures

  /// Noise over a gradient: a PDQ of good quality.
  static byte[] png(int width, int height, long seed) {
    return encode(picture(width, height, seed), "png");
  }

  static byte[] jpeg(int width, int height, long seed) {
    return encode(picture(width, height, seed), "jpeg");
  }

  static byte[] svg() {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"30\"><rect width=\"9\" height=\"9\"/></svg>".getBytes(StandardCharsets.UTF_8);
  }

  private static BufferedImage picture(int width, int height, long seed) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var random = new Random(seed);
    var graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, Color.WHITE, width, height, Color.BLUE));
    graphics.fillRect(0, 0, width, height);
    for (int n = 0; n < 40; n++) {
      graphics.setColor(new Color(random.nextInt(1 << 24)));
      graphics.fillOval(random.nextInt(width), random.nextInt(height), 1 + random.nextInt(width / 3 + 1), 1 + random.nextInt(height / 3 + 1));
    }
    graphics.dispose();
    return image;
  }

  private static byte[] encode(BufferedImage image, String format) {
    var bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) throw new IllegalStateException(format);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static AnalyzeRequest.Builder request(byte[] image) {
    return AnalyzeRequest.newBuilder().setImage(ByteString.copyFrom(image));
  }

  // metadata-svc

  static InspectResponse stripped() {
    return InspectResponse.newBuilder().setFormat("png").setExif(Exif.newBuilder().setConsistency("STRIPPED")).build();
  }

  static InspectResponse camera() {
    return InspectResponse.newBuilder()
        .setFormat("jpeg")
        .setExif(Exif.newBuilder().setPublishedScore(1).setConsistency("CAMERA_CONSISTENT").setMake("Canon").setModel("PowerShot A40"))
        .setCaptureDevice("Canon PowerShot A40")
        .setLabelClass(LabelClass.LABEL_CLASS_CAPTURED)
        .build();
  }

  static InspectResponse generatorRecord() {
    return InspectResponse.newBuilder()
        .setFormat("png")
        .setGenerator(
            Generator.newBuilder()
                .setName("Stable Diffusion WebUI (AUTOMATIC1111)")
                .setVersion("v1.10.1")
                .setModel("dreamshaper_8")
                .setEvidence("PNG text chunk 'parameters'"))
        .addSignatures(
            Signature.newBuilder()
                .setTool("Stable Diffusion WebUI (AUTOMATIC1111)")
                .setKind("GENERATOR_RECORD")
                .setCarrier("PNG tEXt parameters")
                .setLevel(Level.LEVEL_DECLARED)
                .setPart(FormulaPart.FORMULA_PART_SIGNATURE)
                .setLabelClass(LabelClass.LABEL_CLASS_FULLY_GENERATED)
                .setVersion("v1.10.1")
                .setModel("dreamshaper_8")
                .setPrompt("a portrait of somebody private"))
        .setExif(Exif.newBuilder().setConsistency("STRIPPED"))
        .setLabelClass(LabelClass.LABEL_CLASS_FULLY_GENERATED)
        .build();
  }

  // hash-svc

  static MatchResponse emptyIndex() {
    return MatchResponse.newBuilder().setGeneration(1).build();
  }

  static MatchResponse.Builder index(long positive, long negative) {
    return MatchResponse.newBuilder()
        .setPositiveItems(positive)
        .setNegativeItems(negative)
        .setGeneration(7)
        .addTiers(searched(MatchTier.MATCH_TIER_SHA256, positive + negative))
        .addTiers(searched(MatchTier.MATCH_TIER_PDQ, positive + negative))
        .addTiers(searched(MatchTier.MATCH_TIER_EMBEDDING, positive + negative));
  }

  private static TierReport searched(MatchTier tier, long items) {
    return TierReport.newBuilder().setTier(tier).setSearched(true).setItems(items).build();
  }

  static ItemMatch match(MatchTier tier, BankKind kind) {
    var item = Item.newBuilder().setItemId("item-1").setBank(kind == BankKind.BANK_KIND_POSITIVE ? "known-ai" : "press").setGenerator("Midjourney");
    var match = ItemMatch.newBuilder().setItem(item).setTier(tier).setBankKind(kind);
    if (tier == MatchTier.MATCH_TIER_PDQ) match.setPdqDistanceBits(12);
    if (tier == MatchTier.MATCH_TIER_EMBEDDING) match.setCosine(0.91);
    return match.build();
  }

  // embedding-svc

  static final InputSpec CLIP_SPEC =
      InputSpec.from(
          verimesh.common.v1.InputSpec.newBuilder()
              .setSize(32)
              .setFit(verimesh.common.v1.Fit.FIT_SHORTEST_EDGE_CROP)
              .setResize(32)
              .setFilter(verimesh.common.v1.Filter.FILTER_BICUBIC)
              .addMean(0.5).addMean(0.5).addMean(0.5)
              .addStd(0.5).addStd(0.5).addStd(0.5)
              .build());

  static final InputSpec SQUASH_SPEC =
      InputSpec.from(
          verimesh.common.v1.InputSpec.newBuilder()
              .setSize(48)
              .setFit(verimesh.common.v1.Fit.FIT_SQUASH)
              .setFilter(verimesh.common.v1.Filter.FILTER_BILINEAR)
              .addMean(0.5).addMean(0.5).addMean(0.5)
              .addStd(0.5).addStd(0.5).addStd(0.5)
              .build());

  static ModelInfo model(ModelRole role, InputSpec spec) {
    return ModelInfo.newBuilder()
        .setId(ModelId.newBuilder().setEmbeddingSpace("space/" + role).setArchiveId("archive/" + role).setName(role.name()))
        .setRole(role)
        .setInputSpec(spec.toProto())
        .setInputSpecDigest(spec.digest())
        .build();
  }

  static ListModelsResponse models(ModelInfo... models) {
    return ListModelsResponse.newBuilder().addAllModels(java.util.List.of(models)).build();
  }

  static EmbedAndDetectResponse detection(double p) {
    return EmbedAndDetectResponse.newBuilder()
        .setDetection(
            Detection.newBuilder()
                .setProbabilityAi(Score.newBuilder().setValue(p))
                .setModel(ModelId.newBuilder().setEmbeddingSpace("space/detector").setArchiveId("archive/detector").setName("detector")))
        .build();
  }

  static Embedding vector(String space) {
    return Embedding.newBuilder().addValues(0.6f).addValues(0.8f).setModel(ModelId.newBuilder().setEmbeddingSpace(space)).build();
  }

  // verifier-svc

  static GetBackendsResponse oneBackend() {
    return GetBackendsResponse.newBuilder().addBackends(Backend.newBuilder().setName("main").setModel("lmm-1")).addPromptVersions("examine/1").build();
  }

  static ExamineResponse real(double confidence) {
    return ExamineResponse.newBuilder().setExamination(examination(false, confidence)).build();
  }

  static ExamineResponse fake(double confidence) {
    return ExamineResponse.newBuilder().setExamination(examination(true, confidence)).build();
  }

  static ReExamineResponse fakeAgain(double confidence) {
    return ReExamineResponse.newBuilder().setExamination(examination(true, confidence)).build();
  }

  static ReExamineResponse realAgain(double confidence) {
    return ReExamineResponse.newBuilder().setExamination(examination(false, confidence)).build();
  }

  private static Examination examination(boolean fake, double confidence) {
    return Examination.newBuilder()
        .setFake(fake)
        .setConfidence(confidence)
        .setProbabilityAi(fake ? confidence : 1 - confidence)
        .addObservations("seen")
        .setModel("lmm-1")
        .setPromptVersion("examine/1")
        .build();
  }

  static RetrieveCluesResponse twoClues() {
    return RetrieveCluesResponse.newBuilder()
        .addClues(RetrievedClue.newBuilder().setClue(Clue.newBuilder().setClueId("hands.finger-count")).setCosine(0.3))
        .addClues(RetrievedClue.newBuilder().setClue(Clue.newBuilder().setClueId("eyes.pupils")).setCosine(0.2))
        .build();
  }
}
