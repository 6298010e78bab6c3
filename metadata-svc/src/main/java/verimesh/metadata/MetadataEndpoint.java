package verimesh.metadata;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.metadata.InspectionReport.Language;
import verimesh.metadata.InspectionReport.Options;
import verimesh.metadata.Inspector.Inspection;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;
import verimesh.metadata.v1.MetadataServiceGrpc;

/// gRPC in and out of metadata-svc. Decides nothing: it holds the limits, translates, and counts.
public final class MetadataEndpoint extends MetadataServiceGrpc.MetadataServiceImplBase {
  private final Inspector inspector;
  private final MetadataConfig config;
  private final MeterRegistry meters;
  private final Semaphore turns;

  MetadataEndpoint(Inspector inspector, MetadataConfig config, MeterRegistry meters) {
    this.inspector = inspector;
    this.config = config;
    this.meters = meters;
    this.turns = new Semaphore(config.inspectionsMax(), true);
    // There from the start, so that the first refusal has a rate and none reads as none.
    for (String reason : List.of("file_too_large", "overloaded", "empty_file", "not_an_image", "unreadable_header")) refusals(reason);
    meters.gauge("verimesh.metadata.inspections.running", turns, t -> config.inspectionsMax() - t.availablePermits());
  }

  @Override
  public void inspect(InspectRequest request, StreamObserver<InspectResponse> out) {
    ByteString file = request.getFile();
    if (file.size() > config.fileBytesMax()) {
      refuse(new Problem.OverLimit("FILE_TOO_LARGE", "The file has " + mebibytes(file.size()) + "; up to " + mebibytes(config.fileBytesMax())
          + " are inspected. Send a smaller one, or raise VERIMESH_METADATA_FILE_BYTES_MAX."));
    }
    InspectResponse response = inTurn(file, options(request));
    out.onNext(response);
    out.onCompleted();
  }

  private InspectResponse inTurn(ByteString file, Options options) {
    if (!takeTurn()) {
      refuse(new Problem.Overloaded("OVERLOADED", "All " + config.inspectionsMax() + " inspections are under way. Come again in a moment.", Duration.ofMillis(500)));
    }
    try {
      long start = System.nanoTime();
      Inspection inspection = inspector.inspect(file.toByteArray(), options);
      return switch (inspection) {
        case Inspection.Refused(String reason, String message) -> throw refused(new Problem.Invalid(reason, message));
        case Inspection.Inspected(InspectionReport report) -> {
          count(report, System.nanoTime() - start);
          yield Answer.of(report);
        }
      };
    } finally {
      turns.release();
    }
  }

  /// Waits as long as the caller can still use an answer, at most the configured time.
  private boolean takeTurn() {
    long waitNanos = config.waitMax().toNanos();
    var deadline = Context.current().getDeadline();
    if (deadline != null) waitNanos = Math.min(waitNanos, deadline.timeRemaining(TimeUnit.NANOSECONDS));
    try {
      return turns.tryAcquire(Math.max(0, waitNanos), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the call was cancelled: nobody waits for the answer
      return false;
    }
  }

  private static Options options(InspectRequest request) {
    long asked = Integer.toUnsignedLong(request.getTextCharactersMax());
    int characters = asked == 0 ? Options.TEXT_CHARACTERS_DEFAULT : (int) Math.min(asked, Options.TEXT_CHARACTERS_LIMIT);
    Language language = switch (request.getLanguage()) {
      case LANGUAGE_KO -> Language.KO;
      case LANGUAGE_EN, LANGUAGE_UNSPECIFIED, UNRECOGNIZED -> Language.EN;
    };
    return new Options(request.getIncludePersonalData(), characters, language);
  }

  private static String mebibytes(int bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }

  private void refuse(Problem problem) {
    throw refused(problem);
  }

  private Counter refusals(String reason) {
    return meters.counter("verimesh.metadata.refusals", "reason", reason);
  }

  private ProblemException refused(Problem problem) {
    refusals(problem.reason().toLowerCase(Locale.ROOT)).increment();
    return new ProblemException(problem);
  }

  /// Label values are ours, never a file's: a stranger cannot make a series.
  private void count(InspectionReport report, long nanos) {
    meters.timer("verimesh.metadata.inspections", "format", report.format().id()).record(nanos, TimeUnit.NANOSECONDS);
    meters.counter("verimesh.metadata.c2pa", "state", report.credentials().state().id()).increment();
    report.signatures().forEach(s -> meters.counter("verimesh.metadata.signatures", "kind", s.kind().name().toLowerCase(Locale.ROOT)).increment());
    report.findings().stream().map(f -> f.code()).distinct().forEach(code -> meters.counter("verimesh.metadata.findings", "code", code.toLowerCase(Locale.ROOT)).increment());
  }
}
