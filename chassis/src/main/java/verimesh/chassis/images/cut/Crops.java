package verimesh.chassis.images.cut;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import verimesh.chassis.images.InputSpec.Fit.NativeCrops;
import verimesh.chassis.images.InputSpec.Placement;

/// Where native crops lie in a picture. A formula, so that an answer can be repeated.
///
/// The first is the middle one: `left = (width - side) div 2`, `top` likewise. The other `m = crops - 1` of a grid stand in
/// `r = clamp(round(sqrt(m * height / width)), 1, m)` rows, from the picture's upper edge to its lower one; row `i` holds
/// `(i + 1) * m div r - i * m div r` of them, from the left edge to the right one. Of `n` places along a length `free`, place
/// `j` lies at `j * free div (n - 1)`, and a single one at `free div 2`. Places that come up twice are kept once.
final class Crops {
  /// A crop's upper left corner, in pixels.
  record Corner(int left, int top) {}

  private Crops() {}

  /// @param cropWidth at most `width`
  /// @param cropHeight at most `height`
  static List<Corner> of(int width, int height, int cropWidth, int cropHeight, NativeCrops crops) {
    int freeX = width - cropWidth;
    int freeY = height - cropHeight;
    var corners = new LinkedHashSet<Corner>();
    corners.add(new Corner(freeX / 2, freeY / 2));
    int rest = crops.placement() == Placement.GRID ? crops.crops() - 1 : 0;
    if (rest > 0) {
      int rows = (int) Math.clamp(Math.round(Math.sqrt((double) rest * height / width)), 1, rest);
      for (int row = 0; row < rows; row++) {
        int columns = (row + 1) * rest / rows - row * rest / rows;
        for (int column = 0; column < columns; column++) {
          corners.add(new Corner(place(column, columns, freeX), place(row, rows, freeY)));
        }
      }
    }
    return new ArrayList<>(corners);
  }

  private static int place(int j, int n, int free) {
    return n == 1 ? free / 2 : (int) ((long) j * free / (n - 1));
  }
}
