package verimesh.chassis.images.decode;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/// Native memory for pixels, used again. To a fresh 36 MB the system has to add 9,000 pages one by one, which takes as long as
/// decoding 12 MP into it.
///
/// A buffer holds whatever was decoded into it before: only what a decoder has filled may be read. Thread-safe.
final class NativeBuffers {
  /// Kept between decodes, all buffers together: three pictures of 12 MP.
  private static final long KEPT_BYTES_MAX = 108L << 20;
  /// Sizes are rounded up to this, so that pictures of nearly one size share a buffer.
  private static final int STEP_BYTES = 4 << 20;

  private final IntFunction<MemorySegment> allocate;
  private final Consumer<MemorySegment> free;
  private final Deque<MemorySegment> kept = new ArrayDeque<>();
  private long keptBytes;

  /// @param allocate gives memory of so many bytes, sized so
  NativeBuffers(IntFunction<MemorySegment> allocate, Consumer<MemorySegment> free) {
    this.allocate = allocate;
    this.free = free;
  }

  /// At least so many bytes, until it is given to [#release].
  MemorySegment borrow(int bytes) {
    synchronized (this) {
      for (Iterator<MemorySegment> each = kept.iterator(); each.hasNext(); ) {
        MemorySegment buffer = each.next();
        if (buffer.byteSize() < bytes) continue;
        each.remove();
        keptBytes -= buffer.byteSize();
        return buffer;
      }
    }
    long rounded = Math.min(Integer.MAX_VALUE, Math.ceilDiv((long) bytes, STEP_BYTES) * STEP_BYTES);
    return allocate.apply((int) rounded);
  }

  void release(MemorySegment buffer) {
    synchronized (this) {
      // The one used last is the warmest.
      kept.addFirst(buffer);
      keptBytes += buffer.byteSize();
    }
    while (true) {
      MemorySegment oldest;
      synchronized (this) {
        if (keptBytes <= KEPT_BYTES_MAX) return;
        oldest = kept.removeLast();
        keptBytes -= oldest.byteSize();
      }
      free.accept(oldest);
    }
  }

  synchronized long keptBytes() {
    return keptBytes;
  }
}
