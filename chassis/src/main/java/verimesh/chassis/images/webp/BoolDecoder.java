package verimesh.chassis.images.webp;

/// The arithmetic decoder of RFC 6386 §7. Past its data it reads zeros, and [#ranOut] tells that it used one.
final class BoolDecoder {
  private final byte[] data;
  private final int end;
  private int at;
  /// The 8 bits that are compared with the split, and `ahead` more below them.
  private long value;
  private int ahead = -8;
  private int range = 255;
  private int invented;

  BoolDecoder(byte[] data, int from, int to) {
    this.data = data;
    at = from;
    end = to;
  }

  /// A bit was decided by data that does not exist.
  boolean ranOut() {
    return invented > ahead + 8;
  }

  int bit(int probability) {
    if (ahead < 0) load();
    int split = 1 + ((range - 1) * probability >> 8);
    long threshold = (long) split << ahead;
    int bit;
    if (value >= threshold) {
      range -= split;
      value -= threshold;
      bit = 1;
    } else {
      range = split;
      bit = 0;
    }
    int shift = Integer.numberOfLeadingZeros(range) - 24;
    range <<= shift;
    ahead -= shift;
    return bit;
  }

  boolean flag() {
    return bit(128) == 1;
  }

  /// Most significant bit first.
  int literal(int bits) {
    int v = 0;
    for (int i = 0; i < bits; i++) v = v << 1 | bit(128);
    return v;
  }

  /// A magnitude, then a sign.
  int signed(int bits) {
    int magnitude = literal(bits);
    return flag() ? -magnitude : magnitude;
  }

  /// As [#signed], if a flag says that it is there; else 0.
  int optionalSigned(int bits) {
    return flag() ? signed(bits) : 0;
  }

  private void load() {
    while (ahead <= 40) {
      value <<= 8;
      if (at < end) value |= data[at++] & 0xFF;
      else invented += 8;
      ahead += 8;
    }
  }
}
