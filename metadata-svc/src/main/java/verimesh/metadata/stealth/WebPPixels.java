package verimesh.metadata.stealth;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// A lossless WebP through TwelveMonkeys' decoder, which gives samples as stored. It decodes the whole picture even for a
/// look at one column, so the size is bounded more tightly than a PNG's. Used by one thread.
final class WebPPixels implements StoredPixels {
  /// Pixels that are decoded; generators that hide records in WebP stay below 4 MP.
  static final int PIXELS_MAX = 16_000_000;

  private final byte[] file;
  private final int width;
  private final int height;
  private Optional<byte[]> rgba; // decoded when first asked for, and once

  private WebPPixels(byte[] file, int width, int height) {
    this.file = file;
    this.width = width;
    this.height = height;
  }

  static Optional<WebPPixels> of(byte[] file, int width, int height) {
    boolean fits = width > 0 && height > 0 && (long) width * height <= PIXELS_MAX;
    return fits && isLossless(file) ? Optional.of(new WebPPixels(file, width, height)) : Optional.empty();
  }

  private Optional<byte[]> decode() {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("webp");
    if (!readers.hasNext()) return Optional.empty();
    ImageReader reader = readers.next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      if (reader.getWidth(0) != width || reader.getHeight(0) != height) return Optional.empty();
      return rgba(reader.read(0));
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // somebody else's decoder over a stranger's file: whatever it throws means "not readable"
    } finally {
      reader.dispose();
    }
  }

  private static Optional<byte[]> rgba(BufferedImage image) {
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    if (bands < 3 || bands > 4 || image.isAlphaPremultiplied()) return Optional.empty();
    int width = raster.getWidth();
    byte[] samples = new byte[width * raster.getHeight() * 4];
    int[] row = new int[width * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row); // bands in the order R G B A, whatever the order in memory
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 4; c++) samples[(y * width + x) * 4 + c] = (byte) (c < bands ? row[x * bands + c] : 0xff);
      }
    }
    return Optional.of(samples);
  }

  /// Whether the picture's own chunk is `VP8L`.
  private static boolean isLossless(byte[] file) {
    int at = 12;
    while (file.length - at >= 8) {
      String type = new String(file, at, 4, java.nio.charset.StandardCharsets.ISO_8859_1);
      if (type.equals("VP8L")) return true;
      if (type.equals("VP8 ") || type.equals("ANMF")) return false;
      long length = (file[at + 4] & 0xffL) | (file[at + 5] & 0xffL) << 8 | (file[at + 6] & 0xffL) << 16 | (file[at + 7] & 0xffL) << 24;
      at = (int) Math.min(at + 8 + length + (length & 1), file.length);
    }
    return false;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int channels() {
    return 4;
  }

  @Override
  public boolean isStreamed() {
    return false;
  }

  @Override
  public boolean rows(int columns, RowVisitor visitor) {
    if (rgba == null) rgba = decode();
    if (rgba.isEmpty()) return false;
    for (int y = 0; y < height; y++) if (!visitor.row(y, rgba.get(), y * width * 4)) return true;
    return true;
  }
}
