package verimesh.chassis.images.webp;

/// Reads a block's coefficients, RFC 6386 §13.
final class Coefficients {
  /// Block types: luma without its DC, Y2, chroma, luma with its DC.
  static final int Y_AFTER_Y2 = 0;
  static final int Y2 = 1;
  static final int CHROMA = 2;
  static final int Y_WITH_DC = 3;

  private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};
  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  /// Extra bits' probabilities of the four large categories.
  private static final int[][] LARGE = {
    {173, 148, 140}, {176, 155, 140, 135}, {180, 157, 141, 134, 130}, {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  private final int[] probabilities;

  /// @param probabilities in the order of [Probabilities#index]
  Coefficients(int[] probabilities) {
    this.probabilities = probabilities;
  }

  /// @param context how many of the blocks above and to the left have coefficients
  /// @param first 1 where the DC comes from Y2
  /// @param out 16 of them from `to` on, all 0 before
  /// @return one past the last coefficient that was coded, `first` if none
  int read(BoolDecoder bits, int type, int context, int first, int dc, int ac, int[] out, int to) {
    int n = first;
    int p = Probabilities.index(type, BANDS[n], context);
    while (n < 16) {
      if (bits.bit(probabilities[p]) == 0) return n; // end of block
      while (bits.bit(probabilities[p + 1]) == 0) {
        if (++n == 16) return 16;
        p = Probabilities.index(type, BANDS[n], 0);
      }
      int magnitude;
      int next;
      if (bits.bit(probabilities[p + 2]) == 0) {
        magnitude = 1;
        next = 1;
      } else {
        magnitude = large(bits, p);
        next = 2;
      }
      int value = bits.bit(128) == 1 ? -magnitude : magnitude;
      out[to + ZIGZAG[n]] = value * (n > 0 ? ac : dc);
      n++;
      p = Probabilities.index(type, BANDS[n], next);
    }
    return 16;
  }

  private int large(BoolDecoder bits, int p) {
    if (bits.bit(probabilities[p + 3]) == 0) {
      return bits.bit(probabilities[p + 4]) == 0 ? 2 : 3 + bits.bit(probabilities[p + 5]);
    }
    if (bits.bit(probabilities[p + 6]) == 0) {
      if (bits.bit(probabilities[p + 7]) == 0) return 5 + bits.bit(159);
      return 7 + 2 * bits.bit(165) + bits.bit(145);
    }
    int high = bits.bit(probabilities[p + 8]);
    int category = 2 * high + bits.bit(probabilities[p + 9 + high]);
    int extra = 0;
    for (int probability : LARGE[category]) extra = extra << 1 | bits.bit(probability);
    return 3 + (8 << category) + extra;
  }
}
