package verimesh.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.images.pdq.Dihedral;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.index.Specimens;
import verimesh.hash.match.PdqCode;
import verimesh.hash.v1.Bank;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.Change;
import verimesh.hash.v1.ChangeKind;
import verimesh.hash.v1.CreateBankRequest;
import verimesh.hash.v1.ExportItemsRequest;
import verimesh.hash.v1.GetItemRequest;
import verimesh.hash.v1.GetStatisticsRequest;
import verimesh.hash.v1.HashServiceGrpc;
import verimesh.hash.v1.Item;
import verimesh.hash.v1.ItemLabel;
import verimesh.hash.v1.ItemMatch;
import verimesh.hash.v1.ListBanksRequest;
import verimesh.hash.v1.ListChangesRequest;
import verimesh.hash.v1.MatchRequest;
import verimesh.hash.v1.MatchResponse;
import verimesh.hash.v1.MatchTier;
import verimesh.hash.v1.MoveItemsRequest;
import verimesh.hash.v1.Orientation;
import verimesh.hash.v1.Pdq;
import verimesh.hash.v1.PdqConvention;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.RegisterResponse;
import verimesh.hash.v1.RemoveRequest;
import verimesh.hash.v1.SetEnabledRequest;
import verimesh.hash.v1.TierReport;
import verimesh.hash.v1.TurnedPdq;
import verimesh.hash.v1.UndoChangeRequest;
import verimesh.hash.v1.Vector;

/// hash-svc as its callers see it, wired as it runs, over in-process gRPC.
class HashEndpointTest {
  @TempDir Path directory;

  private final Specimens specimens = Specimens.seeded(11);
  private Resources resources;
  private RpcServer server;
  private ManagedChannel channel;
  private HashServiceGrpc.HashServiceBlockingStub hash;

  @BeforeEach
  void start() throws Exception {
    start(Map.of());
    createBank("known-ai", BankKind.BANK_KIND_POSITIVE);
    createBank("press", BankKind.BANK_KIND_NEGATIVE);
    createBank("feedback", BankKind.BANK_KIND_QUARANTINE);
  }

  private void start(Map<String, String> environment) throws Exception {
    Map<String, String> all = new TreeMap<>(environment);
    all.put("VERIMESH_HASH_DIRECTORY", directory.toString());
    resources = new Resources();
    Settings settings = Settings.of(all, "HASH");
    Telemetry telemetry = Telemetry.unscraped("hash-svc");
    HashConfig config = HashConfig.from(settings);
    assertThat(settings.problems()).isEmpty();
    String name = "hash-" + System.nanoTime();
    server = RpcServer.inProcess(name, Main.wire(config, resources, telemetry), telemetry);
    channel = Channels.inProcess(name);
    hash = HashServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    resources.close();
  }

  private void createBank(String name, BankKind kind) {
    hash.createBank(CreateBankRequest.newBuilder().setBank(Bank.newBuilder().setName(name).setKind(kind)).build());
  }

  private RegisterRequest.Builder registration(String bank, PdqCode pdq) {
    return RegisterRequest.newBuilder().setBank(bank).setItem(Item.newBuilder()
        .setSha256(ByteString.copyFrom(HexFormat.of().parseHex(specimens.sha256())))
        .setPdq(pdq(pdq)).setLabel(ItemLabel.ITEM_LABEL_AI).setGenerator("Midjourney 7").setExternalId("case-1"));
  }

  private static Pdq pdq(PdqCode code) {
    return Pdq.newBuilder().setHash(ByteString.copyFrom(code.hash())).setQuality(code.quality()).build();
  }

  private static Vector vector(float[] values) {
    Vector.Builder vector = Vector.newBuilder().setEmbeddingSpace(Specimens.SPACE);
    for (float value : values) vector.addValues(value);
    return vector.build();
  }

  private static TierReport tier(MatchResponse response, MatchTier tier) {
    return response.getTiersList().stream().filter(report -> report.getTier() == tier).findFirst().orElseThrow();
  }

  private static String reason(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      return Problems.of(e).reason();
    }
    return "none";
  }

  @Test
  void anEmptyIndexSaysSoInEveryTier() {
    MatchResponse response = hash.match(MatchRequest.newBuilder().setPdq(pdq(specimens.pdq())).build());
    assertThat(response.getMatchesList()).isEmpty();
    assertThat(response.getPositiveItems()).isZero();
    assertThat(response.getTiersList()).extracting(TierReport::getReason).containsExactly("NO_SHA256", "NO_ITEMS", "NO_VECTOR");
  }

  @Test
  void aPictureIsFoundInEveryTierTheSurestFirst() {
    PdqCode code = specimens.pdq();
    float[] unit = specimens.unit(384);
    RegisterRequest request = registration("known-ai", code).addVectors(vector(unit)).build();
    RegisterResponse registered = hash.register(request);
    assertThat(registered.getCreated()).isTrue();

    MatchResponse response = hash.match(MatchRequest.newBuilder()
        .setSha256(request.getItem().getSha256())
        .setPdq(pdq(specimens.pdqAt(code, 17)))
        .setVector(vector(specimens.unitAt(unit, 0.9)))
        .build());
    assertThat(response.getMatchesList()).extracting(ItemMatch::getTier)
        .containsExactly(MatchTier.MATCH_TIER_SHA256, MatchTier.MATCH_TIER_PDQ, MatchTier.MATCH_TIER_EMBEDDING);
    assertThat(response.getMatches(1).getPdqDistanceBits()).isEqualTo(17);
    assertThat(response.getMatches(2).getCosine()).isBetween(0.899, 0.901);
    Item item = response.getMatches(0).getItem();
    assertThat(item.getItemId()).isEqualTo(registered.getItemId());
    assertThat(item.getGenerator()).isEqualTo("Midjourney 7");
    assertThat(item.getExternalId()).isEqualTo("case-1");
    assertThat(item.getPdq().getHash()).isEqualTo(pdq(code).getHash());
    assertThat(item.getEmbeddingSpacesList()).containsExactly(Specimens.SPACE);
    assertThat(response.getPositiveItems()).isEqualTo(1);
    assertThat(tier(response, MatchTier.MATCH_TIER_PDQ).getThreshold()).isEqualTo(31);
    assertThat(tier(response, MatchTier.MATCH_TIER_PDQ).getExpectedFalseMatches()).isBetween(1e-40, 1e-30);
  }

  @ParameterizedTest
  @ValueSource(ints = {31, 32})
  void thePdqThresholdIsInclusive(int bits) {
    PdqCode code = specimens.pdq();
    hash.register(registration("known-ai", code).build());
    MatchResponse response = hash.match(MatchRequest.newBuilder().setPdq(pdq(specimens.pdqAt(code, bits))).build());
    assertThat(response.getMatchesCount()).isEqualTo(bits <= 31 ? 1 : 0);
  }

  @Test
  void aTurnedPictureIsFoundWhereTheUprightOneIsNot() {
    PdqCode known = specimens.pdq();
    hash.register(registration("known-ai", known).build());
    MatchRequest.Builder mirrored = MatchRequest.newBuilder().setPdq(pdq(specimens.pdq()));
    for (Dihedral way : Dihedral.values()) {
      if (way != Dihedral.ORIGINAL) mirrored.addTurnedPdqs(turned(way, way == Dihedral.FLIP_Y ? specimens.pdqAt(known, 8) : specimens.pdq()));
    }
    MatchResponse response = hash.match(mirrored.build());
    assertThat(response.getMatchesList()).extracting(ItemMatch::getOrientation).containsExactly(Orientation.ORIENTATION_FLIP_Y);
    assertThat(response.getMatches(0).getPdqDistanceBits()).isEqualTo(8);
    double eightWays = tier(response, MatchTier.MATCH_TIER_PDQ).getExpectedFalseMatches();

    MatchResponse upright = hash.match(mirrored.setPdq(pdq(specimens.pdqAt(known, 20))).build());
    assertThat(upright.getMatchesList()).extracting(ItemMatch::getOrientation).containsExactly(Orientation.ORIENTATION_UNSPECIFIED);
    assertThat(upright.getMatches(0).getPdqDistanceBits()).isEqualTo(20);
    assertThat(tier(upright, MatchTier.MATCH_TIER_PDQ).getExpectedFalseMatches() * 8).isEqualTo(eightWays, within(eightWays * 1e-9));
  }

  /// A picture that is its own mirror image.
  @Test
  void anItemThatMatchesInSeveralWaysIsGivenOnceAndWhereItIsNearest() {
    PdqCode known = specimens.pdq();
    hash.register(registration("known-ai", known).build());
    MatchResponse response = hash.match(MatchRequest.newBuilder().setPdq(pdq(specimens.pdq()))
        .addTurnedPdqs(turned(Dihedral.ROTATE_90, specimens.pdqAt(known, 9)))
        .addTurnedPdqs(turned(Dihedral.FLIP_X, specimens.pdqAt(known, 3)))
        .addTurnedPdqs(turned(Dihedral.FLIP_PLUS_1, specimens.pdqAt(known, 5))).build());
    assertThat(response.getMatchesList()).extracting(ItemMatch::getOrientation).containsExactly(Orientation.ORIENTATION_FLIP_X);
  }

  @Test
  void turnedCodesThatSayNothingAreRefused() {
    PdqCode code = specimens.pdq();
    TurnedPdq mirrored = turned(Dihedral.FLIP_Y, code);
    Map<String, MatchRequest> wrong = Map.of(
        "there is none", MatchRequest.newBuilder().addTurnedPdqs(mirrored).build(),
        "given twice", MatchRequest.newBuilder().setPdq(pdq(code)).addTurnedPdqs(mirrored).addTurnedPdqs(mirrored).build(),
        "not 0", MatchRequest.newBuilder().setPdq(pdq(code)).addTurnedPdqs(mirrored.toBuilder().setOrientationValue(0)).build(),
        "not 8", MatchRequest.newBuilder().setPdq(pdq(code)).addTurnedPdqs(mirrored.toBuilder().setOrientationValue(8)).build(),
        "32 bytes", MatchRequest.newBuilder().setPdq(pdq(code)).addTurnedPdqs(mirrored.toBuilder().setHash(ByteString.copyFromUtf8("x"))).build());
    wrong.forEach((message, request) -> assertThatThrownBy(() -> hash.match(request)).hasMessageContaining("INVALID_ARGUMENT").hasMessageContaining(message));
  }

  private static TurnedPdq turned(Dihedral way, PdqCode code) {
    return TurnedPdq.newBuilder().setOrientationValue(way.ordinal()).setHash(ByteString.copyFrom(code.hash())).build();
  }

  @ParameterizedTest
  @ValueSource(ints = {49, 50})
  void picturesOfLowQualityAreNotCompared(int quality) {
    PdqCode code = specimens.pdq();
    PdqCode flat = new PdqCode(code.a(), code.b(), code.c(), code.d(), quality);
    hash.register(registration("known-ai", code).build());
    MatchResponse asked = hash.match(MatchRequest.newBuilder().setPdq(pdq(flat)).build());
    assertThat(asked.getMatchesCount()).isEqualTo(quality < 50 ? 0 : 1);
    assertThat(tier(asked, MatchTier.MATCH_TIER_PDQ).getReason()).isEqualTo(quality < 50 ? "PDQ_QUALITY" : "");
    PdqCode other = specimens.pdq();
    hash.register(registration("known-ai", new PdqCode(other.a(), other.b(), other.c(), other.d(), quality)).build());
    assertThat(hash.match(MatchRequest.newBuilder().setPdq(pdq(other)).build()).getMatchesCount()).isEqualTo(quality < 50 ? 0 : 1);
  }

  @Test
  void positiveAndNegativeBanksAnswerSideBySideAndQuarantineDoesNot() {
    PdqCode code = specimens.pdq();
    for (int i = 0; i < 8; i++) hash.register(registration("known-ai", specimens.pdqAt(code, 1)).build());
    hash.register(registration("press", specimens.pdqAt(code, 9)).build());
    hash.register(registration("feedback", code).build());
    MatchResponse response = hash.match(MatchRequest.newBuilder().setPdq(pdq(code)).setLimit(3).build());
    assertThat(response.getMatchesList()).extracting(ItemMatch::getBankKind).containsExactly(
        BankKind.BANK_KIND_POSITIVE, BankKind.BANK_KIND_POSITIVE, BankKind.BANK_KIND_POSITIVE, BankKind.BANK_KIND_NEGATIVE);
    assertThat(response.getPositiveItems()).isEqualTo(8);
    assertThat(response.getNegativeItems()).isEqualTo(1);
  }

  @Test
  void vectorsOfAnotherModelAreNeverCompared() {
    float[] unit = specimens.unit(384);
    hash.register(registration("known-ai", specimens.pdq()).addVectors(vector(unit)).build());
    Vector foreign = vector(unit).toBuilder().setEmbeddingSpace("clip/0011/2233/image").build();
    MatchResponse response = hash.match(MatchRequest.newBuilder().setVector(foreign).build());
    assertThat(response.getMatchesList()).isEmpty();
    assertThat(tier(response, MatchTier.MATCH_TIER_EMBEDDING).getReason()).isEqualTo("MODEL_MISMATCH");
  }

  @Test
  void hashesOfTheOtherConventionAreNotMixedIn() {
    PdqCode code = specimens.pdq();
    RegisterRequest.Builder foreign = registration("known-ai", code);
    foreign.getItemBuilder().getPdqBuilder().setConvention(PdqConvention.PDQ_CONVENTION_FULL_SIZE);
    assertThat(reason(() -> hash.register(foreign.build()))).isEqualTo("FIELD_INVALID");
    hash.register(registration("known-ai", code).build());
    MatchResponse response = hash.match(MatchRequest.newBuilder()
        .setPdq(pdq(code).toBuilder().setConvention(PdqConvention.PDQ_CONVENTION_FULL_SIZE)).build());
    assertThat(tier(response, MatchTier.MATCH_TIER_PDQ).getReason()).isEqualTo("PDQ_CONVENTION");
  }

  @Test
  void hostileRegistrationsAreRefusedWithTheirReasonAndNothingIsWritten() {
    float[] zero = new float[8];
    float[] nan = {1, Float.NaN};
    float[] infinite = {Float.MAX_VALUE, Float.POSITIVE_INFINITY};
    RegisterRequest sound = registration("known-ai", specimens.pdq()).addVectors(vector(specimens.unit(8))).build();
    hash.register(sound);
    Map<RegisterRequest, String> hostile = Map.of(
        registration("known-ai", specimens.pdq()).addVectors(vector(zero)).build(), "VECTOR_ZERO",
        registration("known-ai", specimens.pdq()).addVectors(vector(nan)).build(), "VECTOR_NOT_FINITE",
        registration("known-ai", specimens.pdq()).addVectors(vector(infinite)).build(), "VECTOR_NOT_FINITE",
        registration("known-ai", specimens.pdq()).addVectors(vector(specimens.unit(9))).build(), "VECTOR_DIMENSION",
        registration("known-ai", specimens.pdq()).addVectors(vector(new float[0])).build(), "VECTOR_DIMENSION",
        RegisterRequest.newBuilder().setBank("known-ai").setItem(Item.newBuilder().setSha256(ByteString.copyFromUtf8("short"))).build(), "SHA256_LENGTH",
        RegisterRequest.newBuilder().setBank("known-ai").build(), "SHA256_LENGTH",
        registration("no-such-bank", specimens.pdq()).build(), "BANK_UNKNOWN",
        noted("x".repeat(1 << 20)), "FIELD_INVALID",
        noted("bell\u0007"), "FIELD_INVALID");
    hostile.forEach((request, reason) -> assertThat(reason(() -> hash.register(request))).isEqualTo(reason));
    assertThat(hash.getStatistics(GetStatisticsRequest.getDefaultInstance()).getItems()).isEqualTo(1);
  }

  private RegisterRequest noted(String note) {
    RegisterRequest.Builder request = registration("known-ai", specimens.pdq());
    request.getItemBuilder().setNote(note);
    return request.build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\u0000b", "../etc", "päng", "a\nb"})
  void bankNamesAreLettersDigitsAndThreeMarks(String name) {
    assertThat(reason(() -> createBank(name, BankKind.BANK_KIND_POSITIVE))).isEqualTo("FIELD_INVALID");
  }

  @Test
  void anEnumThatIsNotSetIsRefused() {
    assertThat(reason(() -> createBank("x", BankKind.BANK_KIND_UNSPECIFIED))).isEqualTo("FIELD_INVALID");
  }

  @Test
  void aStreamAcknowledgesEveryItemInOrderAndGoesOnAfterARefusedOne() throws Exception {
    List<RegisterRequest> requests = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) requests.add(i % 100 == 7 ? noted("bell\u0007") : registration(i % 500 < 250 ? "known-ai" : "press", specimens.pdq()).build());
    requests.add(requests.getFirst()); // once more
    List<RegisterResponse> answers = stream(requests);
    assertThat(answers).hasSize(requests.size());
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).getErrorReason()).isEqualTo(i < 3_000 && i % 100 == 7 ? "FIELD_INVALID" : "");
    }
    assertThat(answers.getFirst().getCreated()).isTrue();
    assertThat(answers.getLast().getCreated()).isFalse();
    assertThat(answers.getLast().getItemId()).isEqualTo(answers.getFirst().getItemId());
    assertThat(hash.getStatistics(GetStatisticsRequest.getDefaultInstance()).getItems()).isEqualTo(2_970);
    assertThat(hash.exportItems(ExportItemsRequest.newBuilder().setBank("press").build())).toIterable().hasSize(1_488);
  }

  private List<RegisterResponse> stream(List<RegisterRequest> requests) throws InterruptedException {
    List<RegisterResponse> answers = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    StreamObserver<RegisterRequest> out = HashServiceGrpc.newStub(channel).registerStream(new StreamObserver<>() {
      @Override
      public void onNext(RegisterResponse answer) {
        answers.add(answer);
      }

      @Override
      public void onError(Throwable broken) {
        broken.printStackTrace();
        done.countDown();
      }

      @Override
      public void onCompleted() {
        done.countDown();
      }
    });
    requests.forEach(out::onNext);
    out.onCompleted();
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    return answers;
  }

  @Test
  void whatIsSwitchedOffMatchesNothingAndComesBack() {
    PdqCode code = specimens.pdq();
    MatchRequest query = MatchRequest.newBuilder().setPdq(pdq(code)).build();
    String id = hash.register(registration("known-ai", code).build()).getItemId();
    hash.setEnabled(SetEnabledRequest.newBuilder().setBank("known-ai").addItemIds(id).setEnabled(false).build());
    assertThat(hash.match(query).getMatchesList()).isEmpty();
    assertThat(hash.match(query).getPositiveItems()).isZero();
    assertThat(hash.getItem(GetItemRequest.newBuilder().setItemId(id).build()).getItem().getEnabled()).isFalse();
    hash.setEnabled(SetEnabledRequest.newBuilder().setBank("known-ai").addItemIds(id).setEnabled(true).build());
    assertThat(hash.match(query).getMatchesCount()).isEqualTo(1);
    Timestamp past = Timestamp.newBuilder().setSeconds(1_000_000_000).build();
    hash.setEnabled(SetEnabledRequest.newBuilder().setBank("known-ai").setEnabled(false).setUntil(past).build());
    assertThat(hash.match(query).getMatchesCount()).isEqualTo(1);
    hash.setEnabled(SetEnabledRequest.newBuilder().setBank("known-ai").setEnabled(false).build());
    assertThat(hash.match(query).getMatchesList()).isEmpty();
  }

  @Test
  void feedbackMatchesNothingUntilItIsReleased() {
    PdqCode code = specimens.pdq();
    MatchRequest query = MatchRequest.newBuilder().setPdq(pdq(code)).build();
    String id = hash.register(registration("feedback", code).build()).getItemId();
    assertThat(hash.match(query).getMatchesList()).isEmpty();
    assertThat(hash.moveItems(MoveItemsRequest.newBuilder().addItemIds(id).setToBank("known-ai").build()).getMoved()).isEqualTo(1);
    assertThat(hash.match(query).getMatches(0).getItem().getBank()).isEqualTo("known-ai");
  }

  @Test
  void everyChangeIsInTheAuditLogAndCanBeTakenBack() {
    PdqCode code = specimens.pdq();
    MatchRequest query = MatchRequest.newBuilder().setPdq(pdq(code)).build();
    String id = hash.register(registration("known-ai", code).build()).getItemId();
    hash.setEnabled(SetEnabledRequest.newBuilder().setBank("known-ai").addItemIds(id).build());
    undoLatest(ChangeKind.CHANGE_KIND_ITEMS_SWITCHED);
    assertThat(hash.match(query).getMatchesCount()).isEqualTo(1);

    hash.setEnabled(SetEnabledRequest.newBuilder().setBank("known-ai").build());
    assertThat(hash.match(query).getMatchesList()).isEmpty();
    undoLatest(ChangeKind.CHANGE_KIND_BANK_SWITCHED);
    assertThat(hash.match(query).getMatchesCount()).isEqualTo(1);

    hash.remove(RemoveRequest.newBuilder().setBank("known-ai").addItemIds(id).build());
    assertThat(hash.match(query).getMatchesList()).isEmpty();
    undoLatest(ChangeKind.CHANGE_KIND_ITEMS_REMOVED);
    assertThat(hash.match(query).getMatchesCount()).isEqualTo(1);

    hash.remove(RemoveRequest.newBuilder().setBank("known-ai").setWholeBank(true).build());
    assertThat(hash.match(query).getMatchesList()).isEmpty();
    assertThat(hash.listBanks(ListBanksRequest.getDefaultInstance()).getBanksList()).extracting(Bank::getName).doesNotContain("known-ai");
    undoLatest(ChangeKind.CHANGE_KIND_BANK_REMOVED);
    assertThat(hash.match(query).getMatchesCount()).isEqualTo(1);

    hash.moveItems(MoveItemsRequest.newBuilder().addItemIds(id).setToBank("press").build());
    assertThat(hash.match(query).getMatches(0).getBankKind()).isEqualTo(BankKind.BANK_KIND_NEGATIVE);
    undoLatest(ChangeKind.CHANGE_KIND_ITEMS_MOVED);
    assertThat(hash.match(query).getMatches(0).getBankKind()).isEqualTo(BankKind.BANK_KIND_POSITIVE);

    List<Change> all = hash.listChanges(ListChangesRequest.getDefaultInstance()).getChangesList();
    assertThat(all).allMatch(change -> change.getBy().equals("local"));
    Change registered = all.stream().filter(change -> change.getKind() == ChangeKind.CHANGE_KIND_ITEMS_REGISTERED && change.getUndoes().isEmpty()).findFirst().orElseThrow();
    hash.undoChange(UndoChangeRequest.newBuilder().setChangeId(registered.getChangeId()).build());
    assertThat(hash.match(query).getMatchesList()).isEmpty();
    assertThat(reason(() -> hash.undoChange(UndoChangeRequest.newBuilder().setChangeId(registered.getChangeId()).build()))).isEqualTo("CHANGE_UNDONE");
    assertThat(reason(() -> hash.undoChange(UndoChangeRequest.newBuilder().setChangeId("nothing").build()))).isEqualTo("CHANGE_UNKNOWN");
  }

  private void undoLatest(ChangeKind expected) {
    Change latest = hash.listChanges(ListChangesRequest.newBuilder().setLimit(1).build()).getChanges(0);
    assertThat(latest.getKind()).isEqualTo(expected);
    Change undone = hash.undoChange(UndoChangeRequest.newBuilder().setChangeId(latest.getChangeId()).build()).getChange();
    assertThat(undone.getUndoes()).isEqualTo(latest.getChangeId());
  }

  @Test
  void aCallerWithoutTheRightMayAskAndNothingElse() throws Exception {
    stop();
    start(Map.of("VERIMESH_HASH_WRITERS", "moderation", "VERIMESH_HASH_FEEDBACK_WRITERS", "local"));
    assertThatThrownBy(() -> hash.register(registration("known-ai", specimens.pdq()).build()))
        .satisfies(thrown -> assertThat(Problems.of(thrown)).isInstanceOf(Problem.Denied.class));
    assertThat(hash.register(registration("feedback", specimens.pdq()).build()).getCreated()).isTrue();
    assertThat(reason(() -> createBank("mine", BankKind.BANK_KIND_POSITIVE))).isEqualTo("CALLER_NOT_ALLOWED");
    assertThat(reason(() -> hash.remove(RemoveRequest.newBuilder().setBank("press").setWholeBank(true).build()))).isEqualTo("CALLER_NOT_ALLOWED");
    assertThat(reason(() -> hash.setEnabled(SetEnabledRequest.newBuilder().setBank("press").build()))).isEqualTo("CALLER_NOT_ALLOWED");
    assertThat(reason(() -> hash.listChanges(ListChangesRequest.getDefaultInstance()))).isEqualTo("CALLER_NOT_ALLOWED");
    assertThat(reason(() -> hash.exportItems(ExportItemsRequest.newBuilder().setBank("press").build()).hasNext())).isEqualTo("CALLER_NOT_ALLOWED");
    assertThat(hash.match(MatchRequest.newBuilder().setPdq(pdq(specimens.pdq())).build()).getTiersCount()).isEqualTo(3);
  }
}
