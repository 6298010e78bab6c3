package verimesh.chassis.images.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeBuffersTest {
  private final List<MemorySegment> freed = new ArrayList<>();
  private int allocated;
  private final NativeBuffers buffers = new NativeBuffers(bytes -> {
    allocated++;
    return MemorySegment.ofAddress(allocated).reinterpret(bytes);
  }, freed::add);

  @Test
  void aBufferThatIsLargeEnoughIsUsedAgain() {
    MemorySegment first = buffers.borrow(5_000_000);
    assertThat(first.byteSize()).isEqualTo(8 << 20);
    buffers.release(first);
    assertThat(buffers.borrow(8 << 20)).isSameAs(first);
    assertThat(buffers.borrow(1)).as("the first is in use").isNotSameAs(first);
    assertThat(allocated).isEqualTo(2);
  }

  @Test
  void noMoreIsKeptThanTheBound() {
    var lent = new ArrayList<MemorySegment>();
    for (int i = 0; i < 5; i++) lent.add(buffers.borrow(36_000_000));
    lent.forEach(buffers::release);
    assertThat(buffers.keptBytes()).isLessThanOrEqualTo(108L << 20).isPositive();
    assertThat(freed).hasSize(2).containsExactly(lent.get(0), lent.get(1));
  }

  @Test
  void aBufferLargerThanTheBoundIsFreedAtOnce() {
    MemorySegment huge = buffers.borrow(192_000_000);
    buffers.release(huge);
    assertThat(freed).containsExactly(huge);
    assertThat(buffers.keptBytes()).isZero();
  }
}
