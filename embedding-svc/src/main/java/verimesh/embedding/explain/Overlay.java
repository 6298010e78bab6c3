package verimesh.embedding.explain;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;

/// Paints a map over the square that the model saw.
final class Overlay {
  /// How much of the colour covers the picture where the map is 1; where it is 0 the picture stays as it is.
  private static final double COVER = 0.65;

  private Overlay() {}

  /// @param pixels uint8 `[size, size, 3]`
  /// @return a PNG
  static byte[] png(Heat heat, ByteBuffer pixels, int size) {
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double v = at(heat, (x + 0.5) * heat.columns() / size - 0.5, (y + 0.5) * heat.rows() / size - 0.5);
        int at = pixels.position() + (y * size + x) * 3;
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          double sample = pixels.get(at + c) & 0xff;
          rgb = rgb << 8 | (int) Math.round(sample + (colour(v, c) - sample) * COVER * v);
        }
        image.setRGB(x, y, rgb);
      }
    }
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("the JDK writes PNG in memory", e);
    }
  }

  /// Bilinear between the centres of cells, constant beyond the outermost ones.
  private static double at(Heat heat, double x, double y) {
    double cx = Math.clamp(x, 0, heat.columns() - 1);
    double cy = Math.clamp(y, 0, heat.rows() - 1);
    int x0 = (int) cx;
    int y0 = (int) cy;
    int x1 = Math.min(x0 + 1, heat.columns() - 1);
    int y1 = Math.min(y0 + 1, heat.rows() - 1);
    double fx = cx - x0;
    double fy = cy - y0;
    float[] v = heat.values();
    return (v[y0 * heat.columns() + x0] * (1 - fx) + v[y0 * heat.columns() + x1] * fx) * (1 - fy)
        + (v[y1 * heat.columns() + x0] * (1 - fx) + v[y1 * heat.columns() + x1] * fx) * fy;
  }

  /// Blue over yellow to red, readable for those who do not tell red from green.
  private static double colour(double v, int channel) {
    double[] low = {30, 60, 200};
    double[] middle = {250, 210, 40};
    double[] high = {200, 20, 20};
    return v < 0.5 ? low[channel] + (middle[channel] - low[channel]) * v * 2 : middle[channel] + (high[channel] - middle[channel]) * (v * 2 - 1);
  }
}
