package verimesh.chassis.images.cut;

import java.util.List;
import verimesh.chassis.images.InputSpec.Filter;
import verimesh.chassis.images.SrgbPixels;

/// Makes a picture smaller in its own proportions, for models that take pictures of any shape. Pure and thread-safe.
public final class Shrink {
  private Shrink() {}

  /// Bicubic with antialiasing, as Pillow resizes.
  ///
  /// @param sideMax longest side of the result in pixels, at least 1
  /// @return the very picture where no side is longer
  public static SrgbPixels within(SrgbPixels shown, int sideMax) {
    int longest = Math.max(shown.width(), shown.height());
    if (longest <= sideMax) return shown;
    int width = side(shown.width(), longest, sideMax);
    int height = side(shown.height(), longest, sideMax);
    var target = new Target(width, height, 0, 0, width, height, Filter.BICUBIC);
    return new SrgbPixels(width, height, Resizer.resize(shown, List.of(target)).getFirst());
  }

  private static int side(int side, int longest, int sideMax) {
    return (int) Math.max(1, Math.round((double) side * sideMax / longest));
  }
}
