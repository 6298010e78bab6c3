package verimesh.chassis.images.decode;

import java.util.Arrays;
import verimesh.chassis.images.webp.LosslessFrame;

/// A lossy WebP's alpha channel, `ALPH` (RFC 9649 §2.7.1.2): raw, or the green channel of a lossless picture; then filtered.
final class AlphaPlane {
  private AlphaPlane() {}

  /// @return one byte a pixel; empty if it cannot be read
  static byte[] read(WebpFile webp, int width, int height) {
    int from = webp.alphaFrom();
    int to = webp.alphaTo();
    if (to <= from) return new byte[0];
    int flags = webp.bytes()[from];
    byte[] plane = switch (flags & 3) {
      case 0 -> to - from - 1 >= width * height ? Arrays.copyOfRange(webp.bytes(), from + 1, from + 1 + width * height) : new byte[0];
      case 1 -> green(webp.bytes(), from + 1, to, width, height);
      default -> new byte[0];
    };
    if (plane.length > 0) unfilter(plane, width, height, flags >> 2 & 3);
    return plane;
  }

  /// A lossless stream that lacks the header, since it is as large as the picture.
  private static byte[] green(byte[] file, int from, int to, int width, int height) {
    LosslessFrame.Picture picture = LosslessFrame.decodeWithoutHeader(file, from, to, width, height);
    if (picture == null || picture.soundRows() < height) return new byte[0];
    byte[] plane = new byte[width * height];
    for (int i = 0; i < plane.length; i++) plane[i] = (byte) (picture.argb()[i] >> 8);
    return plane;
  }

  /// 1: from the left, 2: from above, 3: left + above - corner. The first row has only a left, the first column only an above.
  private static void unfilter(byte[] plane, int width, int height, int filter) {
    if (filter == 0) return;
    for (int x = 1; x < width; x++) plane[x] += plane[x - 1];
    for (int y = 1; y < height; y++) {
      int row = y * width;
      plane[row] += plane[row - width];
      for (int x = row + 1; x < row + width; x++) {
        int left = plane[x - 1] & 0xFF;
        int above = plane[x - width] & 0xFF;
        plane[x] += (byte) switch (filter) {
          case 1 -> left;
          case 2 -> above;
          default -> Math.clamp(left + above - (plane[x - width - 1] & 0xFF), 0, 255);
        };
      }
    }
  }
}
