package verimesh.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.common.v1.Priority;
import verimesh.orchestrator.v1.AnalyzeRequest;

/// What is refused, and how that reads.
@Timeout(60)
class AdmitTest {
  private TestMesh mesh = TestMesh.now();

  @AfterEach
  void close() {
    mesh.close();
  }

  @Test
  void anEmptyFile() {
    refused(new byte[0], Status.Code.INVALID_ARGUMENT, "EMPTY_FILE");
  }

  @Test
  void aTextFileRenamed() {
    refused("Dear Sir or Madam, this is no JPEG.".getBytes(StandardCharsets.UTF_8), Status.Code.INVALID_ARGUMENT, "NOT_AN_IMAGE");
  }

  @Test
  void aHeaderThatIsCutOff() {
    refused(Arrays.copyOf(Says.png(20, 20, 1), 18), Status.Code.INVALID_ARGUMENT, "UNREADABLE_HEADER");
  }

  @Test
  void aPictureThatClaimsToBeHuge() {
    Problem problem = refused(pngThatClaims(60_000, 60_000), Status.Code.RESOURCE_EXHAUSTED, "TOO_MANY_PIXELS");
    assertThat(problem.message()).isEqualTo(
        "The picture has 3600 MP (60000x60000); up to 64 MP are taken. Send a smaller one, or raise VERIMESH_ADMISSION_MEGAPIXELS_MAX.");
  }

  @Test
  void theLastPixelThatIsTaken() {
    mesh.start();
    assertThat(mesh.analyze(pngThatClaims(8_000, 8_000)).getImage().getWidth()).isEqualTo(8_000);
    assertThatThrownBy(() -> mesh.analyze(pngThatClaims(8_001, 8_000))).satisfies(thrown ->
        assertThat(Problems.of(thrown).message()).contains("64.1 MP").contains("up to 64 MP"));
    assertThat(mesh.analyze(pngThatClaims(16_384, 10)).getImage().getWidth()).isEqualTo(16_384);
    assertThatThrownBy(() -> mesh.analyze(pngThatClaims(16_385, 10))).satisfies(thrown ->
        assertThat(Problems.of(thrown).reason()).isEqualTo("SIDE_TOO_LONG"));
  }

  @Test
  void aFileOverTheLimitMeetsOurErrorAndNotTheTransports() {
    Problem problem = refused(new byte[64 << 20], Status.Code.RESOURCE_EXHAUSTED, "FILE_TOO_LARGE");
    assertThat(problem).isInstanceOf(Problem.OverLimit.class);
    assertThat(problem.message()).isEqualTo("The file has 64 MiB; up to 32 MiB are taken. Send a smaller one, or raise VERIMESH_ADMISSION_FILE_BYTES_MAX.");
  }

  @Test
  void limitsAreSettings() {
    mesh.set("VERIMESH_ADMISSION_MEGAPIXELS_MAX", "1").set("VERIMESH_ADMISSION_FILE_BYTES_MAX", "2KiB");
    refused(pngThatClaims(1_001, 1_000), Status.Code.RESOURCE_EXHAUSTED, "TOO_MANY_PIXELS");
    assertThatThrownBy(() -> mesh.analyze(new byte[2049])).satisfies(thrown -> assertThat(Problems.of(thrown).reason()).isEqualTo("FILE_TOO_LARGE"));
  }

  @Test
  void aFileInAnyKindOfStringIsTheSameFile() {
    mesh.start();
    byte[] picture = Says.png(40, 40, 5);
    String sha256 = mesh.analyze(picture).getImage().getSha256();
    ByteString rope = ByteString.EMPTY;
    for (int i = 0; i < picture.length; i += 100) {
      rope = rope.concat(ByteString.copyFrom(picture, i, Math.min(100, picture.length - i)));
    }
    ByteString slice = ByteString.copyFrom(picture).concat(ByteString.copyFrom(new byte[300])).substring(0, picture.length);
    ByteString buffer = com.google.protobuf.UnsafeByteOperations.unsafeWrap(ByteBuffer.wrap(picture).asReadOnlyBuffer());
    for (ByteString file : List.of(rope, slice, buffer, rope.substring(0, picture.length))) {
      assertThat(mesh.analyze(AnalyzeRequest.newBuilder().setImage(file).build()).getImage().getSha256()).isEqualTo(sha256);
    }
  }

  @Test
  void whoFindsNoPlaceIsToldWhenToComeAgain() throws Exception {
    mesh.set("VERIMESH_ADMISSION_CONCURRENCY_MAX", "1").set("VERIMESH_ADMISSION_QUEUE_MAX", "1").withMetadata().start();
    CountDownLatch gate = mesh.inspect.waitsForAGate();
    var first = mesh.meanwhile(() -> mesh.analyze(Says.png(10, 10, 1)));
    mesh.inspect.awaitAsked(1);
    var waits = mesh.meanwhile(() -> mesh.analyze(Says.png(10, 10, 2)));
    awaitWaiting(1);
    assertThatThrownBy(() -> mesh.analyze(Says.png(10, 10, 3))).satisfies(thrown -> {
      assertThat(((StatusRuntimeException) thrown).getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      var problem = (Problem.Overloaded) Problems.of(thrown);
      assertThat(problem.reason()).isEqualTo("OVERLOADED");
      assertThat(problem.retryAfter()).isPositive();
    });
    gate.countDown();
    first.join();
    waits.join();
  }

  @Test
  void interactiveCallsGoBeforeBatchCalls() throws Exception {
    mesh.set("VERIMESH_ADMISSION_CONCURRENCY_MAX", "1").withMetadata().start();
    CountDownLatch gate = mesh.inspect.waitsForAGate();
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    var first = mesh.meanwhile(() -> mesh.analyze(Says.png(10, 10, 0)));
    mesh.inspect.awaitAsked(1);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      Priority priority = i <= 3 ? Priority.PRIORITY_BATCH : Priority.PRIORITY_INTERACTIVE;
      AnalyzeRequest request = Says.request(Says.png(10, 10, i)).setPriority(priority).setExternalId(priority + " " + i).build();
      all.add(mesh.meanwhile(() -> mesh.analyze(request)).thenAccept(_ -> {}));
      awaitWaiting(i);
    }
    mesh.inspect.nowAnswers(question -> {
      order.add(Integer.toString(question.getFile().hashCode()));
      return Says.stripped();
    });
    gate.countDown();
    first.join();
    all.forEach(CompletableFuture::join);
    List<String> expected = new ArrayList<>();
    for (int i : new int[] {4, 5, 6, 1, 2, 3}) expected.add(Integer.toString(ByteString.copyFrom(Says.png(10, 10, i)).hashCode()));
    assertThat(order).isEqualTo(expected);
  }

  @Test
  void aPictureLargerThanTheWholeBudgetIsDecodedAlone() {
    mesh.set("VERIMESH_ADMISSION_DECODE_BYTES_MAX", "16MiB").withHash().start();
    mesh.match.nowAnswers(_ -> Says.index(5, 0).build());
    assertThat(mesh.analyze(Says.png(2_500, 1_000, 1)).getImage().getPdq()).hasSize(64); // 20 MB at 8 bytes a pixel
    assertThat(mesh.telemetry.meters().get("verimesh.decode.budget.lent").gauge().value()).as("all is given back").isZero();
  }

  @Test
  void aDeadlineThatIsOverBeforeAdmissionIsAnError() {
    mesh.start();
    var request = Says.request(Says.png(10, 10, 1)).setDeadline(Duration.newBuilder().setNanos(1)).build();
    assertThatThrownBy(() -> mesh.analyze(request)).satisfies(thrown -> {
      assertThat(((StatusRuntimeException) thrown).getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      assertThat(Problems.of(thrown).reason()).isEqualTo("DEADLINE_TOO_SHORT");
    });
  }

  private Problem refused(byte[] file, Status.Code code, String reason) {
    if (mesh.stub() == null) mesh.start();
    StatusRuntimeException thrown = org.assertj.core.api.Assertions.catchThrowableOfType(StatusRuntimeException.class, () -> mesh.analyze(file));
    assertThat(thrown.getStatus().getCode()).isEqualTo(code);
    Problem problem = Problems.of(thrown);
    assertThat(problem.reason()).isEqualTo(reason);
    return problem;
  }

  private void awaitWaiting(int pictures) {
    while (mesh.telemetry.meters().get("verimesh.admission.waiting").gauge().value() != pictures) Thread.onSpinWait();
  }

  /// Signature and IHDR; the pixels are left out.
  private static byte[] pngThatClaims(int width, int height) {
    var ihdr = ByteBuffer.allocate(17).put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
    var crc = new CRC32();
    crc.update(ihdr.array());
    return ByteBuffer.allocate(33).putLong(0x89504E470D0A1A0AL).putInt(13).put(ihdr.array()).putInt((int) crc.getValue()).array();
  }
}
