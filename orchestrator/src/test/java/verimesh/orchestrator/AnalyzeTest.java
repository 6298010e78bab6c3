package verimesh.orchestrator;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static verimesh.common.v1.Layer.LAYER_CONTENT;
import static verimesh.common.v1.Layer.LAYER_HASH;
import static verimesh.common.v1.Layer.LAYER_METADATA;
import static verimesh.common.v1.LayerOutcome.LAYER_OUTCOME_ANSWERED;
import static verimesh.common.v1.LayerOutcome.LAYER_OUTCOME_FAILED;
import static verimesh.common.v1.LayerOutcome.LAYER_OUTCOME_NOT_APPLICABLE;
import static verimesh.common.v1.LayerOutcome.LAYER_OUTCOME_NOT_CONFIGURED;
import static verimesh.common.v1.LayerOutcome.LAYER_OUTCOME_TIMED_OUT;
import static verimesh.orchestrator.TestMesh.layer;

import com.google.protobuf.Duration;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.common.v1.Language;
import verimesh.common.v1.LayerOutcome;
import verimesh.embedding.v1.EmbedAndDetectResponse;
import verimesh.embedding.v1.ModelRole;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.MatchRequest;
import verimesh.hash.v1.MatchResponse;
import verimesh.hash.v1.MatchTier;
import verimesh.hash.v1.Orientation;
import verimesh.hash.v1.TurnedPdq;
import verimesh.orchestrator.time.TestTime;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.DecidedBy;
import verimesh.orchestrator.v1.Verdict;

/// The way of one image through the real orchestrator, with scripted services around it.
@Timeout(60)
class AnalyzeTest {
  private static final byte[] PICTURE = Says.png(120, 90, 1);

  private final TestTime time = new TestTime();
  private TestMesh mesh = TestMesh.now();

  @AfterEach
  void close() {
    mesh.close();
  }

  // Layers that are not there

  @Test
  void withNobodyConfiguredThereIsStillAnAnswer() throws Exception {
    AnalyzeResponse answer = mesh.start().analyze(Says.request(PICTURE).setExternalId("upload-4711").build());
    assertThat(answer.getVerdict()).isEqualTo(Verdict.VERDICT_UNCERTAIN);
    assertThat(answer.getDecidedBy()).isEqualTo(DecidedBy.DECIDED_BY_NO_EVIDENCE);
    assertThat(answer.getConfidence()).isEqualTo(0.5);
    assertThat(answer.hasRatio()).isFalse();
    assertThat(answer.getVerdictId()).matches("[0-9A-HJKMNP-TV-Z]{26}");
    assertThat(answer.getExternalId()).isEqualTo("upload-4711");
    assertThat(answer.getPolicy()).isEqualTo("weighted-30-40-30");
    assertThat(answer.getLayersList()).extracting(report -> report.getOutcome()).containsOnly(LAYER_OUTCOME_NOT_CONFIGURED);
    assertThat(answer.getImage().getSha256()).isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(PICTURE)));
    assertThat(answer.getImage().getFormat()).isEqualTo("png");
    assertThat(answer.getImage().getWidth()).isEqualTo(120);
    assertThat(answer.getImage().getHeight()).isEqualTo(90);
    assertThat(answer.getImage().getBytes()).isEqualTo(PICTURE.length);
    assertThat(answer.getSummary()).isNotEmpty();
  }

  @Test
  void aGeneratorsOwnRecordDecides() {
    mesh.withEverybody().start();
    mesh.inspect.nowAnswers(_ -> Says.generatorRecord());
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(answer.getVerdict()).isEqualTo(Verdict.VERDICT_AI_GENERATED);
    assertThat(answer.getDecidedBy()).isEqualTo(DecidedBy.DECIDED_BY_DECLARED);
    assertThat(answer.getConfidence()).isEqualTo(0.95);
    assertThat(answer.getProvenance().getGeneratorName()).isEqualTo("Stable Diffusion WebUI (AUTOMATIC1111)");
    assertThat(answer.getMetadata()).isEqualTo(Says.generatorRecord());
    assertThat(answer.getEvidence(0).getText())
        .isEqualTo("PNG text chunk 'parameters': Stable Diffusion WebUI (AUTOMATIC1111) v1.10.1, model dreamshaper_8");
    assertThat(answer.getSummary()).isEqualTo("The file carries Stable Diffusion WebUI (AUTOMATIC1111)'s own record of how it was generated.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata", "hash", "embedding", "verifier"})
  void aServiceThatIsAwayFailsItsLayerAndNotTheCall(String service) throws Exception {
    mesh.withEverybody().start();
    mesh.stop(service);
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    var away = service.equals("metadata") ? LAYER_METADATA : service.equals("hash") ? LAYER_HASH : LAYER_CONTENT;
    var expected = service.equals("embedding") ? LAYER_OUTCOME_ANSWERED : LAYER_OUTCOME_FAILED;
    if (service.equals("embedding")) {
      assertThat(layer(answer, LAYER_CONTENT).getOutcome()).as("the LMM answered").isEqualTo(LAYER_OUTCOME_ANSWERED);
      assertThat(layer(answer, LAYER_CONTENT).getDetector().getOutcome()).isEqualTo(LAYER_OUTCOME_FAILED);
    } else {
      assertThat(layer(answer, away).getOutcome()).isEqualTo(expected);
      assertThat(layer(answer, away).getReason()).isEqualTo("UNREACHABLE");
      assertThat(layer(answer, away).hasAi()).isFalse();
    }
    mesh.startAgain(service);
    AnalyzeResponse again = mesh.analyze(PICTURE);
    assertThat(again.getFromCache()).as("a verdict with a layer out is never kept").isFalse();
    assertThat(again.getLayersList()).extracting(report -> report.getOutcome()).doesNotContain(LAYER_OUTCOME_FAILED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedding", "verifier"})
  void aServiceThatHadNothingConfiguredIsStillMissedWhenItGoesAway(String service) throws Exception {
    mesh.withEverybody().start();
    mesh.backends.nowAnswers(_ -> verimesh.verifier.v1.GetBackendsResponse.getDefaultInstance());
    assertThat(layer(mesh.analyze(PICTURE), LAYER_CONTENT).getOutcome()).isEqualTo(LAYER_OUTCOME_NOT_CONFIGURED);
    mesh.stop(service);
    AnalyzeResponse answer = mesh.analyze(Says.request(PICTURE).setUseCache(false).build());
    assertThat(layer(answer, LAYER_CONTENT).getOutcome()).as("it may come back with a model").isEqualTo(LAYER_OUTCOME_FAILED);
    assertThat(layer(answer, LAYER_CONTENT).getReason()).isEqualTo("UNREACHABLE");
    mesh.startAgain(service);
    assertThat(layer(mesh.analyze(Says.request(PICTURE).setUseCache(false).build()), LAYER_CONTENT).getOutcome()).isEqualTo(LAYER_OUTCOME_NOT_CONFIGURED);
  }

  @Test
  void aLayerThatWasNotAskedForIsAChoice() {
    mesh.withEverybody().start();
    AnalyzeResponse answer = mesh.analyze(Says.request(PICTURE).addLayers(LAYER_METADATA).build());
    assertThat(layer(answer, LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_ANSWERED);
    for (var left : List.of(LAYER_HASH, LAYER_CONTENT)) {
      assertThat(layer(answer, left).getOutcome()).isEqualTo(LAYER_OUTCOME_NOT_CONFIGURED);
      assertThat(layer(answer, left).getReason()).isEqualTo("NOT_REQUESTED");
    }
    assertThat(mesh.match.asked()).isEmpty();
    assertThat(mesh.examine.asked()).isEmpty();
    assertThat(mesh.embedAndDetect.asked()).isEmpty();
  }

  @Test
  void anLmmThatNobodyConfiguredIsNoOutage() {
    mesh.withVerifier().withMetadata().start();
    mesh.backends.nowAnswers(_ -> verimesh.verifier.v1.GetBackendsResponse.getDefaultInstance());
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(layer(answer, LAYER_CONTENT).getOutcome()).isEqualTo(LAYER_OUTCOME_NOT_CONFIGURED);
    assertThat(mesh.examine.asked()).isEmpty();
  }

  @Test
  void aServiceThatSpeaksNonsenseFailsItsLayer() {
    mesh.withMetadata().start();
    mesh.inspect.nowAnswers(_ -> Says.camera().toBuilder().setExif(Says.camera().getExif().toBuilder().setPublishedScore(Double.NaN)).build());
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(layer(answer, LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_FAILED);
    assertThat(layer(answer, LAYER_METADATA).getReason()).isEqualTo("ANSWER_OUT_OF_RANGE");
  }

  // Time

  @Test
  void aSilentVerifierCostsItsShareAndNothingMore() throws Exception { // ten seconds pass in a moment
    mesh = TestMesh.at(time).withMetadata().withVerifier().start();
    mesh.examine.neverAnswers();
    CompletableFuture<AnalyzeResponse> answer = mesh.meanwhile(() -> mesh.analyze(Says.request(PICTURE).setDeadline(seconds(10)).build()));
    mesh.inspect.awaitAsked(1);
    mesh.examine.awaitAsked(1);
    time.awaitAlarms(2); // the verifier's share, and the caller's own
    time.advanceToNextAlarm();
    AnalyzeResponse said = answer.join();
    assertThat(layer(said, LAYER_CONTENT).getOutcome()).isEqualTo(LAYER_OUTCOME_TIMED_OUT);
    assertThat(layer(said, LAYER_CONTENT).getLmm().getReason()).isEqualTo("no answer within 9800 ms");
    assertThat(layer(said, LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_ANSWERED);
    assertThat(time.elapsed()).isEqualTo(ofMillis(9_800)); // 2 % are kept for fusion, DESIGN.md §5
  }

  @Test
  void aShortDeadlineKeepsTwentyMillisecondsForFusion() throws Exception {
    mesh = TestMesh.at(time).withMetadata().start();
    mesh.inspect.neverAnswers();
    var answer = mesh.meanwhile(() -> mesh.analyze(Says.request(PICTURE).setDeadline(Duration.newBuilder().setNanos(100_000_000)).build()));
    mesh.inspect.awaitAsked(1);
    time.awaitAlarms(2);
    time.advanceToNextAlarm();
    assertThat(layer(answer.join(), LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_TIMED_OUT);
    assertThat(time.elapsed()).isEqualTo(ofMillis(80));
  }

  @Test
  void withAnLmmAMinuteIsUsual() throws Exception {
    mesh = TestMesh.at(time).withVerifier().start();
    mesh.examine.neverAnswers();
    var answer = mesh.meanwhile(() -> mesh.analyze(PICTURE));
    mesh.examine.awaitAsked(1);
    time.awaitAlarms(2);
    time.advanceToNextAlarm();
    answer.join();
    assertThat(time.elapsed()).isEqualTo(ofMillis(58_800));
  }

  // Pixels

  @Test
  void nothingIsDecodedWhereNobodyNeedsPixels() {
    mesh.withEverybody().start();
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(answer.getImage().getPdq()).isEmpty();
    assertThat(answer.getImage().getRemarksList()).containsExactly("not decoded: no layer needed the pixels");
    assertThat(layer(answer, LAYER_HASH).getOutcome()).isEqualTo(LAYER_OUTCOME_NOT_APPLICABLE);
    assertThat(layer(answer, LAYER_HASH).getReason()).isEqualTo("the index holds no item");
    assertThat(mesh.match.asked()).hasSize(1);
    assertThat(mesh.telemetry.meters().get("verimesh.pixels").tag("step", "decode").timer().count()).isZero();
  }

  @Test
  void thePictureIsDecodedOnceForPdqAndEverySpec() throws Exception {
    mesh.withHash().withEmbedding().start();
    mesh.listModels.nowAnswers(_ -> Says.models(
        Says.model(ModelRole.MODEL_ROLE_DETECTOR, Says.SQUASH_SPEC),
        Says.model(ModelRole.MODEL_ROLE_DINOV2, Says.CLIP_SPEC),
        Says.model(ModelRole.MODEL_ROLE_CLIP, Says.CLIP_SPEC)));
    mesh.embedAndDetect.nowAnswers(_ -> Says.detection(0.7).toBuilder().setDinov2(Says.vector("space/dinov2")).build());
    mesh.match.nowAnswers(_ -> Says.index(40_000, 0).build());
    AnalyzeResponse answer = mesh.analyze(PICTURE);

    assertThat(mesh.telemetry.meters().get("verimesh.pixels").tag("step", "decode").timer().count()).isEqualTo(1);
    var asked = mesh.embedAndDetect.asked().getFirst();
    assertThat(asked.getRolesList()).as("nobody needs a CLIP vector without a verifier")
        .containsExactlyInAnyOrder(ModelRole.MODEL_ROLE_DETECTOR, ModelRole.MODEL_ROLE_DINOV2);
    assertThat(asked.getImagesList()).extracting(image -> image.getTensor().getInputSpecDigest())
        .containsExactlyInAnyOrder(Says.SQUASH_SPEC.digest(), Says.CLIP_SPEC.digest());
    for (var image : asked.getImagesList()) {
      var tensor = image.getTensor();
      assertThat(tensor.getRgb().size()).isEqualTo(tensor.getCount() * tensor.getHeight() * tensor.getWidth() * 3);
    }

    var stored = ((Decoded.Picture) Decoder.plain(DecodeLimits.DEFAULT).decode(PICTURE)).stored();
    Pdq.Result pdq = Pdq.hash(stored);
    assertThat(answer.getImage().getPdq()).isEqualTo(pdq.hash().hex());
    assertThat(answer.getImage().getPdqQuality()).isEqualTo(pdq.quality());
    // By bytes, by PDQ, and again with the vector.
    assertThat(mesh.match.asked()).hasSize(3);
    assertThat(mesh.match.asked().get(0).getSha256().size()).isEqualTo(32);
    assertThat(mesh.match.asked().get(1).getPdq().getHash().toByteArray()).isEqualTo(pdq.hash().bytes());
    assertThat(mesh.match.asked().get(2).getVector().getEmbeddingSpace()).isEqualTo("space/dinov2");
    assertThat(mesh.match.asked().get(2).getVector().getValuesList()).containsExactly(0.6f, 0.8f);
    assertThat(layer(answer, LAYER_HASH).getOutcome()).isEqualTo(LAYER_OUTCOME_ANSWERED);
    assertThat(layer(answer, LAYER_HASH).getReal()).as("nothing similar among 40,000").isCloseTo(0.15, within(1e-9));
  }

  @Test
  void theSameBytesNeedNoPixels() {
    mesh.withHash().start();
    mesh.match.nowAnswers(_ -> Says.index(3, 0).addMatches(Says.match(MatchTier.MATCH_TIER_SHA256, BankKind.BANK_KIND_POSITIVE)).build());
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(answer.getDecidedBy()).isEqualTo(DecidedBy.DECIDED_BY_PROOF);
    assertThat(answer.getConfidence()).isEqualTo(0.99);
    assertThat(layer(answer, LAYER_HASH).getHash().getTier()).isEqualTo("sha256");
    assertThat(layer(answer, LAYER_HASH).getHash().getBank()).isEqualTo("known-ai");
    assertThat(answer.getImage().getPdq()).isEmpty();
    assertThat(mesh.match.asked()).hasSize(1);
  }

  @Test
  void aNearDuplicateOfKnownAiDecidesUnderForgedExif() {
    mesh.withHash().withMetadata().start();
    mesh.inspect.nowAnswers(_ -> Says.camera());
    mesh.match.nowAnswers(request ->
        (request.hasPdq() ? Says.index(3, 0).addMatches(Says.match(MatchTier.MATCH_TIER_PDQ, BankKind.BANK_KIND_POSITIVE)) : Says.index(3, 0)).build());
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(answer.getVerdict()).isEqualTo(Verdict.VERDICT_AI_GENERATED);
    assertThat(answer.getDecidedBy()).isEqualTo(DecidedBy.DECIDED_BY_DECLARED);
    assertThat(answer.getRatio()).as("the formula alone: .30 / .44").isCloseTo(0.6818, within(1e-4));
    assertThat(layer(answer, LAYER_HASH).getHash().getPdqDistanceBits()).isEqualTo(12);
    assertThat(layer(answer, LAYER_HASH).getHash().getOrientation()).isEmpty();
  }

  @Test
  void aMirroredCopyOfKnownAiIsToldAsOne() {
    mesh.withHash().withMetadata().start();
    mesh.match.nowAnswers(request -> {
      MatchResponse.Builder index = Says.index(3, 0);
      if (request.hasPdq()) {
        index.addMatches(Says.match(MatchTier.MATCH_TIER_PDQ, BankKind.BANK_KIND_POSITIVE).toBuilder().setOrientation(Orientation.ORIENTATION_FLIP_Y));
      }
      return index.build();
    });
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(answer.getDecidedBy()).isEqualTo(DecidedBy.DECIDED_BY_DECLARED);
    assertThat(layer(answer, LAYER_HASH).getHash().getOrientation()).isEqualTo("flipy");
    assertThat(answer.getEvidenceList()).anyMatch(evidence -> evidence.getText().endsWith("It is mirrored."));
    MatchRequest asked = mesh.match.asked().stream().filter(MatchRequest::hasPdq).findFirst().orElseThrow();
    assertThat(asked.getTurnedPdqsList()).extracting(TurnedPdq::getOrientation).containsExactlyInAnyOrder(
        Arrays.stream(Orientation.values()).filter(way -> way != Orientation.UNRECOGNIZED && way.getNumber() > 0).toArray(Orientation[]::new));
  }

  @Test
  void aVectorThatWasExpectedAndDidNotComeFailsTheHashLayer() {
    mesh.withHash().withEmbedding().start();
    mesh.listModels.nowAnswers(_ -> Says.models(Says.model(ModelRole.MODEL_ROLE_DINOV2, Says.CLIP_SPEC)));
    mesh.embedAndDetect.nowAnswers(_ -> EmbedAndDetectResponse.newBuilder().putMissing("MODEL_ROLE_DINOV2", "QUEUE_FULL").build());
    mesh.match.nowAnswers(_ -> Says.index(40_000, 0).build());
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(layer(answer, LAYER_HASH).getOutcome()).isEqualTo(LAYER_OUTCOME_FAILED);
    assertThat(layer(answer, LAYER_HASH).getReason()).isEqualTo("MODEL_SILENT");
    assertThat(answer.getMissingDecisiveList()).as("SHA-256 and PDQ were compared").isEmpty();
  }

  @Test
  void withoutAVectorModelAnIndexThatFindsNothingIsNotApplicable() {
    mesh.withHash().withEmbedding().start();
    mesh.match.nowAnswers(_ -> Says.index(40_000, 0).build());
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(layer(answer, LAYER_HASH).getOutcome()).isEqualTo(LAYER_OUTCOME_NOT_APPLICABLE);
    assertThat(layer(answer, LAYER_HASH).getReason()).isEqualTo("NO_VECTOR");
    assertThat(answer.getImage().getPdq()).hasSize(64);
  }

  @Test
  void whatCannotBeDecodedIsInspectedAndMatchedByItsBytes() {
    mesh.withMetadata().withHash().withEmbedding().start();
    mesh.listModels.nowAnswers(_ -> Says.models(Says.model(ModelRole.MODEL_ROLE_DETECTOR, Says.SQUASH_SPEC)));
    mesh.match.nowAnswers(_ -> Says.index(40_000, 0).build());
    AnalyzeResponse answer = mesh.analyze(Says.svg());
    assertThat(layer(answer, LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_ANSWERED);
    for (var pixels : List.of(LAYER_HASH, LAYER_CONTENT)) {
      assertThat(layer(answer, pixels).getOutcome()).isEqualTo(LAYER_OUTCOME_NOT_APPLICABLE);
      assertThat(layer(answer, pixels).getReason()).isEqualTo("FORMAT_NOT_DECODABLE");
    }
    assertThat(mesh.embedAndDetect.asked()).isEmpty();

    mesh.match.nowAnswers(_ -> Says.index(1, 0).addMatches(Says.match(MatchTier.MATCH_TIER_SHA256, BankKind.BANK_KIND_POSITIVE)).build());
    assertThat(mesh.analyze(Says.svg()).getDecidedBy()).isEqualTo(DecidedBy.DECIDED_BY_PROOF);
  }

  @Test
  void whatCannotBeDecodedSaysSoAlsoWithoutAnyModelOrItem() {
    mesh.withMetadata().withHash().withEmbedding().withVerifier().start();
    mesh.backends.nowAnswers(_ -> verimesh.verifier.v1.GetBackendsResponse.getDefaultInstance());
    AnalyzeResponse answer = mesh.analyze(Says.svg());
    for (var pixels : List.of(LAYER_HASH, LAYER_CONTENT)) {
      assertThat(layer(answer, pixels).getOutcome()).isEqualTo(LAYER_OUTCOME_NOT_APPLICABLE);
      assertThat(layer(answer, pixels).getReason()).isEqualTo("FORMAT_NOT_DECODABLE");
    }
  }

  @Test
  void damagedPixelsNeverFailACall() {
    mesh.withMetadata().withHash().withEmbedding().start();
    mesh.listModels.nowAnswers(_ -> Says.models(Says.model(ModelRole.MODEL_ROLE_DETECTOR, Says.SQUASH_SPEC)));
    mesh.match.nowAnswers(_ -> Says.index(5, 0).build());
    for (byte[] whole : List.of(PICTURE, Says.jpeg(120, 90, 2))) {
      for (int kept : new int[] {whole.length - 20, whole.length / 2, whole.length / 4}) {
        AnalyzeResponse answer;
        try {
          answer = mesh.analyze(Arrays.copyOf(whole, kept));
        } catch (io.grpc.StatusRuntimeException refused) {
          assertThat(Problems.of(refused).reason()).isEqualTo("UNREADABLE_HEADER");
          continue;
        }
        var content = layer(answer, LAYER_CONTENT);
        if (content.getOutcome() == LAYER_OUTCOME_NOT_APPLICABLE) assertThat(content.getReason()).isEqualTo("PIXELS_DAMAGED");
        else assertThat(content.getOutcome()).isEqualTo(LAYER_OUTCOME_ANSWERED);
        assertThat(answer.getImage().getRemarksList()).as("kept %s of %s", kept, whole.length).isNotEmpty();
      }
    }
  }

  // Single flight

  @Test
  void theSameBytesAtTheSameTimeAreAskedOnce() throws Exception {
    mesh.withMetadata().start();
    CountDownLatch gate = mesh.inspect.waitsForAGate();
    var leader = mesh.meanwhile(() -> mesh.analyze(PICTURE));
    mesh.inspect.awaitAsked(1);
    var follower = mesh.meanwhile(() -> mesh.analyze(PICTURE));
    var other = mesh.meanwhile(() -> mesh.analyze(Says.png(50, 50, 9)));
    mesh.inspect.awaitAsked(2); // the other picture's
    awaitFollowers(1);
    gate.countDown();
    assertThat(leader.join().getVerdictId()).isNotEqualTo(follower.join().getVerdictId());
    other.join();
    assertThat(mesh.inspect.asked()).hasSize(2);
    assertThat(mesh.telemetry.meters().get("verimesh.single.flight").tag("role", "follower").counter().count()).isEqualTo(1);
  }

  @Test
  void aLeaderThatCancelsNeverFailsItsFollowers() throws Exception {
    mesh.withMetadata().start();
    CountDownLatch gate = mesh.inspect.waitsForAGate();
    var context = io.grpc.Context.current().withCancellation();
    var leader = mesh.meanwhile(() -> {
      try {
        return context.call(() -> mesh.analyze(PICTURE));
      } catch (Exception cancelled) {
        return null;
      }
    });
    mesh.inspect.awaitAsked(1);
    var follower = mesh.meanwhile(() -> mesh.analyze(PICTURE));
    awaitFollowers(1);
    context.cancel(null);
    awaitInside(1);
    gate.countDown();
    assertThat(layer(follower.join(), LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_ANSWERED);
    assertThat(leader.join()).isNull();
    assertThat(mesh.inspect.asked()).as("the leader's call went on").hasSize(1);
  }

  @Test
  void aLeaderThatRunsOutOfTimeNeverCutsItsFollowersShort() throws Exception {
    mesh = TestMesh.at(time).withMetadata().start();
    mesh.inspect.neverAnswers();
    var leader = mesh.meanwhile(() -> mesh.analyze(Says.request(PICTURE).setDeadline(seconds(1)).build()));
    mesh.inspect.awaitAsked(1);
    var follower = mesh.meanwhile(() -> mesh.analyze(Says.request(PICTURE).setDeadline(seconds(10)).build()));
    awaitFollowers(1);
    time.awaitAlarms(3); // the call's, the leader's and the follower's
    mesh.inspect.nowAnswers(_ -> Says.camera());
    time.advance(ofMillis(980));
    assertThat(layer(leader.join(), LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_TIMED_OUT);
    assertThat(layer(follower.join(), LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_ANSWERED);
    assertThat(time.elapsed()).isLessThan(ofSeconds(2));
  }

  @Test
  void aFollowerWithNoMoreTimeDoesNotAskAgain() throws Exception {
    mesh = TestMesh.at(time).withMetadata().start();
    mesh.inspect.neverAnswers();
    var leader = mesh.meanwhile(() -> mesh.analyze(Says.request(PICTURE).setDeadline(seconds(10)).build()));
    mesh.inspect.awaitAsked(1);
    var follower = mesh.meanwhile(() -> mesh.analyze(Says.request(PICTURE).setDeadline(seconds(10)).build()));
    awaitFollowers(1);
    time.awaitAlarms(3);
    time.advance(ofMillis(9_800));
    for (var answer : List.of(leader, follower)) {
      assertThat(layer(answer.join(), LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_TIMED_OUT);
    }
    assertThat(mesh.inspect.asked()).hasSize(1);
  }

  @Test
  void aFollowerWithLessTimeTakesWhatIsThere() throws Exception {
    mesh = TestMesh.at(time).withMetadata().start();
    CountDownLatch gate = mesh.inspect.waitsForAGate();
    var leader = mesh.meanwhile(() -> mesh.analyze(Says.request(PICTURE).setDeadline(seconds(10)).build()));
    mesh.inspect.awaitAsked(1);
    var follower = mesh.meanwhile(() -> mesh.analyze(Says.request(PICTURE).setDeadline(seconds(1)).build()));
    awaitFollowers(1);
    time.awaitAlarms(3);
    time.advance(ofMillis(990)); // its share, and half of what is kept for fusion
    assertThat(layer(follower.join(), LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_TIMED_OUT);
    gate.countDown();
    assertThat(layer(leader.join(), LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_ANSWERED);
  }

  @Test
  void theOrderOfArrivalChangesNothing() throws Exception {
    mesh.withEverybody().start();
    mesh.listModels.nowAnswers(_ -> Says.models(Says.model(ModelRole.MODEL_ROLE_DETECTOR, Says.SQUASH_SPEC)));
    mesh.match.nowAnswers(_ -> Says.index(5, 0).build());
    AnalyzeResponse first = mesh.analyze(Says.request(PICTURE).setUseCache(false).build());
    for (int last = 0; last < 4; last++) {
      CountDownLatch gate =
          switch (last) {
            case 0 -> mesh.inspect.waitsForAGate();
            case 1 -> mesh.match.waitsForAGate();
            case 2 -> mesh.embedAndDetect.waitsForAGate();
            default -> mesh.examine.waitsForAGate();
          };
      int asked = mesh.inspect.asked().size() + 1;
      var answer = mesh.meanwhile(() -> mesh.analyze(Says.request(PICTURE).setUseCache(false).build()));
      mesh.inspect.awaitAsked(asked);
      mesh.examine.awaitAsked(asked);
      gate.countDown();
      assertThat(withoutTimes(answer.join())).isEqualTo(withoutTimes(first));
    }
  }

  // The verdict cache

  @Test
  void theSameQuestionAgainIsAnsweredFromTheCacheUnderANewId() {
    mesh.withEverybody().start();
    AnalyzeResponse first = mesh.analyze(Says.request(PICTURE).setExternalId("a").build());
    AnalyzeResponse second = mesh.analyze(Says.request(PICTURE).setExternalId("b").build());
    assertThat(first.getFromCache()).isFalse();
    assertThat(second.getFromCache()).isTrue();
    assertThat(second.getVerdictId()).isNotEqualTo(first.getVerdictId());
    assertThat(second.getExternalId()).isEqualTo("b");
    assertThat(withoutTimes(second).toBuilder().clearFromCache().clearExternalId().build())
        .isEqualTo(withoutTimes(first).toBuilder().clearExternalId().build());
    assertThat(mesh.inspect.asked()).hasSize(1);
    assertThat(mesh.examine.asked()).hasSize(1);
  }

  @Test
  void whateverCanChangeTheAnswerIsPartOfTheQuestion() {
    mesh.withEverybody().start();
    mesh.analyze(PICTURE);
    assertThat(mesh.analyze(Says.request(PICTURE).setLanguage(Language.LANGUAGE_KO).build()).getFromCache()).isFalse();
    assertThat(mesh.analyze(Says.request(PICTURE).addLayers(LAYER_METADATA).build()).getFromCache()).isFalse();
    assertThat(mesh.analyze(Says.request(PICTURE).setSecondPass(verimesh.orchestrator.v1.SecondPass.SECOND_PASS_OFF).build()).getFromCache()).isFalse();
    assertThat(mesh.analyze(Says.request(PICTURE).setUseCache(false).build()).getFromCache()).isFalse();
    assertThat(mesh.analyze(PICTURE).getFromCache()).isTrue();
    assertThat(mesh.analyze(Says.request(PICTURE).setPolicy("weighted-30-40-30").build()).getFromCache()).as("the default by its name").isTrue();
  }

  @Test
  void aPictureRegisteredAMomentAgoIsNotAnsweredFromTheCache() {
    mesh.withMetadata().withHash().start();
    assertThat(mesh.analyze(PICTURE).getFromCache()).isFalse();
    assertThat(mesh.analyze(PICTURE).getFromCache()).isTrue();
    mesh.match.nowAnswers(_ ->
        Says.index(1, 0).setGeneration(8).addMatches(Says.match(MatchTier.MATCH_TIER_SHA256, BankKind.BANK_KIND_POSITIVE)).build());
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(answer.getFromCache()).isFalse();
    assertThat(answer.getVerdict()).isEqualTo(Verdict.VERDICT_AI_GENERATED);
    assertThat(mesh.analyze(PICTURE).getFromCache()).isTrue();
  }

  @Test
  void newRulesMakeOldAnswersVoid() {
    mesh.withMetadata().start();
    mesh.analyze(PICTURE);
    assertThat(mesh.analyze(PICTURE).getFromCache()).isTrue();
    mesh.inspect.nowAnswers(_ -> Says.camera().toBuilder().setRulesVersion("trust-list-2").build());
    mesh.analyze(Says.png(30, 30, 3)); // another picture tells of the new rules
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(answer.getFromCache()).isFalse();
    assertThat(answer.getProvenance().getCaptureDevice()).isEqualTo("Canon PowerShot A40");
  }

  @Test
  void otherModelsMakeOldAnswersVoid() throws Exception {
    mesh = TestMesh.at(time).withMetadata().withEmbedding().start();
    mesh.listModels.nowAnswers(_ -> Says.models(Says.model(ModelRole.MODEL_ROLE_DETECTOR, Says.SQUASH_SPEC)));
    mesh.analyze(PICTURE);
    assertThat(mesh.analyze(PICTURE).getFromCache()).isTrue();
    mesh.listModels.nowAnswers(_ -> Says.models(Says.model(ModelRole.MODEL_ROLE_DETECTOR, Says.CLIP_SPEC).toBuilder()
        .setId(verimesh.common.v1.ModelId.newBuilder().setArchiveId("archive/other")).build()));
    time.advance(ofSeconds(31)); // older than anybody uses without asking
    mesh.analyze(Says.png(30, 30, 3));
    assertThat(mesh.analyze(PICTURE).getFromCache()).isFalse();
    assertThat(mesh.embedAndDetect.asked().getLast().getImages(0).getTensor().getInputSpecDigest()).isEqualTo(Says.CLIP_SPEC.digest());
  }

  @Test
  void aVerdictWithALayerOutIsNeverKept() {
    mesh.withMetadata().withHash().start();
    mesh.inspect.fails(new Problem.Internal("INTERNAL", "broken"));
    assertThat(layer(mesh.analyze(PICTURE), LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_FAILED);
    mesh.inspect.nowAnswers(_ -> Says.camera());
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(answer.getFromCache()).isFalse();
    assertThat(layer(answer, LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_ANSWERED);
  }

  // Words and numbers

  @Test
  void koreanIsSpoken() {
    mesh.withMetadata().start();
    mesh.inspect.nowAnswers(_ -> Says.generatorRecord());
    AnalyzeResponse answer = mesh.analyze(Says.request(PICTURE).setLanguage(Language.LANGUAGE_KO).build());
    assertThat(answer.getSummary()).isEqualTo("파일에 Stable Diffusion WebUI (AUTOMATIC1111) 도구가 직접 남긴 생성 기록이 있습니다.");
    assertThat(mesh.inspect.asked().getFirst().getLanguage()).isEqualTo(Language.LANGUAGE_KO);
  }

  @Test
  void noPromptAndNoPersonalDataIsAskedForOrSpokenOf() {
    mesh.withMetadata().start();
    mesh.inspect.nowAnswers(_ -> Says.generatorRecord());
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(mesh.inspect.asked().getFirst().getIncludePersonalData()).isFalse();
    assertThat(answer.toBuilder().clearMetadata().build().toString()).doesNotContain("portrait");
  }

  @Test
  void whatHappenedIsCounted() {
    mesh.withMetadata().withHash().start();
    mesh.inspect.nowAnswers(_ -> Says.generatorRecord());
    mesh.analyze(PICTURE);
    String scraped = mesh.telemetry.scrape();
    assertThat(scraped).contains("verimesh_verdicts_total{decided_by=\"declared\",policy=\"weighted-30-40-30\",verdict=\"ai_generated\"} 1.0");
    assertThat(scraped).contains("verimesh_layer_outcomes_total{layer=\"metadata\",outcome=\"answered\"} 1.0");
    assertThat(scraped).contains("verimesh_layer_outcomes_total{layer=\"hash\",outcome=\"not_applicable\"} 1.0");
    assertThat(scraped).contains("verimesh_layer_outcomes_total{layer=\"content\",outcome=\"not_configured\"} 1.0");
    assertThat(scraped).contains("verimesh_analyze_seconds_count 1");
  }

  @Test
  void aLayerThatBreaksNeverBreaksTheOthers() {
    mesh.withMetadata().withEmbedding().start();
    mesh.listModels.nowAnswers(_ -> Says.models(Says.model(ModelRole.MODEL_ROLE_DETECTOR, Says.SQUASH_SPEC)));
    mesh.embedAndDetect.fails(new Problem.Overloaded("QUEUE_FULL", "later", ofSeconds(1)));
    AnalyzeResponse answer = mesh.analyze(PICTURE);
    assertThat(layer(answer, LAYER_CONTENT).getOutcome()).isEqualTo(LayerOutcome.LAYER_OUTCOME_FAILED);
    assertThat(layer(answer, LAYER_CONTENT).getReason()).isEqualTo("QUEUE_FULL");
    assertThat(layer(answer, LAYER_METADATA).getOutcome()).isEqualTo(LAYER_OUTCOME_ANSWERED);
  }

  @Test
  void everyWrongFieldIsToldAtOnce() {
    mesh.start();
    var request = Says.request(PICTURE).setPolicy("fair").setExternalId("x".repeat(257)).setDeadline(seconds(-1)).build();
    assertThatThrownBy(() -> mesh.analyze(request)).satisfies(thrown -> {
      var problem = (Problem.Invalid) Problems.of(thrown);
      assertThat(problem.reason()).isEqualTo("FIELD_INVALID");
      assertThat(problem.violations()).extracting(Problem.Violation::field).containsExactly("external_id", "policy", "deadline");
      assertThat(problem.message()).contains("weighted-30-40-30");
    });
  }

  private void awaitFollowers(int callers) {
    while (mesh.telemetry.meters().get("verimesh.single.flight").tag("role", "follower").counter().count() != callers) Thread.onSpinWait();
  }

  private void awaitInside(int pictures) {
    while (mesh.telemetry.meters().get("verimesh.admission.inside").gauge().value() != pictures) Thread.onSpinWait();
  }

  private static AnalyzeResponse withoutTimes(AnalyzeResponse answer) {
    var cleared = answer.toBuilder().clearVerdictId().clearTook().clearDecidedAt();
    cleared.getLayersBuilderList().forEach(layer -> layer.clearTook());
    return cleared.build();
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }
}
