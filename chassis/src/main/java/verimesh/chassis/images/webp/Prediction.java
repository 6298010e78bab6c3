package verimesh.chassis.images.webp;

import java.util.Arrays;

/// What a block looks like by its neighbours above and to the left, RFC 6386 §12. All methods work in place on samples with
/// `stride` a row, whose neighbours are there, borders of the picture included.
final class Prediction {
  // Modes of whole macroblocks are numbered as the subblock modes that they stand for as neighbours.
  static final int DC = 0;
  static final int TRUE_MOTION = 1;
  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;
  static final int LEFT_DOWN = 4;
  static final int RIGHT_DOWN = 5;
  static final int VERTICAL_RIGHT = 6;
  static final int VERTICAL_LEFT = 7;
  static final int HORIZONTAL_DOWN = 8;
  static final int HORIZONTAL_UP = 9;

  private Prediction() {}

  /// A square of 16 (luma) or 8 (chroma).
  /// @param above whether there is a macroblock above; without one, DC leaves those samples out
  static void square(int mode, int[] p, int at, int stride, int side, boolean above, boolean left) {
    switch (mode) {
      case DC -> fill(p, at, stride, side, dc(p, at, stride, side, above, left));
      case VERTICAL -> {
        for (int y = 0; y < side; y++) System.arraycopy(p, at - stride, p, at + y * stride, side);
      }
      case HORIZONTAL -> {
        for (int y = 0; y < side; y++) Arrays.fill(p, at + y * stride, at + y * stride + side, p[at + y * stride - 1]);
      }
      default -> trueMotion(p, at, stride, side);
    }
  }

  private static int dc(int[] p, int at, int stride, int side, boolean above, boolean left) {
    if (!above && !left) return 128;
    int sum = 0;
    for (int i = 0; i < side; i++) {
      if (above) sum += p[at - stride + i];
      if (left) sum += p[at + i * stride - 1];
    }
    int samples = above && left ? 2 * side : side;
    return (sum + samples / 2) / samples;
  }

  private static void fill(int[] p, int at, int stride, int side, int value) {
    for (int y = 0; y < side; y++) Arrays.fill(p, at + y * stride, at + y * stride + side, value);
  }

  private static void trueMotion(int[] p, int at, int stride, int side) {
    int corner = p[at - stride - 1];
    for (int y = 0; y < side; y++) {
      int row = at + y * stride;
      int difference = p[row - 1] - corner;
      for (int x = 0; x < side; x++) p[row + x] = Transform.clamp(p[at - stride + x] + difference);
    }
  }

  /// A luma subblock of 4.
  static void subblock(int mode, int[] p, int at, int stride) {
    if (mode == TRUE_MOTION) {
      trueMotion(p, at, stride, 4);
      return;
    }
    // The edge from the lower left corner round to the upper right, as the RFC numbers it: e[0..3] left from below,
    // e[4] the corner, e[5..12] above.
    int[] e = new int[13];
    for (int i = 0; i < 4; i++) e[i] = p[at + (3 - i) * stride - 1];
    for (int i = 0; i < 9; i++) e[4 + i] = p[at - stride - 1 + i];
    switch (mode) {
      case DC -> fill(p, at, stride, 4, e[0] + e[1] + e[2] + e[3] + e[5] + e[6] + e[7] + e[8] + 4 >> 3);
      case VERTICAL -> {
        for (int x = 0; x < 4; x++) {
          for (int y = 0; y < 4; y++) p[at + y * stride + x] = three(e, 5 + x);
        }
      }
      case HORIZONTAL -> {
        for (int y = 0; y < 4; y++) {
          // The last row has nothing below it to average with.
          int value = y < 3 ? three(e, 3 - y) : e[1] + 3 * e[0] + 2 >> 2;
          Arrays.fill(p, at + y * stride, at + y * stride + 4, value);
        }
      }
      case LEFT_DOWN -> {
        for (int y = 0; y < 4; y++) {
          for (int x = 0; x < 4; x++) {
            p[at + y * stride + x] = x + y < 6 ? three(e, 6 + x + y) : e[11] + 3 * e[12] + 2 >> 2;
          }
        }
      }
      case RIGHT_DOWN -> {
        for (int y = 0; y < 4; y++) {
          for (int x = 0; x < 4; x++) p[at + y * stride + x] = three(e, 4 + x - y);
        }
      }
      case VERTICAL_RIGHT -> {
        int[] rows = {two(e, 4), two(e, 5), two(e, 6), two(e, 7), three(e, 4), three(e, 5), three(e, 6), three(e, 7)};
        for (int y = 0; y < 4; y++) {
          for (int x = 0; x < 4; x++) {
            // Two rows down is one column to the right; what comes in from the left is the left edge.
            int from = x - y / 2;
            p[at + y * stride + x] = from >= 0 ? rows[y % 2 * 4 + from] : three(e, y == 2 ? 3 : 2);
          }
        }
      }
      case VERTICAL_LEFT -> {
        for (int y = 0; y < 4; y++) {
          for (int x = 0; x < 4; x++) {
            int i = 5 + x + y / 2;
            p[at + y * stride + x] = y % 2 == 0 ? two(e, i) : three(e, i + 1);
          }
        }
        // Two samples of the last column break the pattern.
        p[at + 2 * stride + 3] = three(e, 10);
        p[at + 3 * stride + 3] = three(e, 11);
      }
      case HORIZONTAL_DOWN -> {
        int[] along = {
          two(e, 0), three(e, 1), two(e, 1), three(e, 2), two(e, 2), three(e, 3), two(e, 3), three(e, 4), three(e, 5), three(e, 6)
        };
        for (int y = 0; y < 4; y++) System.arraycopy(along, 6 - 2 * y, p, at + y * stride, 4);
      }
      default -> { // HORIZONTAL_UP
        int[] along = {
          two(e, 2), three(e, 2), two(e, 1), three(e, 1), two(e, 0), e[1] + 3 * e[0] + 2 >> 2, e[0], e[0], e[0], e[0]
        };
        for (int y = 0; y < 4; y++) System.arraycopy(along, 2 * y, p, at + y * stride, 4);
      }
    }
  }

  /// Of a sample of the edge and the next one.
  private static int two(int[] e, int i) {
    return e[i] + e[i + 1] + 1 >> 1;
  }

  /// Of a sample of the edge, twice, and both its neighbours.
  private static int three(int[] e, int i) {
    return e[i - 1] + 2 * e[i] + e[i + 1] + 2 >> 2;
  }
}
