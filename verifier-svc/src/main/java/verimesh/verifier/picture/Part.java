package verimesh.verifier.picture;

import verimesh.chassis.images.SrgbPixels;

/// A part of a picture, in fractions of width and height from the top left, each 0 to 1.
public record Part(double left, double top, double right, double bottom) {
  public static final Part WHOLE = new Part(0, 0, 1, 1);

  /// A part with less than this on a side shows a model nothing; it gets its surroundings, too. In pixels.
  private static final int SIDE_MIN = 64;

  public Part {
    if (!(left >= 0 && left < right && right <= 1 && top >= 0 && top < bottom && bottom <= 1)) {
      throw new IllegalArgumentException("not a part of a picture: " + left + " " + top + " " + right + " " + bottom);
    }
  }

  SrgbPixels of(SrgbPixels whole) {
    int[] across = span(left, right, whole.width());
    int[] down = span(top, bottom, whole.height());
    int width = across[1] - across[0];
    int height = down[1] - down[0];
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0; y < height; y++) {
      System.arraycopy(whole.rgb(), ((down[0] + y) * whole.width() + across[0]) * 3, rgb, y * width * 3, width * 3);
    }
    return new SrgbPixels(width, height, rgb);
  }

  /// From and to, in pixels; at least [#SIDE_MIN] long where the picture is.
  private static int[] span(double from, double to, int length) {
    int first = (int) Math.floor(from * length);
    int end = Math.min(length, Math.max(first + 1, (int) Math.ceil(to * length)));
    int missing = Math.min(SIDE_MIN, length) - (end - first);
    if (missing > 0) {
      first = Math.clamp(first - missing / 2, 0, length - Math.min(SIDE_MIN, length));
      end = first + Math.min(SIDE_MIN, length);
    }
    return new int[] {first, end};
  }
}
