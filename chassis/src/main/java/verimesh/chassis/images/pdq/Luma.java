package verimesh.chassis.images.pdq;

import verimesh.chassis.images.StoredPixels;

/// Brightness as the reference takes it: `0.299 R + 0.587 G + 0.114 B` in single precision, of stored colours without
/// compositing; grey as it is. Of a picture to be shrunk, the nearest neighbours `floor(x * W / w)`, `floor(y * H / h)`.
final class Luma {
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
  private final float[] weighed;

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
    weights = new float[width * 3];
    weighed = new float[width * 3];
    for (int x = 0; x < width; x++) {
      columns[x] = (int) ((long) x * sourceWidth / width) * channels;
      weights[x * 3] = RED;
      weights[x * 3 + 1] = GREEN;
      weights[x * 3 + 2] = BLUE;
    }
  }

  void row(int y, float[] into) {
    int from = (int) ((long) y * sourceHeight / height) * sourceWidth * channels;
    if (grey) {
      grey(from, into);
    } else if (channels == 3 && width == sourceWidth) {
      weigh(samples, from, weights, weighed);
      add(weighed, into);
    } else {
      colour(samples, from, columns, into);
    }
  }

  private void grey(int from, float[] into) {
    for (int x = 0; x < width; x++) into[x] = samples[from + columns[x]] & 0xFF;
  }

  private static void colour(byte[] samples, int from, int[] columns, float[] into) {
    for (int x = 0; x < into.length; x++) into[x] = luma(samples, from + columns[x]);
  }

  /// Each sample times its channel's weight. The way from byte over float to int is a detour that the compiler makes vector
  /// instructions of, ten times as fast as the straight way, which it does not.
  private static void weigh(byte[] samples, int from, float[] weights, float[] weighed) {
    for (int i = 0; i < weighed.length; i++) {
      int sample = (int) (float) samples[from + i] & 0xFF;
      weighed[i] = weights[i] * (float) sample;
    }
  }

  private static void add(float[] weighed, float[] into) {
    for (int x = 0, i = 0; x < into.length; x++, i += 3) into[x] = weighed[i] + weighed[i + 1] + weighed[i + 2];
  }

  private static float luma(byte[] samples, int at) {
    return RED * (samples[at] & 0xFF) + GREEN * (samples[at + 1] & 0xFF) + BLUE * (samples[at + 2] & 0xFF);
  }
}
