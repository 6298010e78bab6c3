package verimesh.orchestrator.time;

import java.time.Duration;
import java.time.Instant;

/// A clock and its alarms. Thread-safe.
public interface Time {
  /// The calendar, for people and for ids.
  Instant now();

  /// For differences: nanoseconds since some moment, never running backwards.
  long nanos();

  /// Runs `what` once, when the wait is over. It must not block: every alarm of a service rings on one thread.
  Alarm after(Duration wait, Runnable what);

  /// Something that will happen, unless it is called off.
  interface Alarm {
    /// Without effect once it has rung.
    void callOff();
  }
}
