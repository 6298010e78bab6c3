package verimesh.chassis;

import java.util.ArrayDeque;
import java.util.Deque;

/// What a service opened, closed in reverse order. Whoever opens, closes: in the same method, or here.
///
/// Thread-safe. A resource that fails to close never keeps the others open.
public final class Resources implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private boolean closed;

  /// @return the same resource, so that opening and adding read as one expression
  /// @throws IllegalStateException if these resources are closed already; the given one is closed then
  public synchronized <T extends AutoCloseable> T add(T resource) {
    if (closed) {
      closeQuietly(resource);
      throw new IllegalStateException("resources are closed already");
    }
    open.push(resource);
    return resource;
  }

  @Override
  public void close() {
    Deque<AutoCloseable> toClose;
    synchronized (this) {
      closed = true;
      toClose = new ArrayDeque<>(open);
      open.clear();
    }
    toClose.forEach(Resources::closeQuietly);
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      if (e instanceof InterruptedException) Thread.currentThread().interrupt();
      System.getLogger(Resources.class.getName())
          .log(System.Logger.Level.WARNING, "could not close " + resource.getClass().getName(), e);
    }
  }
}
