package verimesh.metadata.stealth;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Writes 8-bit RGB or RGBA PNGs sample by sample, with a filter of one's choice in each row.
public final class PngWriter {
  private PngWriter() {}

  /// @param samples `height * width * channels`
  /// @param filters the filter of row y is `filters[y % filters.length]`, 0 to 4
  /// @param idatBytes compressed bytes a chunk
  static byte[] png(int width, int height, int channels, byte[] samples, int[] filters, int idatBytes) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    int stride = width * channels;
    for (int y = 0; y < height; y++) {
      int filter = filters[y % filters.length];
      raw.write(filter);
      for (int i = 0; i < stride; i++) {
        int left = i >= channels ? samples[y * stride + i - channels] & 0xff : 0;
        int up = y > 0 ? samples[(y - 1) * stride + i] & 0xff : 0;
        int corner = y > 0 && i >= channels ? samples[(y - 1) * stride + i - channels] & 0xff : 0;
        int predicted = switch (filter) {
          case 0 -> 0;
          case 1 -> left;
          case 2 -> up;
          case 3 -> (left + up) / 2;
          default -> {
            int p = left + up - corner;
            int pa = Math.abs(p - left);
            int pb = Math.abs(p - up);
            int pc = Math.abs(p - corner);
            yield pa <= pb && pa <= pc ? left : pb <= pc ? up : corner;
          }
        };
        raw.write(samples[y * stride + i] - predicted);
      }
    }
    Deflater deflater = new Deflater();
    deflater.setInput(raw.toByteArray());
    deflater.finish();
    byte[] packed = new byte[raw.size() + 1_000];
    int length = deflater.deflate(packed);
    deflater.end();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunk(file, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8).put((byte) (channels == 4 ? 6 : 2)).array());
    for (int at = 0; at < length; at += idatBytes) chunk(file, "IDAT", java.util.Arrays.copyOfRange(packed, at, Math.min(length, at + idatBytes)));
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(name);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  /// Hides bits as the extension does: column by column, one bit a pixel in alpha or three in R, G, B.
  static void hide(byte[] samples, int width, int height, int channels, boolean alpha, byte[] bits) {
    int perPixel = alpha ? 1 : 3;
    for (int i = 0; i < bits.length * 8; i++) {
      int pixel = i / perPixel;
      int x = pixel / height;
      int y = pixel % height;
      int at = (y * width + x) * channels + (alpha ? 3 : i % 3);
      int bit = bits[i / 8] >> (7 - i % 8) & 1;
      samples[at] = (byte) (samples[at] & 0xfe | bit);
    }
  }
}
