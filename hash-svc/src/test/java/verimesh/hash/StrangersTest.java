package verimesh.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.Certificates;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.rpc.TlsConfig;
import verimesh.chassis.rpc.TlsConfig.ClientCertificates;
import verimesh.hash.index.Specimens;
import verimesh.hash.v1.BankKind;
import verimesh.hash.v1.Change;
import verimesh.hash.v1.ChangeKind;
import verimesh.hash.v1.ExportItemsRequest;
import verimesh.hash.v1.GetStatisticsRequest;
import verimesh.hash.v1.HashServiceGrpc.HashServiceBlockingStub;
import verimesh.hash.v1.ListChangesRequest;
import verimesh.hash.v1.MoveItemsRequest;
import verimesh.hash.v1.PurgeRequest;
import verimesh.hash.v1.RegisterRequest;
import verimesh.hash.v1.RegisterResponse;
import verimesh.hash.v1.RemoveRequest;
import verimesh.hash.v1.SetEnabledRequest;
import verimesh.hash.v1.UndoChangeRequest;

/// Who may do what, over the wire: callers are known by the certificate that they show, or by a key.
@Timeout(120)
class StrangersTest {
  private static final int BURST = 16;
  private static final String KEY = "a key of sixteen characters and more";

  @TempDir Path directory;

  private final Specimens specimens = Specimens.seeded(31);
  private Certificates authority;
  private TestHash service;
  private HashServiceBlockingStub moderation;
  private HashServiceBlockingStub orchestrator;

  @BeforeEach
  void start() throws Exception {
    authority = Certificates.authority(directory.resolve("tls"), "Our authority");
    TlsConfig own = authority.issue("CN=hash-svc");
    service = new TestHash(
        Map.of("VERIMESH_HASH_DIRECTORY", directory.resolve("index").toString(), "VERIMESH_HASH_WRITERS", "moderation,importer",
            "VERIMESH_HASH_FEEDBACK_WRITERS", "orchestrator", "VERIMESH_HASH_KEYS", "importer:" + KEY,
            "VERIMESH_HASH_REGISTRATIONS_PER_SECOND", "1", "VERIMESH_HASH_REGISTRATIONS_BURST", Integer.toString(BURST)),
        ServerConfig.loopback().withTls(new TlsConfig(own.certificateChain(), own.key(), own.trusted(), ClientCertificates.OPTIONAL)));
    moderation = as("CN=moderation");
    orchestrator = as("CN=orchestrator");
    TestHash.createBank(moderation, "known-ai", BankKind.BANK_KIND_POSITIVE);
    TestHash.createBank(moderation, "feedback", BankKind.BANK_KIND_QUARANTINE);
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private ChannelConfig to() {
    return ChannelConfig.to(service.target());
  }

  private HashServiceBlockingStub as(String subject) throws Exception {
    return service.stub(to().withTls(authority.issue(subject)));
  }

  private List<Change> changes() {
    return moderation.listChanges(ListChangesRequest.getDefaultInstance()).getChangesList();
  }

  @Test
  void aStrangerMayAskAndNothingElse() throws Exception {
    TlsConfig believing = Certificates.believing(authority.trusted());
    String itemId = moderation.register(TestHash.registration(specimens, "known-ai")).getItemId();
    int lines = changes().size();
    for (HashServiceBlockingStub stranger : List.of(
        as("CN=stranger"), as("CN=local"), service.stub(to().withTls(believing)), service.stub(to().withTls(believing).withKey("a wrong key, long enough")))) {
      List<Runnable> forbidden = List.of(
          () -> stranger.register(TestHash.registration(specimens, "known-ai")),
          () -> stranger.register(TestHash.registration(specimens, "feedback")),
          () -> stranger.register(TestHash.registration(specimens, "no-such-bank")), // nor learns which banks there are
          () -> TestHash.createBank(stranger, "mine", BankKind.BANK_KIND_POSITIVE),
          () -> stranger.setEnabled(SetEnabledRequest.newBuilder().setBank("known-ai").build()),
          () -> stranger.remove(RemoveRequest.newBuilder().setBank("known-ai").setWholeBank(true).build()),
          () -> stranger.purge(PurgeRequest.newBuilder().setBank("known-ai").build()),
          () -> stranger.moveItems(MoveItemsRequest.newBuilder().addItemIds(itemId).setToBank("feedback").build()),
          () -> stranger.listChanges(ListChangesRequest.getDefaultInstance()),
          () -> stranger.undoChange(UndoChangeRequest.newBuilder().setChangeId(changes().getFirst().getChangeId()).build()),
          () -> stranger.exportItems(ExportItemsRequest.newBuilder().setBank("known-ai").build()).hasNext());
      for (Runnable call : forbidden) assertThat(TestHash.reason(call)).isEqualTo("CALLER_NOT_ALLOWED");
      assertThat(stranger.match(TestHash.query(TestHash.registration(specimens, "known-ai"))).getTiersCount()).isEqualTo(3);
    }
    assertThat(moderation.getStatistics(GetStatisticsRequest.getDefaultInstance()).getItems()).isEqualTo(1);
    assertThat(changes()).hasSize(lines);
  }

  @Test
  void aKeyMayTakeTheCertificatesPlace() throws Exception {
    var importer = service.stub(to().withTls(Certificates.believing(authority.trusted())).withKey(KEY));
    assertThat(importer.register(TestHash.registration(specimens, "known-ai")).getCreated()).isTrue();
    assertThat(changes().getFirst().getBy()).isEqualTo("importer");
  }

  @Test
  void feedbackLandsInQuarantineAndMatchesNothingUntilItIsReleased() {
    RegisterRequest press = TestHash.registration(specimens, "feedback");
    assertThat(TestHash.reason(() -> orchestrator.register(press.toBuilder().setBank("known-ai").build()))).isEqualTo("CALLER_NOT_ALLOWED");
    String id = orchestrator.register(press).getItemId();
    assertThat(orchestrator.match(TestHash.query(press)).getMatchesList()).isEmpty();
    MoveItemsRequest release = MoveItemsRequest.newBuilder().addItemIds(id).setToBank("known-ai").build();
    assertThat(TestHash.reason(() -> orchestrator.moveItems(release))).isEqualTo("CALLER_NOT_ALLOWED");
    assertThat(moderation.moveItems(release).getMoved()).isEqualTo(1);
    assertThat(orchestrator.match(TestHash.query(press)).getMatchesCount()).isEqualTo(2); // by bytes and by PDQ

    Change moved = changes().getFirst();
    assertThat(moved.getKind()).isEqualTo(ChangeKind.CHANGE_KIND_ITEMS_MOVED);
    assertThat(moved.getBy()).isEqualTo("moderation");
    assertThat(changes().get(1).getBy()).isEqualTo("orchestrator");
    moderation.undoChange(UndoChangeRequest.newBuilder().setChangeId(moved.getChangeId()).build());
    assertThat(orchestrator.match(TestHash.query(press)).getMatchesList()).isEmpty();
  }

  @Test
  void oneCallersFloodIsBoundedAndHoldsNobodyElseUp() {
    int taken = 0;
    List<Problem> refusals = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < 3 * BURST; i++) {
      try {
        orchestrator.register(TestHash.registration(specimens, "feedback"));
        taken++;
      } catch (RuntimeException e) {
        refusals.add(Problems.of(e));
      }
    }
    long secondsMore = (System.nanoTime() - began) / 1_000_000_000 + 1; // one more is granted each second
    assertThat(taken).isBetween(BURST, (int) (BURST + secondsMore));
    assertThat(refusals).allSatisfy(refusal -> {
      assertThat(refusal.reason()).isEqualTo("REGISTRATION_RATE");
      assertThat(refusal).isInstanceOf(Problem.Overloaded.class);
    });
    assertThat(moderation.register(TestHash.registration(specimens, "known-ai")).getCreated()).isTrue();

    // All that came of it goes with its lines of the audit log, and then for good.
    for (Change change : moderation.listChanges(ListChangesRequest.newBuilder().setLimit(1000).build()).getChangesList()) {
      if (change.getBy().equals("orchestrator")) moderation.undoChange(UndoChangeRequest.newBuilder().setChangeId(change.getChangeId()).build());
    }
    assertThat(moderation.getStatistics(GetStatisticsRequest.getDefaultInstance()).getItems()).isEqualTo(1);
    assertThat(moderation.purge(PurgeRequest.newBuilder().setBank("feedback").build()).getPurged()).isEqualTo(taken);
  }

  @Test
  void aStreamThatFloodsIsSlowedDownAndNotRefused() throws Exception {
    List<RegisterRequest> requests = new ArrayList<>();
    for (int i = 0; i < BURST + 2; i++) requests.add(TestHash.registration(specimens, "feedback"));
    long began = System.nanoTime();
    List<RegisterResponse> answers = TestHash.stream(service.channel(to().withTls(authority.issue("CN=orchestrator"))), requests, (_, _) -> {});
    assertThat(answers).hasSize(BURST + 2).allMatch(answer -> answer.getErrorReason().isEmpty());
    assertThat(System.nanoTime() - began).as("two more than the burst, one a second").isGreaterThan(1_000_000_000L);
  }
}
