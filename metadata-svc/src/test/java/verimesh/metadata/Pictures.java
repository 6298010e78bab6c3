package verimesh.metadata;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Small sound files made by code.
public final class Pictures {
  private Pictures() {}

  /// A grey PNG of 8 x 8 pixels with these iTXt chunks, keyword and text in turn.
  public static byte[] png(String... texts) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunk(file, "IHDR", ByteBuffer.allocate(13).putInt(8).putInt(8).put((byte) 8).array());
    for (int i = 0; i < texts.length; i += 2) {
      boolean latin = texts[i + 1].chars().allMatch(c -> c < 128);
      chunk(file, latin ? "tEXt" : "iTXt", (texts[i] + (latin ? "\0" : "\0\0\0\0\0") + texts[i + 1]).getBytes(StandardCharsets.UTF_8));
    }
    Deflater deflater = new Deflater();
    deflater.setInput(new byte[8 * 9]);
    deflater.finish();
    byte[] packed = new byte[200];
    int length = deflater.deflate(packed);
    deflater.end();
    chunk(file, "IDAT", java.util.Arrays.copyOf(packed, length));
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
}
