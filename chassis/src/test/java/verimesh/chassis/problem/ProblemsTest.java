package verimesh.chassis.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.chassis.problem.Problem.Violation;

class ProblemsTest {
  /// One of each kind; the switch below stops the build when a tenth is added and forgotten here.
  public static Stream<Problem> everyKind() {
    return Stream.of(
        new Problem.Invalid("FIELD_INVALID", "Two fields are wrong.", List.of(new Violation("pdq.hash", "has 31 bytes, not 32"), new Violation("limit", "is 101"))),
        new Problem.Invalid("NOT_AN_IMAGE", "No known magic bytes."),
        new Problem.OverLimit("FILE_TOO_LARGE", "The file has 64 MiB; up to 32 MiB are taken."),
        new Problem.Overloaded("QUEUE_FULL", "The queue is full.", Duration.ofMillis(1500)),
        new Problem.Missing("VERDICT_UNKNOWN", "그런 판정은 없습니다."),
        new Problem.Denied("CALLER_NOT_ALLOWED", "The caller may not register."),
        new Problem.NotSetUp("NO_MODEL", "No model is configured."),
        new Problem.Unavailable("INDEX_CLOSED", "The index is closed.", Duration.ofSeconds(2)),
        new Problem.Unavailable("WARMING_UP", "At once, please.", Duration.ZERO),
        new Problem.TooLate("WOULD_BE_LATE", "The queue is longer than the deadline."),
        new Problem.Internal("ANSWER_MALFORMED", "The answer is not the schema's."));
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void everyKindSurvivesTheWayThereAndBack(Problem problem) {
    StatusRuntimeException thrown = Problems.toException(problem);
    assertThat(Problems.of(thrown)).isEqualTo(problem);
    assertThat(Problems.isOurs(thrown)).isTrue();
    assertThat(thrown.getStatus().getDescription()).isEqualTo(problem.message());
    String expected =
        switch (problem) {
          case Problem.Invalid _ -> "INVALID_ARGUMENT";
          case Problem.OverLimit _, Problem.Overloaded _ -> "RESOURCE_EXHAUSTED";
          case Problem.Missing _ -> "NOT_FOUND";
          case Problem.Denied _ -> "PERMISSION_DENIED";
          case Problem.NotSetUp _ -> "FAILED_PRECONDITION";
          case Problem.Unavailable _ -> "UNAVAILABLE";
          case Problem.TooLate _ -> "DEADLINE_EXCEEDED";
          case Problem.Internal _ -> "INTERNAL";
        };
    assertThat(thrown.getStatus().getCode().name()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, Unavailable, UNREACHABLE", "DEADLINE_EXCEEDED, TooLate, DEADLINE_EXCEEDED", "CANCELLED, TooLate, CANCELLED",
    "RESOURCE_EXHAUSTED, OverLimit, MESSAGE_TOO_LARGE", "INTERNAL, Internal, INTERNAL",
    "UNAUTHENTICATED, Denied, UNAUTHENTICATED", "UNKNOWN, Internal, UNKNOWN", "DATA_LOSS, Internal, DATA_LOSS",
    "NOT_FOUND, Missing, NOT_FOUND", "OUT_OF_RANGE, Invalid, OUT_OF_RANGE", "ABORTED, Internal, ABORTED",
  })
  void aStatusWithoutDetailsSpeaksByItsCodeAlone(Status.Code code, String kind, String reason) {
    Problem problem = Problems.of(code.toStatus().withDescription("as told").asRuntimeException());
    assertThat(problem.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(problem.reason()).isEqualTo(reason);
    assertThat(problem.message()).isEqualTo("as told");
  }

  @Test
  void aCallThatNobodyKnowsTellsThatAnotherServiceAnswers() {
    Problem problem = Problems.of(Status.UNIMPLEMENTED.withDescription("as told").asRuntimeException());
    assertThat(problem).isInstanceOf(Problem.NotSetUp.class);
    assertThat(problem.reason()).isEqualTo("RPC_UNKNOWN");
    assertThat(problem.message()).contains("Another service").contains("(as told)");
  }

  @Test
  void reasonsOfOtherDomainsAreNotTakenForOurs() {
    var status = com.google.rpc.Status.newBuilder().setCode(14).setMessage("m")
        .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain("googleapis.com").setReason("INDEX_CLOSED").build())).build();
    StatusRuntimeException thrown = StatusProto.toStatusRuntimeException(status);
    assertThat(Problems.of(thrown)).isEqualTo(new Problem.Unavailable("UNREACHABLE", "m", Duration.ZERO));
    assertThat(Problems.isOurs(thrown)).isFalse();
  }

  @Test
  void damagedDetailsLoseTheirTextAndNotTheCode() {
    var damaged = Any.newBuilder().setTypeUrl("type.googleapis.com/google.rpc.ErrorInfo").setValue(ByteString.copyFrom(new byte[] {10, 127})).build();
    var thrown = StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder().setCode(5).setMessage("m").addDetails(damaged).build());
    assertThat(Problems.of(thrown)).isEqualTo(new Problem.Missing("NOT_FOUND", "m"));
  }

  @Test
  void anExceptionThatIsNoAnswerTellsNothingOfTheInside() {
    assertThat(Problems.of(new IllegalStateException("secret path /a/b"))).isEqualTo(Problems.internal());
    assertThat(Problems.internal().message()).doesNotContain("secret");
  }

  @Test
  void wrappedExceptionsAreUnwrapped() {
    var inner = new ProblemException(new Problem.Missing("X", "y"));
    assertThat(Problems.of(new ExecutionException(inner))).isEqualTo(inner.problem());
    assertThat(Problems.of(new ExecutionException(new TimeoutException()))).isInstanceOf(Problem.TooLate.class);
  }

  @Test
  void theLongestProblemFitsIntoTheHeadersThatEveryClientTakes() {
    var violations = Collections.nCopies(1000, new Violation("피".repeat(500), "한".repeat(5000)));
    StatusRuntimeException thrown = Problems.toException(new Problem.Invalid("FIELD_INVALID", "한국어".repeat(10_000), violations));
    // What goes over the wire: the message percent-encoded, the details in base64.
    int message = thrown.getStatus().getDescription().getBytes(StandardCharsets.UTF_8).length * 3;
    byte[] details = thrown.getTrailers().get(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER));
    assertThat(message + details.length * 4 / 3).isLessThan(8192 - 512);
    assertThat(Problems.of(thrown).message()).startsWith("한국어한국어").endsWith("…").hasSizeGreaterThan(300);
  }

  @Test
  void cuttingNeverLeavesHalfACharacter() {
    assertThat(Problems.cut("abc", 3)).isEqualTo("abc");
    assertThat(Problems.cut("abcd", 3)).isEqualTo("…");
    assertThat(Problems.cut("a😀😀", 8)).isEqualTo("a😀…");
    assertThat(Problems.cut("a😀😀", 7)).isEqualTo("a…");
  }
}
