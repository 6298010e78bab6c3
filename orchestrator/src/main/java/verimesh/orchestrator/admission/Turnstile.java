package verimesh.orchestrator.admission;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.time.Time;

/// How many pictures, and how many bytes of them, are in the house at once. Thread-safe.
public final class Turnstile {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Gate turns;
  private final long bytesMax;
  private final AtomicLong bytes = new AtomicLong();

  public Turnstile(AdmissionConfig config, Time time) {
    this.turns = new Gate(time, config.concurrencyMax(), config.queueMax());
    this.bytesMax = config.bytesInFlightMax();
  }

  /// A picture's place, left by closing it.
  public interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /// Waits for a turn.
  ///
  /// @param fileBytes length of the file, which is held while it waits, too
  /// @throws ProblemException `OVERLOADED`, with the time after which to come again
  public Place enter(long fileBytes, boolean interactive, Due due) {
    // A single file always finds room: the limit is on many of them.
    if (bytes.addAndGet(fileBytes) > bytesMax && bytes.get() != fileBytes) {
      bytes.addAndGet(-fileBytes);
      throw overloaded("too many bytes are held already", RETRY_AFTER);
    }
    boolean entered = false;
    try {
      Gate.Entry.Lease turn =
          switch (turns.enter(1, interactive, due)) {
            case Gate.Entry.Lease lease -> lease;
            case Gate.Entry.QueueFull(Duration retryAfter) -> throw overloaded("too many wait already", retryAfter);
            case Gate.Entry.TooLate(Duration retryAfter) -> throw overloaded("its turn did not come in time", retryAfter);
          };
      entered = true;
      return () -> {
        turn.close();
        bytes.addAndGet(-fileBytes);
      };
    } finally {
      if (!entered) bytes.addAndGet(-fileBytes);
    }
  }

  public int waiting() {
    return turns.waiting();
  }

  public long inside() {
    return turns.lent();
  }

  private static ProblemException overloaded(String why, Duration retryAfter) {
    return new ProblemException(
        new Problem.Overloaded("OVERLOADED", "The picture was not taken: " + why + ". Come again after the time that this answer names.", retryAfter));
  }
}
