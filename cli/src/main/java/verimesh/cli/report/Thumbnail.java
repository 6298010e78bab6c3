package verimesh.cli.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import verimesh.chassis.images.SrgbPixels;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;

/// A small likeness of a picture, upright and in sRGB, as a `data:` address. Thread-safe.
final class Thumbnail {
  private static final int WIDTH_MAX = 384;
  private static final int HEIGHT_MAX = 288;
  private static final float JPEG_QUALITY = 0.82f;

  private final Decoder decoder = Decoder.fastest(DecodeLimits.DEFAULT);

  /// Empty where nothing on this machine decodes the file; never throws for what a file holds.
  Optional<String> of(Path file) {
    try {
      if (!(decoder.decode(Files.readAllBytes(file)) instanceof Decoded.Picture picture)) return Optional.empty();
      return Optional.of("data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg(shrunk(SrgbPixels.of(picture.stored())))));
    } catch (IOException e) {
      return Optional.empty(); // it was there a moment ago; the report is not worth failing over
    }
  }

  /// Each pixel is the mean of the box that it covers.
  private static BufferedImage shrunk(SrgbPixels picture) {
    double scale = Math.min(1, Math.min((double) WIDTH_MAX / picture.width(), (double) HEIGHT_MAX / picture.height()));
    int width = Math.max(1, (int) Math.round(picture.width() * scale));
    int height = Math.max(1, (int) Math.round(picture.height() * scale));
    var small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    byte[] rgb = picture.rgb();
    for (int y = 0; y < height; y++) {
      int top = (int) ((long) y * picture.height() / height);
      int bottom = Math.max(top + 1, (int) ((long) (y + 1) * picture.height() / height));
      for (int x = 0; x < width; x++) {
        int left = (int) ((long) x * picture.width() / width);
        int right = Math.max(left + 1, (int) ((long) (x + 1) * picture.width() / width));
        long r = 0;
        long g = 0;
        long b = 0;
        for (int sy = top; sy < bottom; sy++) {
          for (int at = (sy * picture.width() + left) * 3; at < (sy * picture.width() + right) * 3; at += 3) {
            r += rgb[at] & 0xFF;
            g += rgb[at + 1] & 0xFF;
            b += rgb[at + 2] & 0xFF;
          }
        }
        long n = (long) (bottom - top) * (right - left);
        small.setRGB(x, y, (int) (r / n) << 16 | (int) (g / n) << 8 | (int) (b / n));
      }
    }
    return small;
  }

  private static byte[] jpeg(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    var out = new ByteArrayOutputStream();
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(JPEG_QUALITY);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}
