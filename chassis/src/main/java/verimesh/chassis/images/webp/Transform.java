package verimesh.chassis.images.webp;

/// From coefficients back to differences, RFC 6386 §14.3 and §14.4, in the RFC's own fixed point.
final class Transform {
  private static final int C1 = 20091; // sqrt(2) * cos(pi / 8) - 1, 16 bits
  private static final int C2 = 35468; // sqrt(2) * sin(pi / 8), 16 bits

  private Transform() {}

  /// Adds a block's differences to its prediction.
  /// @param in 16 coefficients from `from` on
  /// @param picture samples, `stride` a row, the block's first at `at`
  static void addTo(int[] in, int from, int[] picture, int at, int stride) {
    int[] t = new int[16];
    for (int i = 0; i < 4; i++) {
      int a = in[from + i] + in[from + 8 + i];
      int b = in[from + i] - in[from + 8 + i];
      int c = times2(in[from + 4 + i]) - times1(in[from + 12 + i]);
      int d = times1(in[from + 4 + i]) + times2(in[from + 12 + i]);
      t[i * 4] = a + d;
      t[i * 4 + 1] = b + c;
      t[i * 4 + 2] = b - c;
      t[i * 4 + 3] = a - d;
    }
    for (int i = 0; i < 4; i++) {
      int dc = t[i] + 4;
      int a = dc + t[8 + i];
      int b = dc - t[8 + i];
      int c = times2(t[4 + i]) - times1(t[12 + i]);
      int d = times1(t[4 + i]) + times2(t[12 + i]);
      int row = at + i * stride;
      picture[row] = clamp(picture[row] + (a + d >> 3));
      picture[row + 1] = clamp(picture[row + 1] + (b + c >> 3));
      picture[row + 2] = clamp(picture[row + 2] + (b - c >> 3));
      picture[row + 3] = clamp(picture[row + 3] + (a - d >> 3));
    }
  }

  /// A block with nothing but a DC: the same difference everywhere.
  static void addDcTo(int dc, int[] picture, int at, int stride) {
    int difference = dc + 4 >> 3;
    for (int y = 0; y < 4; y++) {
      int row = at + y * stride;
      for (int x = 0; x < 4; x++) picture[row + x] = clamp(picture[row + x] + difference);
    }
  }

  /// Y2: the DCs of a macroblock's 16 luma blocks, transformed once more.
  /// @param out gets them at every 16th place
  static void walshHadamard(int[] in, int[] out) {
    int[] t = new int[16];
    for (int i = 0; i < 4; i++) {
      int a0 = in[i] + in[12 + i];
      int a1 = in[4 + i] + in[8 + i];
      int a2 = in[4 + i] - in[8 + i];
      int a3 = in[i] - in[12 + i];
      t[i] = a0 + a1;
      t[8 + i] = a0 - a1;
      t[4 + i] = a3 + a2;
      t[12 + i] = a3 - a2;
    }
    for (int i = 0; i < 4; i++) {
      int dc = t[i * 4] + 3;
      int a0 = dc + t[i * 4 + 3];
      int a1 = t[i * 4 + 1] + t[i * 4 + 2];
      int a2 = t[i * 4 + 1] - t[i * 4 + 2];
      int a3 = dc - t[i * 4 + 3];
      out[i * 64] = a0 + a1 >> 3;
      out[i * 64 + 16] = a3 + a2 >> 3;
      out[i * 64 + 32] = a0 - a1 >> 3;
      out[i * 64 + 48] = a3 - a2 >> 3;
    }
  }

  private static int times1(int a) {
    return (a * C1 >> 16) + a;
  }

  private static int times2(int a) {
    return a * C2 >> 16;
  }

  static int clamp(int v) {
    return v < 0 ? 0 : Math.min(v, 255);
  }
}
