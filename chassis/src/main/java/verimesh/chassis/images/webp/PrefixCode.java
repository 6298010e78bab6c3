package verimesh.chassis.images.webp;

/// A canonical prefix code of RFC 9649 §3.7.2: up to 15 bits a symbol, the first bit of a code first.
final class PrefixCode {
  private static final int LENGTH_MAX = 15;
  private static final int TABLE_BITS = 8;

  /// For each length, the first code and where its symbols begin.
  private final int[] firstCode = new int[LENGTH_MAX + 2];
  private final int[] firstIndex = new int[LENGTH_MAX + 2];
  private final int[] counts = new int[LENGTH_MAX + 1];
  private final int[] symbols;
  /// By the next bits: symbol and length, `symbol << 4 | length`; 0 for longer codes. Empty where there are too many codes to
  /// spend a table on each.
  private final int[] table;
  private final int only;

  private PrefixCode(int[] lengths, int coded, int only, boolean withTable) {
    this.only = only;
    symbols = new int[coded];
    for (int length : lengths) {
      if (length > 0) counts[length]++;
    }
    int code = 0;
    int index = 0;
    for (int length = 1; length <= LENGTH_MAX; length++) {
      code <<= 1;
      firstCode[length] = code;
      firstIndex[length] = index;
      code += counts[length];
      index += counts[length];
    }
    int[] next = firstIndex.clone();
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] > 0) symbols[next[lengths[symbol]]++] = symbol;
    }
    table = withTable && only < 0 ? table() : new int[0];
  }

  /// @param lengths per symbol, 0 for one that does not occur
  /// @return null if the lengths are no complete code; a single symbol is one, and takes no bits
  static PrefixCode of(int[] lengths, boolean withTable) {
    long space = 0;
    int coded = 0;
    int last = -1;
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] == 0) continue;
      space += 1L << LENGTH_MAX - lengths[symbol];
      coded++;
      last = symbol;
    }
    if (coded == 0) return null;
    if (coded == 1) return new PrefixCode(lengths, 1, last, false);
    return space == 1L << LENGTH_MAX ? new PrefixCode(lengths, coded, -1, withTable) : null;
  }

  private int[] table() {
    int[] filled = new int[1 << TABLE_BITS];
    for (int length = 1; length <= TABLE_BITS; length++) {
      for (int i = 0; i < counts[length]; i++) {
        int code = Integer.reverse(firstCode[length] + i) >>> 32 - length;
        int entry = symbols[firstIndex[length] + i] << 4 | length;
        for (int above = code; above < filled.length; above += 1 << length) filled[above] = entry;
      }
    }
    return filled;
  }

  int read(BitSource bits) {
    if (only >= 0) return only;
    long peeked = bits.peek(LENGTH_MAX);
    if (table.length > 0) {
      int entry = table[(int) peeked & table.length - 1];
      if (entry != 0) {
        bits.skip(entry & 15);
        return entry >> 4;
      }
    }
    int code = 0;
    for (int length = 1; length <= LENGTH_MAX; length++) {
      code = code << 1 | (int) (peeked >> length - 1) & 1;
      if (code - firstCode[length] < counts[length]) {
        bits.skip(length);
        return symbols[firstIndex[length] + code - firstCode[length]];
      }
    }
    throw new IllegalStateException("a complete code has every bit sequence");
  }
}
