package verimesh.chassis.images.decode;

import verimesh.chassis.images.ImageHeader;

/// How large a picture may be that somebody else made up. Held against the header, before memory is allocated.
///
/// @param pixelsMax width times height, at least 1. Decoding takes up to about 8 bytes a pixel
/// @param sideMax longest side in pixels, at least 1
public record DecodeLimits(long pixelsMax, int sideMax) {
  /// DESIGN.md §4: 64 MP, 16384 px a side.
  public static final DecodeLimits DEFAULT = new DecodeLimits(64_000_000, 16384);

  public DecodeLimits {
    if (pixelsMax < 1 || sideMax < 1) throw new IllegalArgumentException(pixelsMax + " pixels, side " + sideMax);
    // One array holds four bytes a pixel.
    if (pixelsMax > Integer.MAX_VALUE / 4 - 16) throw new IllegalArgumentException(pixelsMax + " pixels do not fit in one array");
  }

  boolean allow(long width, long height) {
    return width <= sideMax && height <= sideMax && width * height <= pixelsMax;
  }

  /// What to tell about a picture that is not allowed.
  String refusal(ImageHeader.Known header) {
    return header.width() > sideMax || header.height() > sideMax
        ? "The picture is " + header.width() + "x" + header.height() + " pixels; up to " + sideMax + " a side are taken. Send a smaller one."
        : "The picture has " + megapixels(header.pixels()) + " MP; up to " + megapixels(pixelsMax) + " MP are taken. Send a smaller one.";
  }

  private static String megapixels(long pixels) {
    long tenths = Math.ceilDiv(pixels, 100_000);
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
  }
}
