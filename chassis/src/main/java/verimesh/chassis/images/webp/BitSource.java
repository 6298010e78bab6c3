package verimesh.chassis.images.webp;

/// Bits of a lossless frame, least significant first. Past the end it reads zeros, and [#ranOut] tells that one was used.
final class BitSource {
  private final byte[] data;
  private final int end;
  private int at;
  private long bits;
  private int held;
  private int invented;

  BitSource(byte[] data, int from, int to) {
    this.data = data;
    at = from;
    end = to;
  }

  boolean ranOut() {
    return invented > held;
  }

  /// @param count up to 32
  int read(int count) {
    int value = (int) (peek(count) & (1L << count) - 1);
    skip(count);
    return value;
  }

  boolean flag() {
    return read(1) == 1;
  }

  /// At least `count` bits, the next one lowest; what lies above them may be anything.
  long peek(int count) {
    while (held < count) {
      if (at < end) bits |= (data[at++] & 0xFFL) << held;
      else invented += 8;
      held += 8;
    }
    return bits;
  }

  void skip(int count) {
    bits >>>= count;
    held -= count;
  }
}
