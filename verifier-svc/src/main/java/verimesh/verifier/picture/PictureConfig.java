package verimesh.verifier.picture;

import verimesh.chassis.config.Settings;

/// @param sideMax longest side that models are shown, in pixels; larger pictures are made smaller
/// @param megapixelsMax a larger picture is refused with `IMAGE_TOO_LARGE`
/// @param decodingMegapixelsMax pictures being decoded at once, together; at least `megapixelsMax`
/// @param threads that decode, 1 or more
public record PictureConfig(int sideMax, int megapixelsMax, int decodingMegapixelsMax, int threads) {
  public static final PictureConfig DEFAULT = new PictureConfig(2048, 64, 128, Runtime.getRuntime().availableProcessors());

  public static PictureConfig from(Settings s) {
    int megapixels = s.integer("MEGAPIXELS_MAX", DEFAULT.megapixelsMax, 1, 500);
    int decoding = s.integer("DECODING_MEGAPIXELS_MAX", DEFAULT.decodingMegapixelsMax, 1, 100_000);
    if (decoding < megapixels) s.problem("DECODING_MEGAPIXELS_MAX", "is below VERIMESH_VERIFIER_MEGAPIXELS_MAX; expected at least as much");
    return new PictureConfig(s.integer("PICTURE_SIDE_MAX", DEFAULT.sideMax, 56, 16_384), megapixels, Math.max(decoding, megapixels), DEFAULT.threads);
  }
}
