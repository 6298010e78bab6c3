package verimesh.cli.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.DataBufferInt;
import java.awt.image.Kernel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import verimesh.chassis.images.StoredPixels;

/// What happens to pictures between one upload and the next. Each edit ends as a file, as a copy would: JPEG of quality 90
/// unless it says otherwise.
final class Edits {
  private static final int JPEG_QUALITY = 90;

  private Edits() {}

  /// @param name for the table
  /// @param bytes the edited file
  record Edit(String name, Encoder bytes) {}

  interface Encoder {
    byte[] of(BufferedImage picture) throws IOException;
  }

  /// All edits, mild ones first in each kind.
  static List<Edit> all() {
    List<Edit> edits = new ArrayList<>();
    for (int quality : new int[] {90, 70, 50, 30}) edits.add(new Edit("jpeg " + quality, picture -> jpeg(picture, quality)));
    for (int percent : new int[] {50, 25}) add(edits, "resize " + percent + " %", picture -> scaled(picture, percent / 100.0));
    for (int percent : new int[] {10, 20, 30, 50}) add(edits, "crop " + percent + " %", picture -> cropped(picture, percent / 100.0));
    for (int degrees : new int[] {2, 5, 15, 90, 180}) add(edits, "rotate " + degrees, picture -> rotated(picture, degrees));
    add(edits, "mirror", picture -> drawn(picture, new AffineTransform(-1, 0, 0, 1, picture.getWidth(), 0)));
    add(edits, "brightness -30 %", picture -> mapped(picture, v -> v * 70 / 100));
    add(edits, "brightness +30 %", picture -> mapped(picture, v -> v * 130 / 100));
    add(edits, "contrast -40 %", picture -> mapped(picture, v -> 128 + (v - 128) * 60 / 100));
    add(edits, "contrast +40 %", picture -> mapped(picture, v -> 128 + (v - 128) * 140 / 100));
    add(edits, "saturation 0", picture -> saturated(picture, 0));
    add(edits, "saturation +80 %", picture -> saturated(picture, 1.8));
    add(edits, "blur 3 px", picture -> blurred(picture, 3));
    add(edits, "blur 9 px", picture -> blurred(picture, 9));
    add(edits, "border 5 %", picture -> bordered(picture, 0.05));
    add(edits, "text overlay", Edits::lettered);
    add(edits, "screenshot", Edits::screenshot);
    edits.add(new Edit("chain", picture -> jpeg(lettered(mapped(scaled(cropped(picture, 0.05), 0.6), v -> v * 110 / 100)), 60)));
    return edits;
  }

  private static void add(List<Edit> edits, String name, UnaryOperator<BufferedImage> edit) {
    edits.add(new Edit(name, picture -> jpeg(edit.apply(picture), JPEG_QUALITY)));
  }

  static byte[] jpeg(BufferedImage picture, int quality) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (var bytes = new ByteArrayOutputStream(); var out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(quality / 100f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), how);
      out.flush();
      return bytes.toByteArray();
    } finally {
      writer.dispose();
    }
  }

  /// Averages whole areas, as image programs do when they shrink.
  private static BufferedImage scaled(BufferedImage picture, double factor) {
    int width = Math.max(1, (int) Math.round(picture.getWidth() * factor));
    int height = Math.max(1, (int) Math.round(picture.getHeight() * factor));
    int[] from = pixels(picture);
    var result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] to = pixels(result);
    for (int y = 0; y < height; y++) {
      int top = (int) ((long) y * picture.getHeight() / height);
      int bottom = Math.max(top + 1, (int) ((y + 1L) * picture.getHeight() / height));
      for (int x = 0; x < width; x++) {
        int left = (int) ((long) x * picture.getWidth() / width);
        int right = Math.max(left + 1, (int) ((x + 1L) * picture.getWidth() / width));
        int r = 0;
        int g = 0;
        int b = 0;
        for (int row = top; row < bottom; row++) {
          for (int at = row * picture.getWidth() + left, end = row * picture.getWidth() + right; at < end; at++) {
            r += from[at] >> 16 & 255;
            g += from[at] >> 8 & 255;
            b += from[at] & 255;
          }
        }
        int area = (bottom - top) * (right - left);
        to[y * width + x] = (r + area / 2) / area << 16 | (g + area / 2) / area << 8 | (b + area / 2) / area;
      }
    }
    return result;
  }

  /// The picture's own pixels, 0xRRGGBB, row by row; written through.
  private static int[] pixels(BufferedImage picture) {
    return ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
  }

  /// Cuts so much of the area away, the same share at each side.
  private static BufferedImage cropped(BufferedImage picture, double share) {
    double side = Math.sqrt(1 - share);
    int width = Math.max(1, (int) (picture.getWidth() * side));
    int height = Math.max(1, (int) (picture.getHeight() * side));
    return copy(picture.getSubimage((picture.getWidth() - width) / 2, (picture.getHeight() - height) / 2, width, height));
  }

  private static BufferedImage rotated(BufferedImage picture, int degrees) {
    if (degrees == 90) {
      var result = new BufferedImage(picture.getHeight(), picture.getWidth(), BufferedImage.TYPE_INT_RGB);
      Graphics2D g = graphics(result);
      g.drawImage(picture, new AffineTransform(0, 1, -1, 0, picture.getHeight(), 0), null);
      g.dispose();
      return result;
    }
    return drawn(picture, AffineTransform.getRotateInstance(Math.toRadians(degrees), picture.getWidth() / 2.0, picture.getHeight() / 2.0));
  }

  private static BufferedImage drawn(BufferedImage picture, AffineTransform transform) {
    var result = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = graphics(result);
    g.drawImage(picture, transform, null);
    g.dispose();
    return result;
  }

  private static BufferedImage mapped(BufferedImage picture, IntUnaryOperator map) {
    int[] table = new int[256];
    for (int value = 0; value < 256; value++) table[value] = clamp(map.applyAsInt(value));
    BufferedImage result = copy(picture);
    int[] pixels = pixels(result);
    for (int i = 0; i < pixels.length; i++) {
      int rgb = pixels[i];
      pixels[i] = table[rgb >> 16 & 255] << 16 | table[rgb >> 8 & 255] << 8 | table[rgb & 255];
    }
    return result;
  }

  private static BufferedImage saturated(BufferedImage picture, double factor) {
    BufferedImage result = copy(picture);
    int[] pixels = pixels(result);
    for (int i = 0; i < pixels.length; i++) {
      int r = pixels[i] >> 16 & 255;
      int g = pixels[i] >> 8 & 255;
      int b = pixels[i] & 255;
      double luma = 0.299 * r + 0.587 * g + 0.114 * b;
      pixels[i] = clamp((int) (luma + (r - luma) * factor)) << 16 | clamp((int) (luma + (g - luma) * factor)) << 8
          | clamp((int) (luma + (b - luma) * factor));
    }
    return result;
  }

  private static int clamp(int value) {
    return Math.clamp(value, 0, 255);
  }

  private static BufferedImage blurred(BufferedImage picture, int side) {
    float[] weights = new float[side];
    Arrays.fill(weights, 1f / side);
    // A box is a line of boxes one way and then the other, at a fraction of the work.
    BufferedImage across = new ConvolveOp(new Kernel(side, 1, weights), ConvolveOp.EDGE_NO_OP, null).filter(picture, null);
    return copy(new ConvolveOp(new Kernel(1, side, weights), ConvolveOp.EDGE_NO_OP, null).filter(across, null));
  }

  private static BufferedImage bordered(BufferedImage picture, double share) {
    BufferedImage result = copy(picture);
    Graphics2D g = graphics(result);
    float width = (float) (share * Math.min(picture.getWidth(), picture.getHeight()));
    g.setColor(Color.WHITE);
    g.setStroke(new BasicStroke(2 * width));
    g.drawRect(0, 0, picture.getWidth(), picture.getHeight());
    g.dispose();
    return result;
  }

  private static BufferedImage lettered(BufferedImage picture) {
    BufferedImage result = copy(picture);
    Graphics2D g = graphics(result);
    int size = Math.max(8, picture.getHeight() / 12);
    g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, size));
    g.setColor(Color.BLACK);
    g.drawString("you will not believe this", size / 2 + 2, picture.getHeight() - size / 2 + 2);
    g.setColor(Color.WHITE);
    g.drawString("you will not believe this", size / 2, picture.getHeight() - size / 2);
    g.dispose();
    return result;
  }

  /// On a screen of another size, with a strip of the window around it that was not cut off cleanly.
  private static BufferedImage screenshot(BufferedImage picture) {
    BufferedImage small = scaled(picture, 0.73);
    int strip = Math.max(1, small.getHeight() / 50);
    var result = new BufferedImage(small.getWidth(), small.getHeight() + strip, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = graphics(result);
    g.setColor(new Color(32, 33, 36));
    g.fillRect(0, 0, result.getWidth(), strip);
    g.drawImage(small, 0, strip, null);
    g.dispose();
    return result;
  }

  /// Decoded pixels as Java's own drawing takes them; alpha is dropped.
  static BufferedImage image(StoredPixels stored) {
    var image = new BufferedImage(stored.width(), stored.height(), BufferedImage.TYPE_INT_RGB);
    int channels = stored.layout().channels();
    byte[] samples = stored.samples();
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    boolean grey = stored.layout().isGrey();
    for (int i = 0, at = 0; i < pixels.length; i++, at += channels) {
      int r = samples[at] & 255;
      pixels[i] = r << 16 | (grey ? r : samples[at + 1] & 255) << 8 | (grey ? r : samples[at + 2] & 255);
    }
    return image;
  }

  static byte[] scaledJpeg(BufferedImage picture, double factor) throws IOException {
    return jpeg(scaled(picture, factor), JPEG_QUALITY);
  }

  static BufferedImage copy(BufferedImage picture) {
    var result = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = graphics(result);
    g.drawImage(picture, 0, 0, null);
    g.dispose();
    return result;
  }

  private static Graphics2D graphics(BufferedImage picture) {
    Graphics2D g = picture.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    return g;
  }
}
