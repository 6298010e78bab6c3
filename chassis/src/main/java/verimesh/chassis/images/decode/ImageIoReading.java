package verimesh.chassis.images.decode;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.StoredPixels.Layout;

/// The first picture of a file by an ImageIO reader, whose samples are taken as they are: `getRGB` would convert grey by a
/// gamma curve and colours by a profile.
final class ImageIoReading {
  /// What came of it.
  sealed interface Outcome {
    /// @param image with the samples as stored
    /// @param damage why it broke off, empty if it did not
    record Read(BufferedImage image, String damage) implements Outcome {}

    record Failed(String why) implements Outcome {}
  }

  private ImageIoReading() {}

  /// Disposes of the reader.
  ///
  /// The readers meet a stranger's bytes and throw what they like: whatever it is, it tells of the file, and what was read
  /// before stands.
  static Outcome read(ImageReader reader, byte[] file, int width, int height) {
    BufferedImage image = null;
    try {
      reader.setInput(new BytesInput(file), true, true);
      if (reader.getWidth(0) != width || reader.getHeight(0) != height) return new Outcome.Failed("it contradicts its own header");
      ImageReadParam param = reader.getDefaultReadParam();
      Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
      if (!types.hasNext()) return new Outcome.Failed("its kind of pixels is not known");
      image = types.next().createBufferedImage(width, height);
      param.setDestination(image);
      return new Outcome.Read(reader.read(0, param), "");
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      // Memory: an array that a lie in the file asked for. Ours was measured against the limit before.
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return image == null ? new Outcome.Failed(why) : new Outcome.Read(image, why);
    } finally {
      reader.dispose();
    }
  }

  /// Grey, RGB, with or without alpha, 8 bits: by raster where that is what it holds, by colour model where it is packed.
  static StoredPixels stored(BufferedImage image) {
    ColorModel colours = image.getColorModel();
    return switch (colours) {
      case IndexColorModel palette -> indexed(image, palette);
      case ComponentColorModel components when isPlain(components, image.getRaster()) -> components(image, components);
      default -> packed(image);
    };
  }

  private static boolean isPlain(ComponentColorModel colours, Raster raster) {
    int type = colours.getColorSpace().getType();
    boolean known = type == ColorSpace.TYPE_GRAY || type == ColorSpace.TYPE_RGB || type == ColorSpace.TYPE_CMYK && !colours.hasAlpha();
    boolean samples = raster.getTransferType() == DataBuffer.TYPE_BYTE || raster.getTransferType() == DataBuffer.TYPE_USHORT;
    return known && samples && !(colours.hasAlpha() && colours.isAlphaPremultiplied());
  }

  private static StoredPixels indexed(BufferedImage image, IndexColorModel palette) {
    int w = image.getWidth();
    int h = image.getHeight();
    boolean alpha = palette.getTransparency() != Transparency.OPAQUE;
    int channels = alpha ? 4 : 3;
    byte[] samples = new byte[w * h * channels];
    int[] row = new int[w];
    int to = 0;
    for (int y = 0; y < h; y++) {
      image.getRaster().getSamples(0, y, w, 1, 0, row);
      for (int x = 0; x < w; x++, to += channels) {
        int index = Math.min(row[x], palette.getMapSize() - 1);
        samples[to] = (byte) palette.getRed(index);
        samples[to + 1] = (byte) palette.getGreen(index);
        samples[to + 2] = (byte) palette.getBlue(index);
        if (alpha) samples[to + 3] = (byte) palette.getAlpha(index);
      }
    }
    return new StoredPixels(w, h, alpha ? Layout.RGBA : Layout.RGB, samples);
  }

  private static StoredPixels components(BufferedImage image, ComponentColorModel colours) {
    int w = image.getWidth();
    int h = image.getHeight();
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    boolean inks = colours.getColorSpace().getType() == ColorSpace.TYPE_CMYK;
    boolean grey = colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    Layout layout = grey ? colours.hasAlpha() ? Layout.GREY_ALPHA : Layout.GREY : colours.hasAlpha() ? Layout.RGBA : Layout.RGB;
    // A file may declare any number of extra samples a pixel; the colours come first.
    int kept = inks ? 4 : layout.channels();
    if (bands < kept) return packed(image);
    int shift = Math.max(0, colours.getComponentSize(0) - 8); // the high byte of 16 bits
    byte[] samples = new byte[Math.multiplyExact(w * h, kept)];
    int[] row = new int[Math.multiplyExact(w, bands)];
    int to = 0;
    for (int y = 0; y < h; y++) {
      raster.getPixels(0, y, w, 1, row);
      for (int pixel = 0; pixel < row.length; pixel += bands) {
        for (int channel = 0; channel < kept; channel++) samples[to++] = (byte) (row[pixel + channel] >> shift);
      }
    }
    if (inks) return new StoredPixels(w, h, Layout.RGB, Cmyk.fromInks(samples, w * h));
    return new StoredPixels(w, h, layout, samples);
  }

  private static StoredPixels packed(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    boolean alpha = image.getColorModel().hasAlpha();
    int channels = alpha ? 4 : 3;
    byte[] samples = new byte[w * h * channels];
    int[] row = new int[w];
    int to = 0;
    for (int y = 0; y < h; y++) {
      image.getRGB(0, y, w, 1, row, 0, w);
      for (int argb : row) {
        samples[to] = (byte) (argb >> 16);
        samples[to + 1] = (byte) (argb >> 8);
        samples[to + 2] = (byte) argb;
        if (alpha) samples[to + 3] = (byte) (argb >> 24);
        to += channels;
      }
    }
    return new StoredPixels(w, h, alpha ? Layout.RGBA : Layout.RGB, samples);
  }
}
