package verimesh.orchestrator.analysis;

import io.grpc.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.chassis.rpc.DeadlineShare;
import verimesh.common.v1.Language;
import verimesh.orchestrator.fusion.Layer;
import verimesh.orchestrator.time.Due;
import verimesh.orchestrator.witness.Testimony;

/// Single flight: equal questions about equal bytes at the same time are asked once. Thread-safe.
///
/// Nobody depends on whoever came first. A leader that leaves goes alone, the calls go on while anybody waits for them; a
/// leader whose time was short leaves layers that timed out, and a follower with more time asks again by itself; a follower
/// with less time takes what is there by then.
final class Flights {
  /// A follower with at least one part in so many of its time left asks again where the leader's ran out. With less it would
  /// only double the calls to services that are slow already.
  private static final int WORTH_ASKING_AGAIN = 10;

  private final ConcurrentHashMap<Key, Gathering> flying = new ConcurrentHashMap<>();
  private final VerdictMeters meters;

  Flights(VerdictMeters meters) {
    this.meters = meters;
  }

  /// @param sha256 hex digits
  record Key(String sha256, String policy, Set<Layer> layers, SecondPass secondPass, Language language) {
    static Key of(String sha256, Question question) {
      return new Key(sha256, question.policy().name(), question.layers(), question.secondPass(), question.language());
    }
  }

  /// @param pixels empty where nobody needed them, or where they were not there in time
  record Flight(Testimony testimony, Optional<Pixels> pixels) {}

  /// Waits, on a virtual thread, for all that is said within the share of the time until `whole`.
  ///
  /// @param begin makes a gathering that is due with this caller; it is started here
  /// @throws ProblemException if there was no memory to decode in, or the caller has left
  Flight fly(Key key, Due whole, Supplier<Gathering> begin) {
    Duration left = whole.left();
    Duration share = DeadlineShare.LAYER.of(left);
    Due layersDue = Due.in(whole.time(), share);
    // A layer that runs out of time still says how far it came, a moment after its share: half the reserve is left for that.
    Due mine = Due.in(whole.time(), share.plus(left.minus(share).dividedBy(2)));
    while (true) {
      Gathering[] led = new Gathering[1];
      Gathering gathering = flying.compute(key, (_, other) -> other != null && other.join() ? other : (led[0] = begin.get()));
      boolean leads = led[0] != null;
      meters.flight(leads);
      if (leads) gathering.start();
      try {
        await(gathering.ended(), mine);
        boolean moreTime = !leads && layersDue.left().compareTo(share.dividedBy(WORTH_ASKING_AGAIN)) > 0;
        try {
          Testimony testimony = gathering.soFar(share);
          if (!moreTime || !testimony.cutShort()) return new Flight(testimony, gathering.pixels());
        } catch (ProblemException refused) {
          if (!moreTime) throw refused; // the leader's patience was shorter than ours
        }
      } finally {
        boolean ended = gathering.ended().isDone();
        if (gathering.leave() || ended) flying.remove(key, gathering);
      }
    }
  }

  private static void await(CompletableFuture<Void> ended, Due due) {
    var over = new CompletableFuture<Void>();
    Context caller = Context.current();
    Context.CancellationListener left = _ -> over.completeExceptionally(callerLeft());
    caller.addListener(left, Runnable::run);
    ended.whenComplete((_, _) -> over.complete(null));
    try {
      due.answerOf(over);
    } finally {
      caller.removeListener(left);
    }
  }

  private static ProblemException callerLeft() {
    return new ProblemException(new Problem.TooLate("CANCELLED", "The caller left before the answer was there."));
  }
}
