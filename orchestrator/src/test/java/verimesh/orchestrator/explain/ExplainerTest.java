package verimesh.orchestrator.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.chassis.problem.Problem;
import verimesh.metadata.v1.InspectResponse;
import verimesh.orchestrator.explain.Evidence.Side;
import verimesh.orchestrator.fusion.Decision;
import verimesh.orchestrator.fusion.DetectorAnswer;
import verimesh.orchestrator.fusion.Fusion;
import verimesh.orchestrator.fusion.FusionSettings;
import verimesh.orchestrator.fusion.HashAnswer;
import verimesh.orchestrator.fusion.HashAnswer.Tier;
import verimesh.orchestrator.fusion.IndexKnowledge;
import verimesh.orchestrator.fusion.LayerOutcome;
import verimesh.orchestrator.fusion.Level;
import verimesh.orchestrator.fusion.LmmAnswer;
import verimesh.orchestrator.fusion.MetadataAnswer;
import verimesh.orchestrator.fusion.MetadataAnswer.Part;
import verimesh.orchestrator.fusion.Nearness;
import verimesh.orchestrator.witness.EmbeddingReading;
import verimesh.orchestrator.witness.HashReading;
import verimesh.orchestrator.witness.LmmReading;
import verimesh.orchestrator.witness.MetadataFacts;
import verimesh.orchestrator.witness.MetadataFacts.Claim;
import verimesh.orchestrator.witness.MetadataFacts.Sign;
import verimesh.orchestrator.witness.MetadataReading;
import verimesh.orchestrator.witness.Testimony;
import verimesh.verifier.v1.Examination;

/// What people are told.
class ExplainerTest {
  private static final LayerOutcome<HashReading> NO_HASH = new LayerOutcome.NotConfigured<>("");
  private static final LayerOutcome<EmbeddingReading.Detection> NO_DETECTOR = new LayerOutcome.NotConfigured<>("");
  private static final LayerOutcome<LmmReading> NO_LMM = new LayerOutcome.NotConfigured<>("");
  private static final LayerOutcome<MetadataReading> GONE = new LayerOutcome.Failed<>(new Problem.Unavailable("GONE", "gone", Duration.ZERO));

  private static final Sign RECORD =
      new Sign("ComfyUI", "GENERATOR_RECORD", "PNG tEXt workflow", Level.DECLARED, Part.SIGNATURE, Claim.FULLY_GENERATED, "", "", "", false);

  @Test
  void aGeneratorsRecord() {
    Explanation said = explain(metadata(List.of(RECORD), 0, "none"), NO_HASH, NO_DETECTOR, NO_LMM);
    assertThat(said.summary()).isEqualTo("The file carries ComfyUI's own record of how it was generated.");
    assertThat(said.evidence().getFirst().text()).isEqualTo("PNG tEXt workflow: ComfyUI");
  }

  @Test
  void credentialsAreWordedAsTheirSpecificationHasIt() {
    var proof = new Sign("OpenAI", "C2PA_CLAIM", "JUMBF", Level.PROOF, Part.C2PA_AI, Claim.FULLY_GENERATED, "", "", "OpenAI OpCo, LLC", true);
    assertThat(explain(metadata(List.of(proof), 0, "trusted"), NO_HASH, NO_DETECTOR, NO_LMM).summary())
        .isEqualTo("Content Credentials signed by OpenAI OpCo, LLC say: This image was completely AI-generated.");

    var declared = new Sign("X", "C2PA_CLAIM", "JUMBF", Level.DECLARED, Part.C2PA_AI, Claim.FULLY_GENERATED, "", "", "Nobody Inc.", false);
    assertThat(explain(metadata(List.of(declared), 0, "valid"), NO_HASH, NO_DETECTOR, NO_LMM).summary())
        .isEqualTo("Content Credentials by the unverified signer Nobody Inc. say: This image was completely AI-generated.");

    var edited = new Sign("Photoshop", "C2PA_CLAIM", "JUMBF", Level.NONE, Part.C2PA_AI, Claim.AI_EDITED, "", "", "Adobe Inc.", true);
    Explanation edit = explain(metadata(List.of(edited), 0, "trusted"), NO_HASH, NO_DETECTOR, NO_LMM);
    assertThat(edit.evidence()).extracting(Evidence::kind).contains("AI_EDITED");
    assertThat(text(edit)).contains("contains AI-generated content, but was not completely AI-generated").doesNotContain("was completely AI");
  }

  @Test
  void aTrustedCaptureSaysThatACameraCanPhotographAScreen() {
    var capture = new Sign("Leica", "C2PA_CLAIM", "JUMBF", Level.PROOF, Part.C2PA_WITHOUT_AI, Claim.CAPTURED, "", "", "Leica Camera AG", true);
    Explanation said = explain(metadata(List.of(capture), 1, "trusted"), NO_HASH, NO_DETECTOR, NO_LMM);
    assertThat(said.summary())
        .isEqualTo("Content Credentials signed by Leica Camera AG say: This image was captured from a real-life source using a digital camera or digital"
            + " recording device. A camera can also photograph a screen.");
    assertThat(said.evidence().getFirst().side()).isEqualTo(Side.REAL);
  }

  @Test
  void brokenCredentialsAreVoidAndTheirClaimsAreNotShown() {
    var broken = new Sign("X", "C2PA_CLAIM", "JUMBF", Level.NONE, Part.NONE, Claim.CAPTURED, "", "", "Leica Camera AG", false);
    Explanation said = explain(metadata(List.of(broken), 0, "invalid"), NO_HASH, NO_DETECTOR, NO_LMM);
    assertThat(text(said)).contains("do not hold").doesNotContain("real-life source").doesNotContain("Leica");
    assertThat(said.evidence()).filteredOn(found -> found.kind().equals("C2PA_BROKEN")).singleElement()
        .satisfies(found -> assertThat(found.side()).isEqualTo(Side.NEUTRAL));
  }

  @Test
  void aConflictShowsBothSides() {
    var capture = new Sign("Leica", "C2PA_CLAIM", "JUMBF", Level.PROOF, Part.C2PA_WITHOUT_AI, Claim.CAPTURED, "", "", "Leica Camera AG", true);
    Explanation said = explain(metadata(List.of(capture), 1, "trusted"), bytesMatch(), NO_DETECTOR, NO_LMM);
    assertThat(said.summary()).contains("both sides").contains("Exactly this file is in bank known-ai").contains("Leica Camera AG");
  }

  @Test
  void theMostDecisiveComesFirstAndAbsencesLast() {
    Explanation said = explain(metadata(List.of(RECORD), 0, "none"), bytesMatch(), detector(0.97), NO_LMM);
    assertThat(said.evidence()).extracting(Evidence::kind).containsExactly("SHA256_MATCH", "GENERATOR_RECORD", "DETECTOR", "NO_CAMERA_EXIF");
  }

  @Test
  void oneWitnessAlone() {
    Explanation said = explain(metadata(List.of(), 0, "none"), NO_HASH, NO_DETECTOR, NO_LMM);
    assertThat(said.summary())
        .startsWith("Only the reading of the file's metadata answered, and one witness alone is no verdict.")
        .contains("no EXIF data of a camera");
  }

  @Test
  void anOutageIsSaid() {
    Explanation said = explain(GONE, NO_HASH, detector(0.99), lmm(0.99));
    assertThat(said.summary()).startsWith("Only the look at the pixels answered");
    Explanation open = explain(GONE, cosine(0.5), detector(0.01), NO_LMM);
    assertThat(open.summary()).startsWith("The reading of the file's metadata did not answer, which could have changed the verdict");
    Explanation stands = explain(GONE, cosine(0.95), detector(0.99), NO_LMM);
    assertThat(stands.summary()).contains("points to AI").endsWith("The reading of the file's metadata did not answer and might have overridden this.");
  }

  @Test
  void likelyRealIsSaidToBeLikelyAndNotProven() {
    Explanation said = explain(metadata(List.of(), 1, "none"), NO_HASH, detector(0.02), NO_LMM);
    assertThat(said.summary()).contains("likely and not proven");
  }

  @ParameterizedTest
  @EnumSource
  void everyPhraseIsThereInBothLanguagesAndNoneSaysThatAPersonMadeIt(Phrase phrase) {
    String english = phrase.in(Tongue.ENGLISH);
    String korean = phrase.in(Tongue.KOREAN);
    assertThat(english).isNotBlank();
    assertThat(korean).isNotBlank();
    for (int part = 0; part < 3; part++) {
      assertThat(korean.contains("{" + part + "}")).as("{%s} of %s", part, phrase).isEqualTo(english.contains("{" + part + "}"));
    }
    assertThat(english.toLowerCase(java.util.Locale.ROOT)).doesNotContain("human").doesNotContain("made by a person").doesNotContain("authentic");
    assertThat(korean).doesNotContain("사람이 만").doesNotContain("인간");
    if (english.length() > 12) assertThat(korean).as("Hangul").containsPattern("[가-힣]");
  }

  @ParameterizedTest
  @EnumSource
  void aStrangersTextStaysOneCleanLine(Tongue tongue) {
    String hostile = "Evil\n\u0000\u202Etool\r\n" + "x".repeat(10_000) + "{0}<script>";
    var sign = new Sign(hostile, "GENERATOR_RECORD", hostile, Level.DECLARED, Part.SIGNATURE, Claim.FULLY_GENERATED, hostile, hostile, hostile, false);
    Explanation said = Explainer.explain(
        testimony(metadata(List.of(sign), 1, "none"), NO_HASH, NO_DETECTOR, NO_LMM),
        decide(testimony(metadata(List.of(sign), 1, "none"), NO_HASH, NO_DETECTOR, NO_LMM)),
        tongue);
    assertThat(text(said)).doesNotContainPattern("[\\p{Cntrl}\u202E]").hasSizeLessThan(2_000);
  }

  @Test
  void certaintyIsNotMadeByRounding() {
    assertThat(text(explain(metadata(List.of(), 0, "none"), NO_HASH, detector(0.99999), NO_LMM))).contains("99.9 %").doesNotContain("100 %");
    assertThat(text(explain(metadata(List.of(), 0, "none"), NO_HASH, detector(1), NO_LMM))).contains("100 %");
    assertThat(text(explain(metadata(List.of(), 0, "none"), NO_HASH, detector(0.33), NO_LMM))).contains("33 %");
  }

  @Test
  void aKoreanSummaryIsKorean() {
    Testimony testimony = testimony(metadata(List.of(), 0, "none"), NO_HASH, NO_DETECTOR, NO_LMM);
    assertThat(Explainer.explain(testimony, decide(testimony), Tongue.KOREAN).summary())
        .startsWith("파일 메타데이터 판독만 답했으며, 증인 하나만으로는 판정하지 않습니다.");
  }

  private static String text(Explanation said) {
    List<String> all = new ArrayList<>(List.of(said.summary()));
    said.evidence().forEach(found -> all.add(found.text()));
    return String.join(" | ", all);
  }

  private static Explanation explain(
      LayerOutcome<MetadataReading> metadata, LayerOutcome<HashReading> hash, LayerOutcome<EmbeddingReading.Detection> detector, LayerOutcome<LmmReading> lmm) {
    Testimony testimony = testimony(metadata, hash, detector, lmm);
    return Explainer.explain(testimony, decide(testimony), Tongue.ENGLISH);
  }

  private static Testimony testimony(
      LayerOutcome<MetadataReading> metadata, LayerOutcome<HashReading> hash, LayerOutcome<EmbeddingReading.Detection> detector, LayerOutcome<LmmReading> lmm) {
    return new Testimony(metadata, hash, new IndexKnowledge.Unknown(), detector, lmm);
  }

  private static Decision decide(Testimony testimony) {
    return Fusion.weighted304030(testimony.witnesses(), FusionSettings.DEFAULT);
  }

  private static <T> LayerOutcome<T> answered(T answer) {
    return new LayerOutcome.Answered<>(answer, Duration.ZERO);
  }

  private static LayerOutcome<MetadataReading> metadata(List<Sign> signs, double exif, String credentials) {
    var folded = signs.stream().map(sign -> new MetadataAnswer.Sign(sign.part(), sign.level())).toList();
    var facts =
        new MetadataFacts(
            signs, Optional.empty(), exif, exif > 0 ? "CAMERA_CONSISTENT" : "STRIPPED", exif > 0 ? "Canon A40" : "", List.of(), credentials, List.of(), false);
    return answered(new MetadataReading(MetadataAnswer.of(folded, exif, 0), facts, InspectResponse.getDefaultInstance()));
  }

  private static LayerOutcome<HashReading> bytesMatch() {
    return hash(new Nearness.SameBytes());
  }

  private static LayerOutcome<HashReading> cosine(double value) {
    return hash(new Nearness.Cosine(value));
  }

  private static LayerOutcome<HashReading> hash(Nearness nearness) {
    var match = new HashAnswer.Match(nearness, false);
    var searched = new Tier.Searched(40_000);
    var answer = new HashAnswer(List.of(match), List.of(), 40_000, 0, searched, searched);
    return answered(new HashReading(answer, List.of(new HashReading.Found(match, true, "known-ai", "item-1", "", Dihedral.ORIGINAL)), 1));
  }

  private static LayerOutcome<EmbeddingReading.Detection> detector(double p) {
    return answered(new EmbeddingReading.Detection(new DetectorAnswer(p), false, "", "space", "archive", "model", false));
  }

  private static LayerOutcome<LmmReading> lmm(double p) {
    var examination = Examination.newBuilder().setFake(true).setConfidence(p).build();
    return answered(new LmmReading(new LmmAnswer(p, OptionalDouble.empty(), false), examination, Optional.empty(), List.of(), "POLICY"));
  }
}
