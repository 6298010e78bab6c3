package verimesh.chassis.images.pdq;

import verimesh.chassis.images.StoredPixels;

/// Brightness as the reference takes it: `0.299 R + 0.587 G + 0.114 B` in single precision, of stored colours without
/// compositing; grey as it is. Of a picture to be shrunk, the nearest neighbours `floor(x * W / w)`, `floor(y * H / h)`.
///
/// It is given in parts, the channels' shares of it, since whoever reads it can add them in passing.
final class Luma {
  /// Parts of a pixel, to be added in their order.
  static final int PARTS = 3;

  private static final float RED = 0.299f;
  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  private final byte[] samples;
  private final int sourceWidth;
  private final int sourceHeight;
  private final int width;
  private final int height;
  private final int channels;
  private final boolean grey;
  /// Per pixel of a row, which of the source row's samples is its first.
  private final int[] columns;
  private final float[] weights;

  /// @param width that rows are given in, at most the picture's or [PdqConvention#SIDE]
  Luma(StoredPixels stored, int width, int height) {
    samples = stored.samples();
    sourceWidth = stored.width();
    sourceHeight = stored.height();
    channels = stored.layout().channels();
    grey = stored.layout().isGrey();
    this.width = width;
    this.height = height;
    columns = new int[width];
    weights = new float[width * PARTS];
    for (int x = 0; x < width; x++) {
      columns[x] = (int) ((long) x * sourceWidth / width) * channels;
      weights[x * PARTS] = RED;
      weights[x * PARTS + 1] = GREEN;
      weights[x * PARTS + 2] = BLUE;
    }
  }

  /// @param parts of each pixel of the row, pixel by pixel
  void row(int y, float[] parts) {
    int from = (int) ((long) y * sourceHeight / height) * sourceWidth * channels;
    if (grey) grey(from, parts);
    else if (channels == PARTS && width == sourceWidth) weigh(samples, from, weights, parts);
    else colour(samples, from, columns, parts);
  }

  private void grey(int from, float[] parts) {
    for (int x = 0; x < width; x++) {
      parts[x * PARTS] = samples[from + columns[x]] & 0xFF;
      parts[x * PARTS + 1] = 0;
      parts[x * PARTS + 2] = 0;
    }
  }

  private static void colour(byte[] samples, int from, int[] columns, float[] parts) {
    for (int x = 0; x < columns.length; x++) {
      int at = from + columns[x];
      parts[x * PARTS] = RED * (samples[at] & 0xFF);
      parts[x * PARTS + 1] = GREEN * (samples[at + 1] & 0xFF);
      parts[x * PARTS + 2] = BLUE * (samples[at + 2] & 0xFF);
    }
  }

  /// Each sample times its channel's weight. The way from byte over float to int is a detour that the compiler makes vector
  /// instructions of, ten times as fast as the straight way, which it does not.
  private static void weigh(byte[] samples, int from, float[] weights, float[] parts) {
    for (int i = 0; i < parts.length; i++) {
      int sample = (int) (float) samples[from + i] & 0xFF;
      parts[i] = weights[i] * (float) sample;
    }
  }
}
