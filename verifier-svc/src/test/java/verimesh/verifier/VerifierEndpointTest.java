package verimesh.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.verifier.lmm.ScriptedLmm;
import verimesh.verifier.v1.Clue;
import verimesh.verifier.v1.ExamineRequest;
import verimesh.verifier.v1.GetBackendsRequest;
import verimesh.verifier.v1.ListCluesRequest;
import verimesh.verifier.v1.Presence;
import verimesh.verifier.v1.ReExamineRequest;
import verimesh.verifier.v1.RetrieveCluesRequest;
import verimesh.verifier.v1.RetrievedClue;
import verimesh.verifier.v1.VerifierServiceGrpc;

class VerifierEndpointTest {
  private static final ByteString PNG = ByteString.copyFrom(TestPictures.png(40, 30));

  private final Resources resources = new Resources();
  private ScriptedLmm model;

  @BeforeEach
  void start() throws Exception {
    model = resources.add(new ScriptedLmm());
  }

  @AfterEach
  void stop() throws Exception {
    resources.close();
  }

  @Test
  void withoutAModelNothingIsExaminedAndThatIsNoOutage() throws Exception {
    var stub = serve(Map.of());
    assertThat(stub.getBackends(GetBackendsRequest.getDefaultInstance()).getBackendsCount()).isZero();
    assertProblem(Problem.NotSetUp.class, "NO_BACKEND", () -> stub.examine(ExamineRequest.newBuilder().setImage(PNG).build()));
    assertProblem(Problem.NotSetUp.class, "NO_CLIP", () -> stub.retrieveClues(RetrieveCluesRequest.getDefaultInstance()));
    assertThat(stub.listClues(ListCluesRequest.newBuilder().setCategory("hands").build()).getCluesList()).hasSize(12);
    assertProblem(Problem.Invalid.class, "FIELD_INVALID", () -> stub.listClues(ListCluesRequest.newBuilder().setCategory("feet").build()));
  }

  @Test
  void bothPassesTravelFromTheModelToTheCaller() throws Exception {
    var stub = serve(configured());
    model.then(new ScriptedLmm.Act.Say("{\"verdict\":\"real\",\"confidence\":0.8,\"observations\":[\"A hand.\"]}"));
    var first = stub.examine(ExamineRequest.newBuilder().setImage(PNG).build()).getExamination();
    assertThat(first.getFake()).isFalse();
    model.then(new ScriptedLmm.Act.Say(
        "{\"verdict\":\"fake\",\"confidence\":0.9,\"observations\":[],\"findings\":[{\"clue_id\":\"hands.finger-count\",\"presence\":\"present\","
            + "\"note\":\"Six fingers.\",\"region\":{\"left\":0.1,\"top\":0.2,\"right\":0.3,\"bottom\":0.4}}]}"));
    var clue = RetrievedClue.newBuilder().setClue(Clue.newBuilder().setClueId("hands.finger-count")).setCosine(0.3);
    var second = stub.reExamine(ReExamineRequest.newBuilder().setImage(PNG).addClues(clue).setFirstPass(first).build()).getExamination();
    assertThat(second.getProbabilityAi()).isEqualTo(0.9);
    assertThat(second.getFindings(0).getPresence()).isEqualTo(Presence.PRESENCE_PRESENT);
    assertThat(second.getFindings(0).getRegion().getRight()).isEqualTo(0.3);
    assertThat(model.requests().get(1).at("/messages/1/content/0/text").asText()).contains("hands.finger-count").contains("Natural explanation");
  }

  @Test
  void everyFaultOfTheModelIsOneCodeOfTheContract() throws Exception {
    var stub = serve(configured());
    var ask = (org.assertj.core.api.ThrowableAssert.ThrowingCallable) () -> stub.examine(ExamineRequest.newBuilder().setImage(PNG).build());
    model.then(new ScriptedLmm.Act.Status(401, 0));
    assertProblem(Problem.Internal.class, "BACKEND_REFUSED", ask);
    model.then(new ScriptedLmm.Act.Status(429, 7));
    assertProblem(Problem.Overloaded.class, "BACKEND_RATE_LIMIT", ask);
    model.then(new ScriptedLmm.Act.Say("no JSON")).then(new ScriptedLmm.Act.Say("nor here"));
    assertProblem(Problem.Internal.class, "ANSWER_MALFORMED", ask);
    model.then(new ScriptedLmm.Act.Status(500, 0));
    assertProblem(Problem.Unavailable.class, "BACKEND_UNREACHABLE", ask);
  }

  @Test
  void aSilentModelCostsItsTimeAndNoMore() throws Exception {
    var impatient = configured();
    impatient.put("VERIMESH_VERIFIER_LOCAL_TIMEOUT", "300ms");
    var stub = serve(impatient);
    model.then(new ScriptedLmm.Act.Hang());
    assertProblem(Problem.TooLate.class, "BACKEND_TOO_SLOW", () -> stub.examine(ExamineRequest.newBuilder().setImage(PNG).build()));
  }

  @Test
  void picturesThatNoModelTakesAreRefusedBeforeTheyCostAnything() throws Exception {
    var stub = serve(configured());
    assertProblem(Problem.Invalid.class, "EMPTY_FILE", () -> stub.examine(ExamineRequest.getDefaultInstance()));
    assertProblem(Problem.Invalid.class, "NOT_AN_IMAGE", () -> stub.examine(ExamineRequest.newBuilder().setImage(ByteString.copyFromUtf8("hello")).build()));
    assertProblem(Problem.OverLimit.class, "IMAGE_TOO_LARGE", () -> stub.examine(ExamineRequest.newBuilder().setImage(ByteString.copyFrom(TestPictures.pngHeader(12_000, 12_000))).build()));
    assertThat(model.requests()).isEmpty();
  }

  @Test
  void whoeverAsksForBackendsIsToldTheWordingsToo() throws Exception {
    var backends = serve(configured()).getBackends(GetBackendsRequest.getDefaultInstance());
    assertThat(backends.getBackends(0).getKind()).isEqualTo("lmm");
    assertThat(backends.getPromptVersionsList()).containsExactly("examine/2", "reexamine/2");
  }

  /// A model that nobody listens to any more still costs money.
  @Test
  void aCallerWhoLeavesTakesTheQuestionAlong() throws Exception {
    var stub = serve(configured());
    model.then(new ScriptedLmm.Act.Hang()).otherwise(new ScriptedLmm.Act.Say("{\"verdict\":\"real\",\"confidence\":0.8,\"observations\":[]}"));
    var environment = configured();
    var asked = io.grpc.Context.current().withCancellation();
    var call = Thread.ofVirtual().start(asked.wrap(() -> {
      try {
        stub.examine(ExamineRequest.newBuilder().setImage(PNG).build());
      } catch (io.grpc.StatusRuntimeException expected) {
        // cancelled
      }
    }));
    while (model.requests().isEmpty()) Thread.onSpinWait();
    asked.cancel(null);
    call.join();
    // One place only: it is free again at once, not after the hanging model's timeout.
    assertThat(environment.get("VERIMESH_VERIFIER_LOCAL_CONCURRENCY_MAX")).isEqualTo("1");
    assertThat(stub.withDeadlineAfter(10, java.util.concurrent.TimeUnit.SECONDS).examine(ExamineRequest.newBuilder().setImage(PNG).build()).hasExamination()).isTrue();
  }

  /// Sixteen at once before a model that takes two at a time and lets four wait: none waits beyond the bound, all are answered
  /// or told when to come again.
  @Test
  void aCrowdBeforeASlowModelIsServedOrToldToComeLater() throws Exception {
    var crowded = configured();
    crowded.put("VERIMESH_VERIFIER_LOCAL_CONCURRENCY_MAX", "2");
    crowded.put("VERIMESH_VERIFIER_LOCAL_WAITING_MAX", "4");
    var stub = serve(crowded);
    model.otherwise(new ScriptedLmm.Act.Late(java.time.Duration.ofMillis(300), "{\"verdict\":\"real\",\"confidence\":0.8,\"observations\":[]}"));
    var answered = new java.util.concurrent.atomic.AtomicInteger();
    var later = new java.util.concurrent.atomic.AtomicInteger();
    try (var callers = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        ByteString picture = ByteString.copyFrom(TestPictures.png(30 + i, 20));
        callers.execute(() -> {
          try {
            stub.withDeadlineAfter(30, java.util.concurrent.TimeUnit.SECONDS).examine(ExamineRequest.newBuilder().setImage(picture).build());
            answered.incrementAndGet();
          } catch (io.grpc.StatusRuntimeException e) {
            if (Problems.of(e) instanceof Problem.Overloaded busy && busy.reason().equals("CONCURRENCY_LIMIT")) later.incrementAndGet();
          }
        });
      }
    }
    assertThat(answered.get() + later.get()).isEqualTo(16);
    assertThat(answered.get()).isGreaterThanOrEqualTo(6);
    assertThat(model.mostAtOnce()).isLessThanOrEqualTo(2);
  }

  private Map<String, String> configured() {
    Map<String, String> environment = new HashMap<>();
    environment.put("VERIMESH_VERIFIER_BACKENDS", "local");
    environment.put("VERIMESH_VERIFIER_LOCAL_URL", model.url().toString());
    environment.put("VERIMESH_VERIFIER_LOCAL_MODEL", "scripted-1");
    environment.put("VERIMESH_VERIFIER_LOCAL_ATTEMPTS_MAX", "1");
    environment.put("VERIMESH_VERIFIER_LOCAL_CONCURRENCY_MAX", "1");
    return environment;
  }

  private VerifierServiceGrpc.VerifierServiceBlockingStub serve(Map<String, String> environment) throws Exception {
    var settings = Settings.of(environment, "VERIFIER");
    var config = VerifierConfig.from(settings);
    assertThat(settings.problems(java.util.List.of())).isEmpty();
    var telemetry = resources.add(Telemetry.unscraped("verifier-svc"));
    String name = "verifier-" + System.nanoTime();
    resources.add(RpcServer.inProcess(name, Main.wire(config, Optional.empty(), resources, telemetry), telemetry));
    ManagedChannel channel = Channels.inProcess(name);
    resources.add((AutoCloseable) channel::shutdownNow);
    return VerifierServiceGrpc.newBlockingStub(channel);
  }

  private static void assertProblem(Class<? extends Problem> kind, String reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call).satisfies(thrown -> {
      Problem problem = Problems.of(thrown);
      assertThat(problem).isInstanceOf(kind);
      assertThat(problem.reason()).isEqualTo(reason);
    });
  }
}
