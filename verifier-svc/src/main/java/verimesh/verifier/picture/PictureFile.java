package verimesh.verifier.picture;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import verimesh.chassis.images.SrgbPixels;

/// Writes pixels as files that every chat endpoint takes.
public final class PictureFile {
  /// Fine enough that what one sees at full size is what the file showed.
  private static final float JPEG_QUALITY = 0.92f;

  private PictureFile() {}

  public static byte[] jpeg(SrgbPixels pixels) {
    return write(pixels, "jpeg");
  }

  public static byte[] png(SrgbPixels pixels) {
    return write(pixels, "png");
  }

  private static byte[] write(SrgbPixels pixels, String format) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    var file = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(file)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (format.equals("jpeg")) {
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(JPEG_QUALITY);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(image(pixels), null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException("the JDK writes " + format + " in memory", e);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }

  private static BufferedImage image(SrgbPixels pixels) {
    var image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] rgb = pixels.rgb();
    for (int i = 0; i < rgb.length; i += 3) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    return image;
  }
}
