package verimesh.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.hash.index.Batch;
import verimesh.hash.index.Edit;
import verimesh.hash.index.LuceneIndex;
import verimesh.hash.index.Near;
import verimesh.hash.index.Scope;
import verimesh.hash.index.Specimens;
import verimesh.hash.v1.Bank;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.CreateBankRequest;
import verimesh.hash.v1.GetStatisticsRequest;
import verimesh.hash.v1.GetStatisticsResponse;
import verimesh.hash.v1.HashServiceGrpc.HashServiceBlockingStub;
import verimesh.hash.v1.ListBanksRequest;
import verimesh.hash.v1.ListChangesRequest;
import verimesh.hash.v1.MatchRequest;
import verimesh.hash.v1.PurgeRequest;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.RegisterResponse;
import verimesh.hash.v1.RemoveRequest;
import verimesh.hash.v1.UndoChangeRequest;

/// What nobody should send, from a caller that may write: told why, and nothing of it half-written.
@Timeout(120)
class HostileTest {
  private static final int BANKS_MAX = 50;

  @TempDir Path directory;

  private final Specimens specimens = Specimens.seeded(37);
  private TestHash service;
  private HashServiceBlockingStub hash;

  @BeforeEach
  void start() throws Exception {
    open(Map.of());
    TestHash.createBank(hash, "known-ai", BankKind.BANK_KIND_POSITIVE);
  }

  private void open(Map<String, String> more) throws Exception {
    var environment = new TreeMap<>(Map.of("VERIMESH_HASH_DIRECTORY", directory.toString(), "VERIMESH_HASH_WRITERS", "*",
        "VERIMESH_HASH_BANKS_MAX", Integer.toString(BANKS_MAX), "VERIMESH_HASH_REGISTRATIONS_BURST", "100000"));
    environment.putAll(more);
    service = new TestHash(environment, ServerConfig.loopback());
    hash = service.stub(ChannelConfig.to(service.target()));
  }

  @AfterEach
  void stop() {
    if (service != null) service.close();
  }

  private GetStatisticsResponse statistics() {
    return hash.getStatistics(GetStatisticsRequest.getDefaultInstance());
  }

  @Test
  void tenThousandBanksAreTakenUpToTheLimitAndNoFurther() {
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      String name = "bank-" + i;
      String reason = TestHash.reason(() -> TestHash.createBank(hash, name, BankKind.BANK_KIND_NEGATIVE));
      assertThat(reason).isIn("none", "BANKS_MAX");
      if (reason.equals("BANKS_MAX")) refused++;
    }
    assertThat(refused).isEqualTo(10_000 - (BANKS_MAX - 1));
    assertThat(hash.listBanks(ListBanksRequest.getDefaultInstance()).getBanksCount()).isEqualTo(BANKS_MAX);
    hash.register(TestHash.registration(specimens, "known-ai")); // and all goes on
  }

  /// Somebody may want as many: then searches go on as fast.
  @Test
  void tenThousandBanksSlowNoSearchDown() {
    try (var index = new LuceneIndex(directory.resolve("many"), LuceneIndex.Tuning.defaults(), LuceneIndex.WhenLocked.REFUSE, InstantSource.system(), Telemetry.unscraped("test"))) {
      List<Edit> edits = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) edits.add(new Edit.PutBank(Specimens.bank("bank-" + i, verimesh.hash.bank.BankKind.POSITIVE)));
      float[] unit = specimens.unit(32);
      for (int i = 0; i < 10_000; i += 100) {
        edits.add(new Edit.Add(Specimens.item("bank-" + i, specimens.sha256(), specimens.pdq(), Map.of(Specimens.SPACE, unit))));
      }
      index.write(new Batch(edits, null)).join();
      Scope all = new Scope(Set.of(), Instant.now().toEpochMilli());
      long fastest = Long.MAX_VALUE;
      for (int i = 0; i < 20; i++) {
        long began = System.nanoTime();
        List<Near> near = index.nearest(Specimens.SPACE, unit, verimesh.hash.bank.BankKind.POSITIVE, 5, all);
        assertThat(near).hasSize(5);
        fastest = Math.min(fastest, System.nanoTime() - began);
      }
      assertThat(fastest).as("nanoseconds of a search over 100 items in 10,000 banks").isLessThan(50_000_000L);
    }
  }

  @Test
  void aStreamGoesOnAfterEachHostileItemAndHoldsNothingOfThem() throws Exception {
    RegisterRequest sound = TestHash.registration(specimens, "known-ai").toBuilder().addVectors(TestHash.vector(specimens.unit(8))).build();
    List<RegisterRequest> requests = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    requests.add(sound);
    expected.add("");
    for (var hostile : List.of(
        Map.entry("VECTOR_ZERO", with(new float[8])),
        Map.entry("VECTOR_NOT_FINITE", with(1, Float.NaN, 0, 0, 0, 0, 0, 0)),
        Map.entry("VECTOR_NOT_FINITE", with(1, Float.NEGATIVE_INFINITY, 0, 0, 0, 0, 0, 0)),
        Map.entry("VECTOR_DIMENSION", with(specimens.unit(9))),
        Map.entry("VECTOR_DIMENSION", with(ones(1025))),
        Map.entry("FIELD_INVALID", noted("x".repeat(1 << 20))),
        Map.entry("FIELD_INVALID", noted("a\u0000b")),
        Map.entry("BANK_UNKNOWN", TestHash.registration(specimens, "no-such-bank")),
        Map.entry("SHA256_LENGTH", RegisterRequest.newBuilder().setBank("known-ai").build()))) {
      requests.add(hostile.getValue());
      expected.add(hostile.getKey());
      requests.add(TestHash.registration(specimens, "known-ai").toBuilder().addVectors(TestHash.vector(specimens.unit(8))).build());
      expected.add("");
    }
    List<RegisterResponse> answers = TestHash.stream(service.channel(ChannelConfig.to(service.target())), requests, (_, _) -> {});
    assertThat(answers).extracting(RegisterResponse::getErrorReason).containsExactlyElementsOf(expected);
    assertThat(statistics().getItems()).isEqualTo(10);
    assertThat(statistics().getVectorsMap()).containsExactly(Map.entry(Specimens.SPACE, 10L));
    stop();
    open(Map.of());
    assertThat(statistics().getItems()).as("after opening again").isEqualTo(10);
  }

  private static float[] ones(int dimension) {
    float[] values = new float[dimension];
    Arrays.fill(values, 1);
    return values;
  }

  private RegisterRequest with(float... vector) {
    return TestHash.registration(specimens, "known-ai").toBuilder().addVectors(TestHash.vector(vector)).build();
  }

  private RegisterRequest noted(String note) {
    RegisterRequest.Builder request = TestHash.registration(specimens, "known-ai").toBuilder();
    request.getItemBuilder().setNote(note);
    return request.build();
  }

  @Test
  void hostileQueriesAreRefusedWithTheirReason() {
    hash.register(TestHash.registration(specimens, "known-ai").toBuilder().addVectors(TestHash.vector(specimens.unit(8))).build());
    Map<MatchRequest, String> hostile = Map.of(
        MatchRequest.newBuilder().setVector(TestHash.vector(new float[8])).build(), "VECTOR_ZERO",
        MatchRequest.newBuilder().setVector(TestHash.vector(Float.NaN, 1)).build(), "VECTOR_NOT_FINITE",
        MatchRequest.newBuilder().setVector(TestHash.vector(specimens.unit(9))).build(), "VECTOR_DIMENSION",
        MatchRequest.newBuilder().setSha256(ByteString.copyFromUtf8("short")).build(), "SHA256_LENGTH",
        MatchRequest.newBuilder().setLimit(101).build(), "FIELD_INVALID",
        MatchRequest.newBuilder().setLimit(-1).build(), "FIELD_INVALID",
        MatchRequest.newBuilder().addBanks("no\u0000bank").build(), "BANK_UNKNOWN");
    hostile.forEach((query, reason) -> assertThat(TestHash.reason(() -> hash.match(query))).isEqualTo(reason));
  }

  @Test
  void aBanksNoteHasALimitToo() {
    var request = CreateBankRequest.newBuilder().setBank(
        Bank.newBuilder().setName("noted").setKind(BankKind.BANK_KIND_POSITIVE).setNote("x".repeat(1 << 20))).build();
    assertThat(TestHash.reason(() -> hash.createBank(request))).isEqualTo("FIELD_INVALID");
    assertThat(hash.listBanks(ListBanksRequest.getDefaultInstance()).getBanksCount()).isEqualTo(1);
  }

  @Test
  void anIndexOfOneConventionDoesNotOpenWithTheOther() throws Exception {
    hash.register(TestHash.registration(specimens, "known-ai"));
    stop();
    service = null;
    assertThatThrownBy(() -> open(Map.of("VERIMESH_HASH_PDQ_CONVENTION", "full-size")))
        .isInstanceOf(ProblemException.class).hasMessageContaining("PDQ_CONVENTION").hasMessageContaining("shrunk-512");
    open(Map.of("VERIMESH_HASH_PDQ_CONVENTION", "shrunk-512"));
    assertThat(statistics().getItems()).isEqualTo(1);
  }

  @Test
  void whatIsPurgedIsGoneAndWhatIsNotCanStillComeBack() {
    RegisterRequest request = TestHash.registration(specimens, "known-ai");
    RegisterRequest kept = TestHash.registration(specimens, "known-ai");
    String id = hash.register(request).getItemId();
    hash.register(kept);
    hash.remove(RemoveRequest.newBuilder().setBank("known-ai").addItemIds(id).build());
    var changes = hash.listChanges(ListChangesRequest.newBuilder().setLimit(1).build());
    var purge = PurgeRequest.newBuilder().setBank("known-ai").build();
    assertThat(hash.purge(purge).getPurged()).isEqualTo(1);
    assertThat(hash.purge(purge).getPurged()).isZero();
    var undo = UndoChangeRequest.newBuilder().setChangeId(changes.getChanges(0).getChangeId()).build();
    assertThat(TestHash.reason(() -> hash.undoChange(undo))).isEqualTo("CHANGE_UNDONE");
    assertThat(hash.match(TestHash.query(kept)).getMatchesCount()).isEqualTo(2);
    assertThat(hash.register(request).getCreated()).as("registered again, as if it had never been").isTrue();
    hash.remove(RemoveRequest.newBuilder().setBank("known-ai").setWholeBank(true).build());
    assertThat(hash.purge(purge).getPurged()).isEqualTo(2);
    assertThat(TestHash.reason(() -> hash.purge(PurgeRequest.newBuilder().setBank("never").build()))).isEqualTo("BANK_UNKNOWN");
  }
}
