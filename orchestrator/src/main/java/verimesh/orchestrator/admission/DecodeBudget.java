package verimesh.orchestrator.admission;

import java.time.Duration;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;

/// Memory for pictures being decoded, all calls together: 64 MP is a quarter of a gigabyte. Thread-safe.
public final class DecodeBudget {
  /// Stored samples (up to 4 bytes), the upright sRGB view (3), and rows of floats for PDQ.
  private static final long BYTES_A_PIXEL = 8;

  /// Whoever waits is bounded by the turnstile already.
  private static final int QUEUE_MAX = Integer.MAX_VALUE;

  private final Gate bytes;
  private final Duration wait;
  private final Time time;

  public DecodeBudget(AdmissionConfig config, Time time) {
    this.bytes = new Gate(time, config.decodeBytesMax(), QUEUE_MAX);
    this.wait = config.decodeWait();
    this.time = time;
  }

  /// @return to be closed once the pixels are no longer held
  /// @throws ProblemException `DECODE_BUDGET`, with the time after which to come again
  public Gate.Entry.Lease take(ImageHeader.Known header, boolean interactive, Due due) {
    return switch (bytes.enter(header.pixels() * BYTES_A_PIXEL, interactive, due.earlier(Due.in(time, wait)))) {
      case Gate.Entry.Lease lease -> lease;
      case Gate.Entry.QueueFull(Duration retryAfter) -> throw spent(header, retryAfter);
      case Gate.Entry.TooLate(Duration retryAfter) -> throw spent(header, retryAfter);
    };
  }

  public long bytesLent() {
    return bytes.lent();
  }

  private static ProblemException spent(ImageHeader.Known header, Duration retryAfter) {
    return new ProblemException(
        new Problem.Overloaded(
            "DECODE_BUDGET",
            "No memory was free in time to decode a picture of " + header.width() + "x" + header.height()
                + " pixels. Come again after the time that this answer names, or raise VERIMESH_ADMISSION_DECODE_BYTES_MAX.",
            retryAfter));
  }
}
