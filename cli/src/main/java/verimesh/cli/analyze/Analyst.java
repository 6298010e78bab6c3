package verimesh.cli.analyze;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.Problems;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;

/// Asks the orchestrator about one file after another. Thread-safe.
final class Analyst {
  /// A longer file is not even read: it lies above every limit that an orchestrator can be given.
  static final long READ_BYTES_MAX = 256L << 20;
  /// How often a call is tried again when the orchestrator says that waiting helps.
  private static final int RETRIES = 5;
  /// What a call may take beyond its own deadline: the way there and back, and a start that is still cold.
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Channel channel;
  private final AnalyzeRequest template;
  private final Duration patience;

  /// @param template everything but the picture
  /// @param deadline of one answer, null for the orchestrator's own
  Analyst(Channel channel, AnalyzeRequest template, Duration deadline) {
    this.channel = channel;
    this.template = template;
    this.patience = deadline == null ? Duration.ofMinutes(3) : deadline.plus(GRACE);
  }

  FileOutcome ask(FoundFile file) throws InterruptedException {
    if (file.refusal().isPresent()) return new FileOutcome.Refused(file, file.refusal().get());
    ByteString bytes;
    try {
      long length = Files.size(file.path());
      if (length > READ_BYTES_MAX) return new FileOutcome.Refused(file, tooLong(length));
      bytes = UnsafeByteOperations.unsafeWrap(Files.readAllBytes(file.path()));
    } catch (IOException e) {
      return new FileOutcome.Refused(file, Refusal.of(e));
    }
    for (int attempt = 0; ; attempt++) {
      try {
        return new FileOutcome.Answered(file, ask(bytes));
      } catch (StatusRuntimeException e) {
        Duration wait = waiting(Problems.of(e));
        if (wait == null || attempt == RETRIES) return new FileOutcome.Refused(file, Refusal.of(e));
        Thread.sleep(wait); // as long as the orchestrator asked for
      }
    }
  }

  private AnalyzeResponse ask(ByteString bytes) {
    return OrchestratorServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS)
        .analyze(template.toBuilder().setImage(bytes).build());
  }

  /// Null where no waiting helps.
  private static Duration waiting(Problem problem) {
    return switch (problem) {
      case Problem.Overloaded overloaded -> overloaded.retryAfter();
      case Problem.Unavailable away when away.retryAfter().isPositive() -> away.retryAfter();
      default -> null;
    };
  }

  private static Refusal tooLong(long length) {
    return new Refusal("RESOURCE_EXHAUSTED", "FILE_TOO_LARGE",
        "The file has " + (length >> 20) + " MiB; more than " + (READ_BYTES_MAX >> 20) + " MiB are not read at all. Send a smaller one.");
  }
}
