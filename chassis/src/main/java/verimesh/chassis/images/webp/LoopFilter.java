package verimesh.chassis.images.webp;

/// Smooths the edges between blocks, RFC 6386 §15, after all of the picture is reconstructed: prediction uses unfiltered samples.
final class LoopFilter {
  /// How strongly, for one kind of macroblock.
  ///
  /// @param edge limit of the difference across an edge; 0 filters nothing
  /// @param interior limit of the differences beside an edge
  /// @param highVariance above this difference next to an edge, only two samples are changed
  record Limits(int edge, int interior, int highVariance) {
    static Limits of(int levelBeforeClamping, int sharpness) {
      int level = Math.clamp(levelBeforeClamping, 0, 63);
      if (level == 0) return new Limits(0, 0, 0);
      int interior = level;
      if (sharpness > 0) interior = Math.min(interior >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
      interior = Math.max(1, interior);
      return new Limits(2 * level + interior, interior, level >= 40 ? 2 : level >= 15 ? 1 : 0);
    }
  }

  private LoopFilter() {}

  /// Luma only, two samples an edge.
  static void simple(byte[] y, int stride, int column, int row, Limits limits, boolean inside) {
    int at = row * 16 * stride + column * 16;
    if (column > 0) simpleEdge(y, at, 1, stride, limits.edge() + 4);
    if (inside) {
      for (int i = 4; i < 16; i += 4) simpleEdge(y, at + i, 1, stride, limits.edge());
    }
    if (row > 0) simpleEdge(y, at, stride, 1, limits.edge() + 4);
    if (inside) {
      for (int i = 4; i < 16; i += 4) simpleEdge(y, at + i * stride, stride, 1, limits.edge());
    }
  }

  /// One plane of a macroblock.
  /// @param side 16 for luma, 8 for chroma
  static void normal(byte[] plane, int stride, int column, int row, int side, Limits limits, boolean inside) {
    int at = row * side * stride + column * side;
    if (column > 0) outerEdge(plane, at, 1, stride, side, limits);
    if (inside) {
      for (int i = 4; i < side; i += 4) innerEdge(plane, at + i, 1, stride, side, limits);
    }
    if (row > 0) outerEdge(plane, at, stride, 1, side, limits);
    if (inside) {
      for (int i = 4; i < side; i += 4) innerEdge(plane, at + i * stride, stride, 1, side, limits);
    }
  }

  /// @param across from one side of the edge to the other
  /// @param along the edge
  private static void simpleEdge(byte[] p, int at, int across, int along, int limit) {
    int threshold = 2 * limit + 1;
    for (int i = 0; i < 16; i++, at += along) {
      if (isSmooth(p, at, across, threshold)) changeTwo(p, at, across);
    }
  }

  private static void outerEdge(byte[] p, int at, int across, int along, int side, Limits limits) {
    int threshold = 2 * (limits.edge() + 4) + 1;
    for (int i = 0; i < side; i++, at += along) {
      if (!isSmooth(p, at, across, threshold) || !isSmoothBeside(p, at, across, limits.interior())) continue;
      if (varies(p, at, across, limits.highVariance())) changeTwo(p, at, across);
      else changeSix(p, at, across);
    }
  }

  private static void innerEdge(byte[] p, int at, int across, int along, int side, Limits limits) {
    int threshold = 2 * limits.edge() + 1;
    for (int i = 0; i < side; i++, at += along) {
      if (!isSmooth(p, at, across, threshold) || !isSmoothBeside(p, at, across, limits.interior())) continue;
      if (varies(p, at, across, limits.highVariance())) changeTwo(p, at, across);
      else changeFour(p, at, across);
    }
  }

  private static int u(byte[] p, int at) {
    return p[at] & 0xFF;
  }

  private static boolean isSmooth(byte[] p, int at, int s, int threshold) {
    return 4 * Math.abs(u(p, at - s) - u(p, at)) + Math.abs(u(p, at - 2 * s) - u(p, at + s)) <= threshold;
  }

  private static boolean isSmoothBeside(byte[] p, int at, int s, int limit) {
    return near(p, at - 4 * s, s, limit) && near(p, at - 3 * s, s, limit) && near(p, at - 2 * s, s, limit)
        && near(p, at, s, limit) && near(p, at + s, s, limit) && near(p, at + 2 * s, s, limit);
  }

  private static boolean near(byte[] p, int at, int s, int limit) {
    return Math.abs(u(p, at) - u(p, at + s)) <= limit;
  }

  private static boolean varies(byte[] p, int at, int s, int threshold) {
    return Math.abs(u(p, at - 2 * s) - u(p, at - s)) > threshold || Math.abs(u(p, at + s) - u(p, at)) > threshold;
  }

  private static void changeTwo(byte[] p, int at, int s) {
    int p0 = u(p, at - s);
    int q0 = u(p, at);
    int a = 3 * (q0 - p0) + signed8(u(p, at - 2 * s) - u(p, at + s));
    p[at - s] = sample(p0 + signed5(a + 3 >> 3));
    p[at] = sample(q0 - signed5(a + 4 >> 3));
  }

  private static void changeFour(byte[] p, int at, int s) {
    int p0 = u(p, at - s);
    int q0 = u(p, at);
    int a = 3 * (q0 - p0);
    int forQ = signed5(a + 4 >> 3);
    int half = forQ + 1 >> 1;
    p[at - 2 * s] = sample(u(p, at - 2 * s) + half);
    p[at - s] = sample(p0 + signed5(a + 3 >> 3));
    p[at] = sample(q0 - forQ);
    p[at + s] = sample(u(p, at + s) - half);
  }

  private static void changeSix(byte[] p, int at, int s) {
    int p1 = u(p, at - 2 * s);
    int p0 = u(p, at - s);
    int q0 = u(p, at);
    int q1 = u(p, at + s);
    int a = signed8(3 * (q0 - p0) + signed8(p1 - q1));
    int a1 = 27 * a + 63 >> 7;
    int a2 = 18 * a + 63 >> 7;
    int a3 = 9 * a + 63 >> 7;
    p[at - 3 * s] = sample(u(p, at - 3 * s) + a3);
    p[at - 2 * s] = sample(p1 + a2);
    p[at - s] = sample(p0 + a1);
    p[at] = sample(q0 - a1);
    p[at + s] = sample(q1 - a2);
    p[at + 2 * s] = sample(u(p, at + 2 * s) - a3);
  }

  private static int signed8(int v) {
    return Math.clamp(v, -128, 127);
  }

  private static int signed5(int v) {
    return Math.clamp(v, -16, 15);
  }

  private static byte sample(int v) {
    return (byte) Transform.clamp(v);
  }
}
