package verimesh.cli.examples;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Writes PNG (W3C, third edition): 8 bits a channel, with or without alpha, text chunks before the pixels.
final class PngFile {
  private final Picture picture;
  private final boolean alpha;
  private final List<byte[]> chunks = new ArrayList<>();

  PngFile(Picture picture, boolean alpha) {
    this.picture = picture;
    this.alpha = alpha;
  }

  /// A `tEXt` chunk; both texts must be Latin-1.
  PngFile text(String keyword, String text) {
    chunks.add(chunk("tEXt", (keyword + "\0" + text).getBytes(StandardCharsets.ISO_8859_1)));
    return this;
  }

  /// An `iTXt` chunk, not compressed: keyword, flag, method, language, translated keyword, text.
  PngFile internationalText(String keyword, String text) {
    chunks.add(chunk("iTXt", (keyword + "\0\0\0\0\0" + text).getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  byte[] bytes() {
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    out.writeBytes(chunk("IHDR", ByteBuffer.allocate(13).putInt(picture.width()).putInt(picture.height())
        .put((byte) 8).put((byte) (alpha ? 6 : 2)).put((byte) 0).put((byte) 0).put((byte) 0).array()));
    chunks.forEach(out::writeBytes);
    out.writeBytes(chunk("IDAT", deflated(filtered())));
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }

  /// Row by row the filter whose result has the smallest sum of absolute differences, as the specification advises.
  private byte[] filtered() {
    int step = alpha ? 4 : 3;
    int stride = picture.width() * step;
    var out = new ByteArrayOutputStream();
    byte[] above = new byte[stride];
    for (int y = 0; y < picture.height(); y++) {
      byte[] row = row(y, step);
      byte[] best = null;
      long least = Long.MAX_VALUE;
      for (int filter = 0; filter <= 4; filter++) {
        byte[] candidate = new byte[stride + 1];
        candidate[0] = (byte) filter;
        long sum = 0;
        for (int i = 0; i < stride; i++) {
          int left = i < step ? 0 : row[i - step] & 0xFF;
          int up = above[i] & 0xFF;
          int corner = i < step ? 0 : above[i - step] & 0xFF;
          int guess = switch (filter) {
            case 0 -> 0;
            case 1 -> left;
            case 2 -> up;
            case 3 -> (left + up) / 2;
            default -> paeth(left, up, corner);
          };
          candidate[i + 1] = (byte) (row[i] - guess);
          sum += Math.abs(candidate[i + 1]);
        }
        if (sum < least) {
          least = sum;
          best = candidate;
        }
      }
      out.writeBytes(best);
      above = row;
    }
    return out.toByteArray();
  }

  private byte[] row(int y, int step) {
    byte[] row = new byte[picture.width() * step];
    for (int x = 0; x < picture.width(); x++) {
      int pixel = picture.argb()[y * picture.width() + x];
      row[x * step] = (byte) (pixel >> 16);
      row[x * step + 1] = (byte) (pixel >> 8);
      row[x * step + 2] = (byte) pixel;
      if (alpha) row[x * step + 3] = (byte) (pixel >> 24);
    }
    return row;
  }

  private static int paeth(int left, int up, int corner) {
    int guess = left + up - corner;
    int toLeft = Math.abs(guess - left);
    int toUp = Math.abs(guess - up);
    int toCorner = Math.abs(guess - corner);
    return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
  }

  private static byte[] deflated(byte[] bytes) {
    try (var deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
      deflater.setInput(bytes);
      deflater.finish();
      var out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      while (!deflater.finished()) out.write(buffer, 0, deflater.deflate(buffer));
      return out.toByteArray();
    }
  }

  private static byte[] chunk(String type, byte[] data) {
    ByteBuffer chunk = ByteBuffer.allocate(data.length + 12);
    chunk.putInt(data.length).put(type.getBytes(StandardCharsets.ISO_8859_1)).put(data);
    var crc = new CRC32();
    crc.update(chunk.array(), 4, data.length + 4);
    return chunk.putInt((int) crc.getValue()).array();
  }
}
