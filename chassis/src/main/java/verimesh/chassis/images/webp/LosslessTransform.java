package verimesh.chassis.images.webp;

/// What an encoder did to pixels so that they pack better, RFC 9649 §3.5, and how it is undone. Pixels are
/// `alpha << 24 | red << 16 | green << 8 | blue`.
sealed interface LosslessTransform {
  int OPAQUE_BLACK = 0xFF000000;

  /// @param rows how many rows are worth it
  /// @return the pixels, in place where their number stays
  int[] undo(int[] argb, int rows);

  /// Each pixel is the difference to what its neighbours predict, by a mode for each block.
  record Predictor(int width, int blockBits, int[] modes) implements LosslessTransform {
    @Override
    public int[] undo(int[] argb, int rows) {
      int blocks = width + (1 << blockBits) - 1 >> blockBits;
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < width; x++) {
          int i = y * width + x;
          int predicted;
          if (y == 0) predicted = x == 0 ? OPAQUE_BLACK : argb[i - 1];
          else if (x == 0) predicted = argb[i - width];
          else predicted = predict(modes[(y >> blockBits) * blocks + (x >> blockBits)] >> 8 & 0xF, argb, i);
          argb[i] = add(argb[i], predicted);
        }
      }
      return argb;
    }

    private int predict(int mode, int[] argb, int i) {
      int left = argb[i - 1];
      int top = argb[i - width];
      int topLeft = argb[i - width - 1];
      int topRight = argb[i - width + 1]; // of the last column: the first pixel of this row
      return switch (mode) {
        case 1 -> left;
        case 2 -> top;
        case 3 -> topRight;
        case 4 -> topLeft;
        case 5 -> average(average(left, topRight), top);
        case 6 -> average(left, topLeft);
        case 7 -> average(left, top);
        case 8 -> average(topLeft, top);
        case 9 -> average(top, topRight);
        case 10 -> average(average(left, topLeft), average(top, topRight));
        case 11 -> select(left, top, topLeft);
        case 12 -> gradient(left, top, topLeft);
        case 13 -> halfGradient(average(left, top), topLeft);
        default -> OPAQUE_BLACK; // 0, and two that do not exist
      };
    }

    private static int add(int a, int b) {
      return (a & 0xFF00FF00) + (b & 0xFF00FF00) & 0xFF00FF00 | (a & 0x00FF00FF) + (b & 0x00FF00FF) & 0x00FF00FF;
    }

    /// Of each channel, rounded down.
    private static int average(int a, int b) {
      return ((a ^ b) >>> 1 & 0x7F7F7F7F) + (a & b);
    }

    /// Whichever of left and top is nearer to left + top - corner.
    private static int select(int left, int top, int corner) {
      int toLeft = 0;
      int toTop = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        toLeft += Math.abs((top >>> shift & 0xFF) - (corner >>> shift & 0xFF));
        toTop += Math.abs((left >>> shift & 0xFF) - (corner >>> shift & 0xFF));
      }
      return toLeft < toTop ? left : top;
    }

    private static int gradient(int left, int top, int corner) {
      int v = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        v |= clamp((left >>> shift & 0xFF) + (top >>> shift & 0xFF) - (corner >>> shift & 0xFF)) << shift;
      }
      return v;
    }

    private static int halfGradient(int average, int corner) {
      int v = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        int a = average >>> shift & 0xFF;
        v |= clamp(a + (a - (corner >>> shift & 0xFF)) / 2) << shift;
      }
      return v;
    }

    private static int clamp(int v) {
      return Math.clamp(v, 0, 255);
    }
  }

  /// Red and blue are less what green foretells, blue also what red does, by factors for each block.
  record CrossColour(int width, int blockBits, int[] factors) implements LosslessTransform {
    @Override
    public int[] undo(int[] argb, int rows) {
      int blocks = width + (1 << blockBits) - 1 >> blockBits;
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < width; x++) {
          int i = y * width + x;
          int factor = factors[(y >> blockBits) * blocks + (x >> blockBits)];
          int pixel = argb[i];
          int green = (byte) (pixel >> 8);
          int red = (pixel >> 16) + times(factor, green);
          int blue = pixel + times(factor >> 8, green) + times(factor >> 16, red);
          argb[i] = pixel & 0xFF00FF00 | (red & 0xFF) << 16 | blue & 0xFF;
        }
      }
      return argb;
    }

    /// Both as signed bytes; the factor has five bits of fraction.
    private static int times(int factor, int colour) {
      return (byte) factor * (byte) colour >> 5;
    }
  }

  /// Red and blue are less green.
  record SubtractGreen(int width) implements LosslessTransform {
    @Override
    public int[] undo(int[] argb, int rows) {
      for (int i = 0; i < rows * width; i++) {
        int green = argb[i] >> 8 & 0xFF;
        argb[i] = argb[i] & 0xFF00FF00 | (argb[i] & 0x00FF00FF) + (green << 16 | green) & 0x00FF00FF;
      }
      return argb;
    }
  }

  /// Green is an index into a palette; of a small palette several share a pixel, the leftmost lowest.
  ///
  /// @param shareBits 2 to that power of them share one
  /// @param palette as large as an index can be
  record ColourIndexing(int width, int height, int shareBits, int[] palette) implements LosslessTransform {
    /// @param coded each colour is the difference to the one before
    static ColourIndexing of(int width, int height, int shareBits, int[] coded) {
      int[] palette = new int[Math.max(coded.length, 1 << (8 >> shareBits))]; // beyond the last colour: transparent black
      int previous = 0;
      for (int i = 0; i < coded.length; i++) palette[i] = previous = Predictor.add(coded[i], previous);
      return new ColourIndexing(width, height, shareBits, palette);
    }

    @Override
    public int[] undo(int[] argb, int rows) {
      int codedWidth = width + (1 << shareBits) - 1 >> shareBits;
      int indexBits = 8 >> shareBits;
      int[] out = new int[width * height];
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < width; x++) {
          int green = argb[y * codedWidth + (x >> shareBits)] >> 8 & 0xFF;
          int index = green >> (x & (1 << shareBits) - 1) * indexBits & (1 << indexBits) - 1;
          out[y * width + x] = palette[index];
        }
      }
      return out;
    }
  }
}
