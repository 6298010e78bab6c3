package verimesh.verifier;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/// Pictures to examine.
public final class TestPictures {
  private static final byte[] MAGIC = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};

  private TestPictures() {}

  /// Left red, right blue, in between both.
  public static byte[] png(int width, int height) {
    return encoded(width, height, "png");
  }

  public static byte[] jpeg(int width, int height) {
    return encoded(width, height, "jpeg");
  }

  public static byte[] gif(int width, int height) {
    return encoded(width, height, "gif");
  }

  private static byte[] encoded(int width, int height, String format) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, Color.RED, width, 0, Color.BLUE));
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    var bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) throw new IllegalStateException(format);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// A PNG that says how large it is, and no more.
  public static byte[] pngHeader(int width, int height) {
    byte[] ihdr = ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0}).array();
    byte[] chunk = chunk("IHDR", ihdr);
    return ByteBuffer.allocate(MAGIC.length + chunk.length).put(MAGIC).put(chunk).array();
  }

  /// The same picture with a text chunk behind its header.
  public static byte[] withText(byte[] png, String keyword, String text) {
    byte[] chunk = chunk("tEXt", (keyword + "\0" + text).getBytes(StandardCharsets.ISO_8859_1));
    int headerEnd = MAGIC.length + 25;
    return ByteBuffer.allocate(png.length + chunk.length).put(png, 0, headerEnd).put(chunk).put(png, headerEnd, png.length - headerEnd).array();
  }

  private static byte[] chunk(String type, byte[] data) {
    byte[] named = ByteBuffer.allocate(4 + data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data).array();
    var crc = new CRC32();
    crc.update(named);
    return ByteBuffer.allocate(8 + named.length).putInt(data.length).put(named).putInt((int) crc.getValue()).array();
  }
}
