package verimesh.chassis.images.webp;

/// Luma and half-size chroma to RGB as libwebp does it: chroma interpolated ("fancy upsampling"), BT.601 in 14-bit fixed point.
final class Colours {
  private Colours() {}

  /// @param rgb gets three bytes a pixel, row by row, for the first `rows` rows
  static void toRgb(byte[] y, int yStride, byte[] u, byte[] v, int uvStride, int width, int height, int rows, byte[] rgb) {
    int[] us = new int[width];
    int[] vs = new int[width];
    int chromaRows = (height + 1) / 2;
    for (int row = 0; row < rows; row++) {
      int near = row / 2;
      // A row of pixels lies nearer to its own row of chroma than to the next one above or below.
      int far = Math.clamp(row % 2 == 0 ? near - 1 : near + 1, 0, chromaRows - 1);
      upsample(u, near * uvStride, far * uvStride, width, us);
      upsample(v, near * uvStride, far * uvStride, width, vs);
      convert(y, row * yStride, us, vs, width, rgb, row * width * 3);
    }
  }

  /// Weights 9, 3, 3, 1 of the four nearest samples, rounded in libwebp's two steps.
  private static void upsample(byte[] c, int near, int far, int width, int[] into) {
    into[0] = 3 * s(c, near) + s(c, far) + 2 >> 2;
    for (int x = 1; x <= (width - 1) / 2; x++) {
      int nearLeft = s(c, near + x - 1);
      int nearRight = s(c, near + x);
      int farLeft = s(c, far + x - 1);
      int farRight = s(c, far + x);
      int sum = nearLeft + nearRight + farLeft + farRight + 8;
      int falling = sum + 2 * (nearRight + farLeft) >> 3;
      int rising = sum + 2 * (nearLeft + farRight) >> 3;
      into[2 * x - 1] = falling + nearLeft >> 1;
      into[2 * x] = rising + nearRight >> 1;
    }
    if (width % 2 == 0) into[width - 1] = 3 * s(c, near + width / 2 - 1) + s(c, far + width / 2 - 1) + 2 >> 2;
  }

  private static void convert(byte[] y, int at, int[] us, int[] vs, int width, byte[] rgb, int to) {
    for (int x = 0; x < width; x++, to += 3) {
      int luma = s(y, at + x) * 19077 >> 8;
      rgb[to] = sample(luma + (vs[x] * 26149 >> 8) - 14234);
      rgb[to + 1] = sample(luma - (us[x] * 6419 >> 8) - (vs[x] * 13320 >> 8) + 8708);
      rgb[to + 2] = sample(luma + (us[x] * 33050 >> 8) - 17685);
    }
  }

  private static int s(byte[] plane, int at) {
    return plane[at] & 0xFF;
  }

  private static byte sample(int v) {
    return (byte) Transform.clamp(v >> 6);
  }
}
