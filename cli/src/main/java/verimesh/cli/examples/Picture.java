package verimesh.cli.examples;

/// Pixels, row by row.
///
/// @param argb `0xAARRGGBB`, `width * height` of them; whoever made the array may still change it
record Picture(int width, int height, int[] argb) {
  /// What a scene looks like at a point.
  @FunctionalInterface
  interface Paint {
    /// @param x from 0 at the left to `width / height` at the right
    /// @param y from 0 at the top to 1 at the bottom
    /// @return red, green, blue, 0 to 1 each; what lies outside is cut off
    double[] at(double x, double y);
  }

  /// Every pixel is the mean of `samples * samples` points, so that edges are smooth.
  static Picture painted(int width, int height, int samples, Paint paint) {
    int[] argb = new int[width * height];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double r = 0;
        double g = 0;
        double b = 0;
        for (int s = 0; s < samples * samples; s++) {
          double[] rgb = paint.at(
              (column + (s % samples + 0.5) / samples) / height, (row + (s / samples + 0.5) / samples) / height);
          r += rgb[0];
          g += rgb[1];
          b += rgb[2];
        }
        double n = samples * samples;
        argb[row * width + column] = 0xFF000000 | level(r / n) << 16 | level(g / n) << 8 | level(b / n);
      }
    }
    return new Picture(width, height, argb);
  }

  /// Fewer shades a channel, so that lossless files stay small.
  Picture posterised(int shades) {
    int[] fewer = new int[argb.length];
    for (int i = 0; i < argb.length; i++) {
      int value = argb[i] & 0xFF000000;
      for (int shift = 0; shift <= 16; shift += 8) {
        int level = argb[i] >> shift & 0xFF;
        value |= (int) Math.round(Math.round(level * (shades - 1) / 255.0) * 255.0 / (shades - 1)) << shift;
      }
      fewer[i] = value;
    }
    return new Picture(width, height, fewer);
  }

  /// The same scene, smaller: each pixel is the mean of the box that it covers.
  Picture shrunkTo(int newWidth, int newHeight) {
    int[] small = new int[newWidth * newHeight];
    for (int row = 0; row < newHeight; row++) {
      for (int column = 0; column < newWidth; column++) {
        int top = row * height / newHeight;
        int bottom = Math.max(top + 1, (row + 1) * height / newHeight);
        int left = column * width / newWidth;
        int right = Math.max(left + 1, (column + 1) * width / newWidth);
        long r = 0;
        long g = 0;
        long b = 0;
        for (int y = top; y < bottom; y++) {
          for (int x = left; x < right; x++) {
            int pixel = argb[y * width + x];
            r += pixel >> 16 & 0xFF;
            g += pixel >> 8 & 0xFF;
            b += pixel & 0xFF;
          }
        }
        long n = (long) (bottom - top) * (right - left);
        small[row * newWidth + column] = 0xFF000000 | (int) ((r + n / 2) / n) << 16 | (int) ((g + n / 2) / n) << 8 | (int) ((b + n / 2) / n);
      }
    }
    return new Picture(newWidth, newHeight, small);
  }

  private static int level(double value) {
    return (int) Math.round(Math.clamp(value, 0, 1) * 255);
  }
}
