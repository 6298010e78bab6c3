package verimesh.chassis.inference.torch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Lets calls into native code through until it is closed, and closes only once the last of them is out: libtorch crashes
/// when a model, or the process, goes away under a running call. Thread-safe; a call enters and leaves on one thread.
final class CallGate {
  private final ReadWriteLock calls = new ReentrantReadWriteLock();
  private volatile boolean closed;

  /// @throws EndingException if the gate is closed or waits to be
  void enter() {
    // Not lock(): behind a closer it would wait for ever.
    if (closed || !calls.readLock().tryLock()) throw new EndingException();
  }

  void leave() {
    calls.readLock().unlock();
  }

  /// Refuses new calls and waits for those inside.
  /// @return false if some are still inside after that time; new ones are refused all the same
  boolean close(Duration longest) {
    closed = true;
    try {
      return calls.writeLock().tryLock(longest.toNanos(), TimeUnit.NANOSECONDS); // and never given back
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// As [#close], for as long as it takes.
  /// @return false if it was closed before, by whichever thread
  boolean closeOnce() {
    synchronized (this) {
      if (closed) return false;
      closed = true;
    }
    calls.writeLock().lock();
    return true;
  }
}
