package verimesh.chassis.images;

/// A picture as people see it: sRGB, upright, no transparency. What models are given.
///
/// @param rgb row by row, R G B, `width * height * 3` bytes, unsigned. Shared, not copied: nobody may write to it
public record SrgbPixels(int width, int height, byte[] rgb) {
  private static final int TILE = 32; // pixels a side

  public SrgbPixels {
    long expected = (long) width * height * 3;
    if (width < 1 || height < 1 || rgb.length != expected) {
      throw new IllegalArgumentException(width + "x" + height + " needs " + expected + " samples, not " + rgb.length);
    }
  }

  /// The derived view, in the order of golden/README.md §4: colour profile, orientation, transparency over white, grey to
  /// R = G = B. An RGB picture that needs none of it shares its array with `stored`.
  ///
  /// A profile is applied to three-channel RGB alone, as the reference does: a picture with alpha, palette or grey keeps its
  /// numbers.
  public static SrgbPixels of(StoredPixels stored) {
    byte[] rgb = switch (stored.layout()) {
      case RGB -> stored.profile().toSrgb(stored.samples(), stored.width(), stored.height());
      case GREY -> stored.rgb();
      case GREY_ALPHA, RGBA -> overWhite(stored);
    };
    return upright(stored.width(), stored.height(), rgb, stored.orientation());
  }

  private static byte[] overWhite(StoredPixels stored) {
    int n = stored.width() * stored.height();
    byte[] rgb = new byte[Math.multiplyExact(n, 3)];
    stored.copyOverWhite(0, n, rgb, 0);
    return rgb;
  }

  /// EXIF 2.3, tag 274: what must be done to the stored rows and columns so that the picture stands upright.
  private static SrgbPixels upright(int width, int height, byte[] rgb, int orientation) {
    if (orientation == 1) return new SrgbPixels(width, height, rgb);
    boolean turned = orientation >= 5;
    int w = turned ? height : width;
    int h = turned ? width : height;
    // Where the shown pixel (0, 0) is stored, and how far one step right and one step down go, in pixels.
    int last = width - 1;
    int bottom = (height - 1) * width;
    int origin = switch (orientation) {
      case 2, 7 -> orientation == 2 ? last : bottom + last;
      case 3 -> bottom + last;
      case 4, 6 -> bottom;
      case 8 -> last;
      default -> 0;
    };
    int right = switch (orientation) {
      case 2, 3 -> -1;
      case 4 -> 1;
      case 5, 8 -> width;
      default -> -width; // 6, 7
    };
    int down = switch (orientation) {
      case 2 -> width;
      case 3, 4 -> -width;
      case 5, 6 -> 1;
      default -> -1; // 7, 8
    };
    byte[] shown = new byte[rgb.length];
    // In tiles: a turned picture's row is a stored column, and each step along it a cache line of its own.
    for (int top = 0; top < h; top += TILE) {
      for (int left = 0; left < w; left += TILE) {
        for (int y = top; y < Math.min(h, top + TILE); y++) {
          int from = (origin + y * down + left * right) * 3;
          int to = (y * w + left) * 3;
          for (int x = left; x < Math.min(w, left + TILE); x++, from += right * 3, to += 3) {
            shown[to] = rgb[from];
            shown[to + 1] = rgb[from + 1];
            shown[to + 2] = rgb[from + 2];
          }
        }
      }
    }
    return new SrgbPixels(w, h, shown);
  }
}
