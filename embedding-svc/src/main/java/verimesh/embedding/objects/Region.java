package verimesh.embedding.objects;

/// A box around a thing, in fractions of the upright picture: 0 is its left or upper edge, 1 its right or lower one.
///
/// @param score the detector's own, 0 to 1; not calibrated
public record Region(double left, double top, double right, double bottom, String label, double score) {
  public Region {
    if (!(0 <= left && left < right && right <= 1 && 0 <= top && top < bottom && bottom <= 1)) {
      throw new IllegalArgumentException("a region from " + left + ", " + top + " to " + right + ", " + bottom);
    }
  }

  double area() {
    return (right - left) * (bottom - top);
  }

  /// Common area over joint area, 0 to 1.
  double overlap(Region other) {
    double width = Math.min(right, other.right) - Math.max(left, other.left);
    double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
    if (width <= 0 || height <= 0) return 0;
    double common = width * height;
    return common / (area() + other.area() - common);
  }
}
