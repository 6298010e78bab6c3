package verimesh.chassis.rpc;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// How much of the time that is left one step may take (DESIGN.md §5).
///
/// @param part the most it may take of what is left, above 0 to 1
/// @param reservePart what stays for the steps behind it, of what is left, 0 to below 1
/// @param reserveMin and at least this much
public record DeadlineShare(double part, double reservePart, Duration reserveMin) {
  /// A layer: everything but the reserve for fusion, 2 % and at least 20 ms.
  public static final DeadlineShare LAYER = new DeadlineShare(1, 0.02, Duration.ofMillis(20));

  /// The second pass: at most 60 %, and never into the reserve.
  public static final DeadlineShare SECOND_PASS = new DeadlineShare(0.6, 0.02, Duration.ofMillis(20));

  public DeadlineShare {
    require(part > 0 && part <= 1, "part is " + part + ", not above 0 to 1");
    require(reservePart >= 0 && reservePart < 1, "reservePart is " + reservePart + ", not 0 to below 1");
    require(!reserveMin.isNegative(), "reserveMin is negative");
  }

  /// @param left until the whole answer is due; negative when it is overdue
  /// @return this step's share; zero where nothing is left beside the reserve
  public Duration of(Duration left) {
    if (left.isNegative()) return Duration.ZERO;
    Duration reserve = max(part(left, reservePart), reserveMin);
    Duration share = min(part(left, part), left.minus(reserve));
    return max(share, Duration.ZERO);
  }

  /// What is left of the call that this thread works for; empty where its caller set no deadline.
  public static Optional<Duration> left() {
    Optional<Deadline> deadline = Optional.ofNullable(Context.current().getDeadline());
    return deadline.map(due -> Duration.ofNanos(due.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) throw new IllegalArgumentException(otherwise);
  }

  private static Duration part(Duration of, double part) {
    return part == 1 ? of : Duration.ofNanos((long) (of.toNanos() * part));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
