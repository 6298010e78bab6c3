package verimesh.chassis.problem;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import verimesh.chassis.problem.Problem.Violation;

/// Problems on the wire: one canonical gRPC code each, with `google.rpc.ErrorInfo` (domain [#DOMAIN]), `BadRequest` for
/// fields and `RetryInfo` where a retry can help. Every [Problem] survives the way there and back, but for texts longer
/// than [#MESSAGE_BYTES_MAX] and violations beyond [#VIOLATION_BYTES_MAX].
public final class Problems {
  /// `ErrorInfo.domain` of everything that VeriMesh itself says.
  public static final String DOMAIN = "verimesh";

  // A status travels in HTTP/2 headers, and most clients take 8 KiB of those. The message goes twice, once
  // percent-encoded (up to three times its bytes), once in the details as base64 (four thirds).
  static final int MESSAGE_BYTES_MAX = 1000;
  static final int VIOLATION_BYTES_MAX = 1500; // all of them together, as UTF-8

  // What gRPC's own retries look at (grpc/proposal A6): how long to wait, or a negative number for "not at all".
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration RETRIED_WITHIN = Duration.ofSeconds(1); // beyond, the answer "no" serves better

  private Problems() {}

  /// For an endpoint's `onError`, though throwing a [ProblemException] says the same in fewer words.
  public static StatusRuntimeException toException(Problem problem) {
    Problem cut = withinHeaders(problem);
    var status =
        com.google.rpc.Status.newBuilder()
            .setCode(code(cut).value())
            .setMessage(cut.message())
            .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(cut.reason()).build()));
    switch (cut) {
      case Problem.Invalid invalid when !invalid.violations().isEmpty() ->
          status.addDetails(Any.pack(badRequest(invalid)));
      case Problem.Overloaded overloaded -> status.addDetails(Any.pack(retryInfo(overloaded.retryAfter())));
      case Problem.Unavailable unavailable -> status.addDetails(Any.pack(retryInfo(unavailable.retryAfter())));
      default -> {} // the other kinds are told by code and reason alone
    }
    StatusRuntimeException thrown = StatusProto.toStatusRuntimeException(status.build());
    if (cut instanceof Problem.Unavailable away && !away.retryAfter().isZero()) {
      boolean soon = away.retryAfter().compareTo(RETRIED_WITHIN) <= 0;
      thrown.getTrailers().put(PUSHBACK, soon ? Long.toString(away.retryAfter().toMillis()) : "-1");
    }
    return thrown;
  }

  /// The canonical code of each kind.
  public static Status.Code code(Problem problem) {
    return switch (problem) {
      case Problem.Invalid _ -> Status.Code.INVALID_ARGUMENT;
      case Problem.OverLimit _, Problem.Overloaded _ -> Status.Code.RESOURCE_EXHAUSTED;
      case Problem.Missing _ -> Status.Code.NOT_FOUND;
      case Problem.Denied _ -> Status.Code.PERMISSION_DENIED;
      case Problem.NotSetUp _ -> Status.Code.FAILED_PRECONDITION;
      case Problem.Unavailable _ -> Status.Code.UNAVAILABLE;
      case Problem.TooLate _ -> Status.Code.DEADLINE_EXCEEDED;
      case Problem.Internal _ -> Status.Code.INTERNAL;
    };
  }

  /// What a failed call was about. Reads our own details where there are any; else the code alone speaks, with these
  /// reasons: `UNREACHABLE`, `DEADLINE_EXCEEDED`, `CANCELLED`, `MESSAGE_TOO_LARGE`, `RPC_UNKNOWN`, `UNAUTHENTICATED`,
  /// `INTERNAL`, or the code's own name. An exception that is no answer of a call at all is [Problem.Internal], without
  /// its text.
  public static Problem of(Throwable thrown) {
    return switch (thrown) {
      case ProblemException ours -> ours.problem();
      case StatusRuntimeException status -> of(status.getStatus(), StatusProto.fromThrowable(status));
      case StatusException status -> of(status.getStatus(), StatusProto.fromThrowable(status));
      case TimeoutException _ -> new Problem.TooLate("DEADLINE_EXCEEDED", "No answer came in time.");
      case ExecutionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
      case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
      default -> internal();
    };
  }

  /// What a stranger is told of a bug: nothing of the inside.
  public static Problem.Internal internal() {
    return new Problem.Internal(
        "INTERNAL",
        "Something broke on our side. The log has it under the trace id that this answer's trailer traceresponse names.");
  }

  /// True if the failed call was answered by one of our own services, so its texts are meant for callers.
  public static boolean isOurs(Throwable thrown) {
    com.google.rpc.Status details = StatusProto.fromThrowable(thrown);
    return details != null && ourInfo(details).isPresent();
  }

  private static Problem of(Status status, com.google.rpc.Status details) {
    Optional<ErrorInfo> info = details == null ? Optional.empty() : ourInfo(details);
    String text = status.getDescription() == null ? "" : status.getDescription();
    Optional<Duration> retry =
        details == null ? Optional.empty() : detail(details, RetryInfo.class).map(i -> duration(i.getRetryDelay()));
    boolean ours = info.isPresent();
    String reason = info.map(ErrorInfo::getReason).orElse(status.getCode().name());
    return switch (status.getCode()) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> new Problem.Invalid(reason, text, violations(details));
      case RESOURCE_EXHAUSTED ->
          retry.isPresent()
              ? new Problem.Overloaded(ours ? reason : "OVERLOADED", text, retry.get())
              : new Problem.OverLimit(ours ? reason : "MESSAGE_TOO_LARGE", text);
      case NOT_FOUND -> new Problem.Missing(reason, text);
      case PERMISSION_DENIED, UNAUTHENTICATED -> new Problem.Denied(reason, text);
      case FAILED_PRECONDITION -> new Problem.NotSetUp(reason, text);
      case UNIMPLEMENTED -> ours ? new Problem.NotSetUp(reason, text) : new Problem.NotSetUp(
          "RPC_UNKNOWN", "Another service answers at that address, or another version of it: it does not know this call (" + text + ").");
      case UNAVAILABLE -> new Problem.Unavailable(ours ? reason : "UNREACHABLE", text, retry.orElse(Duration.ZERO));
      case DEADLINE_EXCEEDED, CANCELLED -> new Problem.TooLate(reason, text);
      case OK, UNKNOWN, ALREADY_EXISTS, ABORTED, DATA_LOSS, INTERNAL -> new Problem.Internal(reason, text);
    };
  }

  private static Optional<ErrorInfo> ourInfo(com.google.rpc.Status details) {
    return detail(details, ErrorInfo.class).filter(info -> info.getDomain().equals(DOMAIN));
  }

  private static BadRequest badRequest(Problem.Invalid invalid) {
    var request = BadRequest.newBuilder();
    for (Violation violation : invalid.violations()) {
      request.addFieldViolationsBuilder().setField(violation.field()).setDescription(violation.description());
    }
    return request.build();
  }

  private static List<Violation> violations(com.google.rpc.Status details) {
    if (details == null) return List.of();
    return detail(details, BadRequest.class).stream()
        .flatMap(request -> request.getFieldViolationsList().stream())
        .map(violation -> new Violation(violation.getField(), violation.getDescription()))
        .toList();
  }

  private static RetryInfo retryInfo(Duration after) {
    return RetryInfo.newBuilder().setRetryDelay(Durations.fromNanos(after.toNanos())).build();
  }

  private static Duration duration(com.google.protobuf.Duration wire) {
    return Duration.ofSeconds(wire.getSeconds(), wire.getNanos());
  }

  /// The first detail of that type; a damaged one counts as absent, for a peer's bytes are no reason to lose its code.
  private static <M extends Message> Optional<M> detail(com.google.rpc.Status status, Class<M> type) {
    for (Any any : status.getDetailsList()) {
      if (!any.is(type)) continue;
      try {
        return Optional.of(any.unpack(type));
      } catch (InvalidProtocolBufferException damaged) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Problem withinHeaders(Problem problem) {
    String text = cut(problem.message(), MESSAGE_BYTES_MAX);
    return switch (problem) {
      case Problem.Invalid p -> new Problem.Invalid(p.reason(), text, withinHeaders(p.violations()));
      case Problem.OverLimit p -> new Problem.OverLimit(p.reason(), text);
      case Problem.Overloaded p -> new Problem.Overloaded(p.reason(), text, p.retryAfter());
      case Problem.Missing p -> new Problem.Missing(p.reason(), text);
      case Problem.Denied p -> new Problem.Denied(p.reason(), text);
      case Problem.NotSetUp p -> new Problem.NotSetUp(p.reason(), text);
      case Problem.Unavailable p -> new Problem.Unavailable(p.reason(), text, p.retryAfter());
      case Problem.TooLate p -> new Problem.TooLate(p.reason(), text);
      case Problem.Internal p -> new Problem.Internal(p.reason(), text);
    };
  }

  private static List<Violation> withinHeaders(List<Violation> violations) {
    List<Violation> kept = new ArrayList<>();
    int left = VIOLATION_BYTES_MAX;
    for (Violation violation : violations) {
      String field = cut(violation.field(), 200);
      String description = cut(violation.description(), 500);
      left -= bytes(field) + bytes(description);
      if (left < 0) break;
      kept.add(new Violation(field, description));
    }
    return kept;
  }

  /// At most so many bytes of UTF-8, never half a character.
  static String cut(String text, int bytesMax) {
    if (bytes(text) <= bytesMax) return text;
    int room = bytesMax - "…".getBytes(StandardCharsets.UTF_8).length;
    StringBuilder kept = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      int codePoint = text.codePointAt(at);
      room -= bytes(Character.toString(codePoint));
      if (room < 0) break;
      kept.appendCodePoint(codePoint);
      at += Character.charCount(codePoint);
    }
    return kept.append('…').toString();
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
