package verimesh.chassis.inference.serve;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import verimesh.chassis.problem.Problem;

/// What was accepted and has not begun, by lane and shape; decides what runs next. Guarded by the batcher's lock.
final class WaitingItems {
  /// Items of one bucket have equal shapes, so they fit into one batch.
  record Bucket(Lane<?, ?> lane, Object shape) {}

  /// @param bucket null if nothing waits
  /// @param in nanoseconds until it should run; 0: now
  record Next(Bucket bucket, long in) {}

  /// Items of one bucket, in the order of their arrival.
  private static final class Waiting {
    final ArrayDeque<Item<?, ?>> interactive = new ArrayDeque<>();
    final ArrayDeque<Item<?, ?>> batch = new ArrayDeque<>();

    int size() {
      return interactive.size() + batch.size();
    }

    Item<?, ?> head() {
      return interactive.isEmpty() ? batch.peekFirst() : interactive.peekFirst();
    }

    Item<?, ?> poll() {
      return interactive.isEmpty() ? batch.pollFirst() : interactive.pollFirst();
    }
  }

  private final Duration delayMax;
  private final Map<Bucket, Waiting> waiting = new LinkedHashMap<>();
  private int size;

  /// @param delayMax the longest that a first item waits for others to join it
  WaitingItems(Duration delayMax) {
    this.delayMax = delayMax;
  }

  int size() {
    return size;
  }

  int size(Bucket bucket) {
    return waiting.get(bucket).size();
  }

  void add(Item<?, ?> item, Object shape, Urgency urgency) {
    Waiting there = waiting.computeIfAbsent(new Bucket(item.lane(), shape), _ -> new Waiting());
    (urgency == Urgency.INTERACTIVE ? there.interactive : there.batch).addLast(item);
    size++;
  }

  /// How long one worker would take for what waits before a new item of that urgency, in seconds.
  double secondsBefore(Urgency urgency) {
    double seconds = 0;
    for (Map.Entry<Bucket, Waiting> entry : waiting.entrySet()) {
      Waiting there = entry.getValue();
      seconds += entry.getKey().lane.itemSeconds * (urgency == Urgency.INTERACTIVE ? there.interactive.size() : there.size());
    }
    return seconds;
  }

  /// Of those that are ready, interactive ones first, then whoever came first; else whoever is ready next.
  /// @param batchMax a bucket with so many items is ready
  /// @param hurry whether everything is ready: nobody will join any more
  Next next(long now, int batchMax, boolean hurry) {
    Bucket chosen = null;
    Waiting chosenItems = null;
    long chosenIn = Long.MAX_VALUE;
    for (Map.Entry<Bucket, Waiting> entry : waiting.entrySet()) {
      Waiting there = entry.getValue();
      long in = hurry ? 0 : Math.max(0, readyAt(entry.getKey().lane, there, batchMax) - now);
      if (chosen == null || (in == 0 && chosenIn == 0 ? isBefore(there, chosenItems) : in < chosenIn)) {
        chosen = entry.getKey();
        chosenItems = there;
        chosenIn = in;
      }
    }
    return new Next(chosen, chosenIn);
  }

  private static boolean isBefore(Waiting a, Waiting b) {
    if (a.interactive.isEmpty() != b.interactive.isEmpty()) return b.interactive.isEmpty();
    return a.head().arrived() - b.head().arrived() < 0;
  }

  /// When a bucket should run: at once if it fills a batch, else when its first item has waited long enough.
  private long readyAt(Lane<?, ?> lane, Waiting there, int batchMax) {
    Item<?, ?> head = there.head();
    if (there.size() >= batchMax) return head.arrived();
    long costs = (long) (lane.itemSeconds * (there.size() + 1) * 1e9);
    return Math.min(head.arrived() + delayMax.toNanos(), head.deadline() - costs);
  }

  /// Takes a batch out. Items whose callers gave up are dropped, those that cannot make their deadline are failed.
  List<Item<?, ?>> poll(Bucket bucket, int batchMax, long now) {
    Waiting there = waiting.get(bucket);
    List<Item<?, ?>> batch = new ArrayList<>();
    while (batch.size() < batchMax && there.size() > 0) {
      Item<?, ?> item = there.poll();
      size--;
      if (item.result().isDone()) continue;
      if (item.deadline() - now < bucket.lane.itemSeconds * 1e9) {
        item.fail(new Problem.TooLate("WOULD_BE_LATE", "It waited too long to be done by its deadline; refused before it cost anything."));
        continue;
      }
      batch.add(item);
    }
    if (there.size() == 0) waiting.remove(bucket);
    return batch;
  }

  void removeAll(Consumer<Item<?, ?>> removed) {
    waiting.values().forEach(there -> {
      for (Item<?, ?> item = there.poll(); item != null; item = there.poll()) removed.accept(item);
    });
    waiting.clear();
    size = 0;
  }
}
