package verimesh.orchestrator.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The machine's clock.
public final class SystemTime implements Time, AutoCloseable {
  // One thread: what rings completes a future or cancels a call, and waits for nothing.
  private final ScheduledThreadPoolExecutor alarms =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("alarms").factory());

  public SystemTime() {
    // Nearly every alarm is called off: left in the queue, each would keep its picture in memory until its deadline.
    alarms.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Alarm after(Duration wait, Runnable what) {
    ScheduledFuture<?> alarm = alarms.schedule(what, wait.toNanos(), TimeUnit.NANOSECONDS);
    return () -> alarm.cancel(false);
  }

  @Override
  public void close() {
    alarms.shutdownNow();
  }
}
