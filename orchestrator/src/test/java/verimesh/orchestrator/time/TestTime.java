package verimesh.orchestrator.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Time that passes when a test says so.
public final class TestTime implements Time {
  private static final Instant BEGINNING = Instant.parse("2026-11-25T12:00:00Z");

  private final List<Ring> alarms = new ArrayList<>(); // guarded by this
  private long nanos; // guarded by this

  private final class Ring implements Alarm {
    private final long atNanos;
    private final Runnable what;

    Ring(long atNanos, Runnable what) {
      this.atNanos = atNanos;
      this.what = what;
    }

    @Override
    public void callOff() {
      synchronized (TestTime.this) {
        alarms.remove(this);
        TestTime.this.notifyAll();
      }
    }
  }

  @Override
  public synchronized Instant now() {
    return BEGINNING.plusNanos(nanos);
  }

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  public synchronized Duration elapsed() {
    return Duration.ofNanos(nanos);
  }

  @Override
  public synchronized Alarm after(Duration wait, Runnable what) {
    var ring = new Ring(nanos + wait.toNanos(), what);
    alarms.add(ring);
    notifyAll();
    return ring;
  }

  /// Waits for the event that exactly so many alarms are set.
  public synchronized void awaitAlarms(int count) throws InterruptedException {
    while (alarms.size() != count) wait();
  }

  public void advance(Duration by) {
    advanceTo(elapsed().plus(by));
  }

  /// Lets time pass until the next alarm rings.
  public void advanceToNextAlarm() {
    long next;
    synchronized (this) {
      next = alarms.stream().mapToLong(ring -> ring.atNanos).min().orElseThrow();
    }
    advanceTo(Duration.ofNanos(next));
  }

  private void advanceTo(Duration moment) {
    while (true) {
      Ring ring;
      synchronized (this) {
        ring = alarms.stream().filter(set -> set.atNanos <= moment.toNanos()).min(Comparator.comparingLong(set -> set.atNanos)).orElse(null);
        nanos = Math.max(nanos, ring == null ? moment.toNanos() : ring.atNanos);
        if (ring != null) alarms.remove(ring);
        notifyAll();
      }
      if (ring == null) return;
      ring.what.run();
    }
  }
}
