package verimesh.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import verimesh.chassis.Resources;
import verimesh.chassis.Service;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.chassis.rpc.Channels;
import verimesh.chassis.rpc.RpcServer;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.chassis.testing.Shared;
import verimesh.common.v1.Language;
import verimesh.common.v1.Level;
import verimesh.metadata.read.FileReader;
import verimesh.metadata.v1.FormulaPart;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.LabelClass;
import verimesh.metadata.v1.MetadataServiceGrpc;
import verimesh.metadata.v1.MetadataServiceGrpc.MetadataServiceBlockingStub;

/// The service as its callers see it.
class MetadataEndpointTest {
  private static final MetadataConfig CONFIG = new MetadataConfig(64 << 10, 4, Duration.ofMillis(50), true, 64);

  private Telemetry telemetry;
  private Resources resources;
  private RpcServer server;
  private ManagedChannel channel;
  private MetadataServiceBlockingStub stub;

  @BeforeEach
  void start() throws Exception {
    telemetry = new Telemetry("metadata-svc");
    resources = new Resources();
    serve(Main.wire(CONFIG, resources, telemetry), "metadata-endpoint");
  }

  private void serve(Service service, String name) throws Exception {
    server = RpcServer.inProcess(name, service, telemetry);
    channel = Channels.inProcess(name);
    stub = MetadataServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    resources.close();
    telemetry.close();
  }

  private static InspectRequest request(byte[] file) {
    return InspectRequest.newBuilder().setFile(ByteString.copyFrom(file)).build();
  }

  private Problem refusal(InspectRequest request) {
    StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> stub.inspect(request));
    return Problems.of(refused);
  }

  @Test
  void aPictureGetsTheWholeAnswer() throws IOException {
    byte[] file = Pictures.png("parameters", "a harbour\nNegative prompt: blurry\nSteps: 20, Sampler: Euler, Seed: 5, Model: m, Version: v1.10.1", "Author", "Jane Doe");
    InspectResponse answer = stub.inspect(request(file));
    assertThat(answer.getFormat()).isEqualTo("png");
    assertThat(answer.getWidth()).isEqualTo(8);
    assertThat(answer.getGenerator().getName()).isEqualTo("Stable Diffusion WebUI (AUTOMATIC1111)");
    assertThat(answer.getGenerator().getVersion()).isEqualTo("v1.10.1");
    assertThat(answer.getGenerator().getModel()).isEqualTo("m");
    assertThat(answer.getGenerator().getEvidence()).isEqualTo("PNG text chunk 'parameters'");
    assertThat(answer.getSignaturesList()).singleElement().satisfies(s -> {
      assertThat(s.getKind()).isEqualTo("GENERATOR_RECORD");
      assertThat(s.getLevel()).isEqualTo(Level.LEVEL_DECLARED);
      assertThat(s.getPart()).isEqualTo(FormulaPart.FORMULA_PART_SIGNATURE);
      assertThat(s.getPrompt()).isEqualTo("a harbour");
      assertThat(s.getSeed()).isEqualTo("5");
      assertThat(s.getVerified()).isFalse();
    });
    assertThat(answer.getLabelClass()).isEqualTo(LabelClass.LABEL_CLASS_FULLY_GENERATED);
    assertThat(answer.getExif().getConsistency()).isEqualTo("STRIPPED");
    assertThat(answer.getProvenance().getState()).isEqualTo("none");
    assertThat(answer.getSummary()).contains("AUTOMATIC1111");
    assertThat(answer.getRawTextsMap()).containsKey("PNG tEXt parameters").doesNotContainValue("Jane Doe");
    assertThat(answer.getPersonalDataMap()).isEmpty();
    assertThat(telemetry.scrape()).contains("verimesh_metadata_inspections_seconds_count{format=\"png\"}").contains("verimesh_metadata_signatures_total{kind=\"generator_record\"}");
  }

  @Test
  void personalDataIsGivenOnlyWhenAsked() {
    byte[] file = Pictures.png("Author", "Jane Doe");
    assertThat(stub.inspect(request(file)).toString()).doesNotContain("Jane Doe");
    InspectResponse asked = stub.inspect(request(file).toBuilder().setIncludePersonalData(true).build());
    assertThat(asked.getPersonalDataMap().values()).contains("Jane Doe");
  }

  @Test
  void textsAreCutAsAsked() {
    byte[] file = Pictures.png("parameters", "😀".repeat(3_000) + "\nSteps: 20, Sampler: Euler, Seed: 5");
    assertThat(stub.inspect(request(file)).getSignatures(0).getPrompt()).hasSize(2_000);
    String odd = stub.inspect(request(file).toBuilder().setTextCharactersMax(11).build()).getSignatures(0).getPrompt();
    assertThat(odd).isEqualTo("😀".repeat(5)); // never half a character
    assertThat(stub.inspect(request(file).toBuilder().setTextCharactersMax(-1).build()).getSignatures(0).getPrompt()).hasSize(6_000);
  }

  @Test
  void theSummarySpeaksTheCallersLanguage() {
    byte[] file = Pictures.png();
    assertThat(stub.inspect(request(file)).getSummary()).isEqualTo("The file says nothing of its making.");
    assertThat(stub.inspect(request(file).toBuilder().setLanguage(Language.LANGUAGE_KO).build()).getSummary()).isEqualTo("이 파일에는 제작 과정에 관한 정보가 없습니다.");
  }

  @Test
  void refusalsSayWhyAndWhatToDo() {
    assertThat(refusal(request(new byte[0]))).isInstanceOf(Problem.Invalid.class).extracting(Problem::reason).isEqualTo("EMPTY_FILE");
    assertThat(refusal(request("just text".getBytes(StandardCharsets.UTF_8))).reason()).isEqualTo("NOT_AN_IMAGE");
    assertThat(refusal(request(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})).reason()).isEqualTo("UNREADABLE_HEADER");
    Problem large = refusal(request(new byte[(64 << 10) + 1]));
    assertThat(large).isInstanceOf(Problem.OverLimit.class).extracting(Problem::reason).isEqualTo("FILE_TOO_LARGE");
    assertThat(large.message()).contains("VERIMESH_METADATA_FILE_BYTES_MAX");
    assertThat(refusal(request(new byte[64 << 10])).reason()).isEqualTo("NOT_AN_IMAGE"); // the last size that is taken
    assertThat(telemetry.scrape()).contains("verimesh_metadata_refusals_total{reason=\"file_too_large\"}");
  }

  @Test
  void whoeverFindsNoTurnIsToldToComeAgain() throws Exception {
    stop();
    telemetry = new Telemetry("metadata-svc");
    resources = new Resources();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    FileReader slow = file -> {
      inside.countDown();
      try {
        leave.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new FileReader.Reading.Refused("NOT_AN_IMAGE", "slow");
    };
    MetadataConfig one = new MetadataConfig(1 << 20, 1, Duration.ofMillis(1), false, 1);
    serve(Service.of(new MetadataEndpoint(new Inspector(slow, Optional.empty()), one, telemetry.meters())), "metadata-endpoint-slow");
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first = callers.submit(() -> refusal(request(new byte[1])));
      inside.await();
      assertThat(refusal(request(new byte[1]))).isInstanceOf(Problem.Overloaded.class).extracting(Problem::reason).isEqualTo("OVERLOADED");
      leave.countDown();
      first.get();
    }
    assertThat(refusal(request(new byte[1])).reason()).isEqualTo("NOT_AN_IMAGE"); // the turn was given back
  }

  @Test
  void credentialsAreToldAsClaimsThatNobodyValidated() throws Exception {
    stop();
    telemetry = new Telemetry("metadata-svc");
    resources = new Resources();
    serve(Main.wire(new MetadataConfig(32 << 20, 4, Duration.ofSeconds(1), true, 64), resources, telemetry), "metadata-endpoint-large");
    InspectResponse answer = stub.inspect(request(Files.readAllBytes(Shared.path("fixtures/ai-metadata/firefly.png"))));
    assertThat(answer.getProvenance().getState()).isEqualTo("unvalidated");
    assertThat(answer.getProvenance().getSuccessList()).isEmpty();
    assertThat(answer.getProvenance().getManifestsList()).singleElement().satisfies(m -> {
      assertThat(m.getActive()).isTrue();
      assertThat(m.getClaimGenerator()).isEqualTo("Adobe_Firefly");
      assertThat(m.getActions(0).getDigitalSourceType()).isEqualTo("trainedAlgorithmicMedia");
      assertThat(m.getSigner()).contains("Adobe");
    });
    assertThat(answer.getSignatures(0).getLevel()).isEqualTo(Level.LEVEL_NONE);
    assertThat(answer.getSignatures(0).getPart()).isEqualTo(FormulaPart.FORMULA_PART_SIGNATURE);
    assertThat(answer.getSignatures(0).getSigner()).endsWith("(unverified)");
  }
}
