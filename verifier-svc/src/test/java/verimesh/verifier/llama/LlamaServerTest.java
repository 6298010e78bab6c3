package verimesh.verifier.llama;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.Resources;
import verimesh.chassis.config.Settings;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.verifier.Main;
import verimesh.verifier.TestPictures;
import verimesh.verifier.VerifierConfig;
import verimesh.verifier.lmm.Backend;
import verimesh.verifier.lmm.BackendProblem;
import verimesh.verifier.lmm.ChatContract;
import verimesh.verifier.lmm.Question;
import verimesh.verifier.prompt.Prompts;
import verimesh.verifier.v1.Clue;
import verimesh.verifier.v1.ExamineRequest;
import verimesh.verifier.v1.ReExamineRequest;
import verimesh.verifier.v1.RetrievedClue;
import verimesh.verifier.v1.VerifierServiceGrpc;

/// llama.cpp's server as a peer that somebody else wrote: its answers fit our schema by its own grammar, and it decodes the
/// picture that we send.
class LlamaServerTest extends ChatContract {
  @TempDir static Path folder;
  private static LlamaServer server;

  @BeforeAll
  static void start() throws Exception {
    server = LlamaServer.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) server.close();
  }

  @Override
  protected URI url() {
    return server.url();
  }

  @Override
  protected String model() {
    return "tiny";
  }

  /// It looks at what we send: what is no picture is refused.
  @Test
  void bytesThatAreNoPictureAreRefused() {
    try (var backend = backend()) {
      var question = new Question(
          "rules", "task", new byte[] {1, 2, 3, 4}, "image/png", "examination", Prompts.ours().schema(java.util.List.of()), 50, true,
          java.time.Instant.now().plusSeconds(60));
      assertThat(backend.ask(question)).isInstanceOfSatisfying(
          Backend.Outcome.NotAnswered.class, no -> assertThat(no.problem()).isInstanceOfAny(BackendProblem.Refused.class, BackendProblem.Unreachable.class));
    }
  }

  @Test
  void bothPassesTravelThroughTheService() throws Exception {
    try (var resources = new Resources()) {
      var settings = Settings.of(
          Map.of("VERIMESH_VERIFIER_BACKENDS", "llama", "VERIMESH_VERIFIER_LLAMA_URL", server.url().toString(), "VERIMESH_VERIFIER_LLAMA_MODEL", "tiny"),
          "VERIFIER");
      var telemetry = resources.add(Telemetry.unscraped("verifier-svc"));
      resources.add(RpcServer.inProcess("llama-verifier", Main.wire(VerifierConfig.from(settings), Optional.empty(), resources, telemetry), telemetry));
      ManagedChannel channel = Channels.inProcess("llama-verifier");
      resources.add((AutoCloseable) channel::shutdownNow);
      var stub = VerifierServiceGrpc.newBlockingStub(channel);
      ByteString picture = ByteString.copyFrom(TestPictures.jpeg(640, 480));
      var first = stub.examine(ExamineRequest.newBuilder().setImage(picture).build()).getExamination();
      assertThat(first.getModel()).isEqualTo("tiny");
      var second = stub.reExamine(ReExamineRequest.newBuilder().setImage(picture).setFirstPass(first)
          .addClues(RetrievedClue.newBuilder().setClue(Clue.newBuilder().setClueId("hands.finger-count"))).build()).getExamination();
      assertThat(second.getFindings(0).getClueId()).isEqualTo("hands.finger-count");
    }
  }
}
