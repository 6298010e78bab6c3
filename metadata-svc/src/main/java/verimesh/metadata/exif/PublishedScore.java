package verimesh.metadata.exif;

/// The EXIF score of the published 3-layer filter, its intent (METADATA.md §11): the published program never let the
/// model, GPS, thumbnail and aperture parts fire.
///
/// Standard EXIF tags only. A Make counts when it is there and is no generator's; a Model when Make or Model contains a
/// known brand, so that an iPhone or a Pixel counts by its Make.
final class PublishedScore {
  static final double MAKE = .25;
  static final double MODEL = .25;
  /// Of exposure time, f-number, ISO and focal length, each.
  static final double EXPOSURE_VALUE = .10;
  static final double DATE = .10;
  static final double LENS = .10;
  static final double GPS = .15;
  static final double THUMBNAIL = .05;
  /// ColorSpace or WhiteBalance.
  static final double COLOUR = .05;
  /// The sum of all parts: the weights are the publication's own and exceed 1.
  static final double SUM = 1.35;

  private PublishedScore() {}

  /// @param isForeign whether Make or Model belong to a generator: then they are no camera's names
  /// @return 0 to 1, not calibrated
  static double of(Capture c, boolean isForeign) {
    boolean make = !c.make().isEmpty() && !isForeign;
    boolean model = !c.model().isEmpty() && !isForeign && (Brands.isKnown(c.make()) || Brands.isKnown(c.model()));
    double sum = (make ? MAKE : 0) + (model ? MODEL : 0) + EXPOSURE_VALUE * c.exposureValues() + (c.hasDate() ? DATE : 0)
        + (c.lens().isEmpty() ? 0 : LENS) + (c.hasGps() ? GPS : 0) + (c.thumbnailBytes() > 0 ? THUMBNAIL : 0)
        + (c.hasColorSpace() || c.hasWhiteBalance() ? COLOUR : 0);
    return sum / SUM;
  }
}
