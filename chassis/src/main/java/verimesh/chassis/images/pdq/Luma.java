package verimesh.chassis.images.pdq;

import verimesh.chassis.images.StoredPixels;

/// Brightness as the reference takes it: `0.299 R + 0.587 G + 0.114 B` in single precision, of stored colours without
/// compositing; grey as it is. Of a picture to be shrunk, the nearest neighbours `floor(x * W / w)`, `floor(y * H / h)`.
final class Luma {
  private static final float[] RED = times(0.299f);
  private static final float[] GREEN = times(0.587f);
  private static final float[] BLUE = times(0.114f);

  private final byte[] samples;
  private final int sourceWidth;
  private final int sourceHeight;
  private final int width;
  private final int height;
  private final int channels;
  private final boolean grey;

  /// @param width that rows are given in, at most the picture's or [PdqConvention#SIDE]
  Luma(StoredPixels stored, int width, int height) {
    samples = stored.samples();
    sourceWidth = stored.width();
    sourceHeight = stored.height();
    channels = stored.layout().channels();
    grey = stored.layout().isGrey();
    this.width = width;
    this.height = height;
  }

  void row(int y, float[] into, int to) {
    int from = (int) ((long) y * sourceHeight / height) * sourceWidth * channels;
    for (int x = 0; x < width; x++) {
      int at = from + (int) ((long) x * sourceWidth / width) * channels;
      into[to + x] = grey ? samples[at] & 0xFF
          : RED[samples[at] & 0xFF] + GREEN[samples[at + 1] & 0xFF] + BLUE[samples[at + 2] & 0xFF];
    }
  }

  private static float[] times(float weight) {
    float[] table = new float[256];
    for (int i = 0; i < table.length; i++) table[i] = weight * i;
    return table;
  }
}
