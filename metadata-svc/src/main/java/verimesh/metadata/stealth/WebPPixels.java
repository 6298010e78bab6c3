package verimesh.metadata.stealth;

import java.util.Optional;
import verimesh.chassis.images.webp.LosslessFrame;

/// A lossless WebP, samples as stored. It decodes the whole picture even for a
/// look at one column, so the size is bounded more tightly than a PNG's. Used by one thread.
final class WebPPixels implements StoredPixels {
  /// Pixels that are decoded; generators that hide records in WebP stay below 4 MP.
  static final int PIXELS_MAX = 16_000_000;

  private final byte[] file;
  private final int frameFrom;
  private final int frameTo;
  private final int width;
  private final int height;
  private Optional<byte[]> rgba; // decoded when first asked for, and once

  private WebPPixels(byte[] file, int frameFrom, int frameTo, int width, int height) {
    this.file = file;
    this.frameFrom = frameFrom;
    this.frameTo = frameTo;
    this.width = width;
    this.height = height;
  }

  static Optional<WebPPixels> of(byte[] file, int width, int height) {
    boolean fits = width > 0 && height > 0 && (long) width * height <= PIXELS_MAX;
    return fits ? lossless(file).map(frame -> new WebPPixels(file, frame[0], frame[1], width, height)) : Optional.empty();
  }

  private Optional<byte[]> decode() {
    // The frame's own size, 14 bits each behind its signature, decides what is allocated; the file's header only claims one.
    if (frameTo - frameFrom < 5) return Optional.empty();
    int bits = (file[frameFrom + 1] & 0xff) | (file[frameFrom + 2] & 0xff) << 8 | (file[frameFrom + 3] & 0xff) << 16 | (file[frameFrom + 4] & 0x0f) << 24;
    if ((bits & 0x3fff) + 1 != width || (bits >> 14) + 1 != height) return Optional.empty();
    LosslessFrame.Picture picture = LosslessFrame.decode(file, frameFrom, frameTo);
    return picture == null || picture.soundRows() < height ? Optional.empty() : Optional.of(rgba(picture.argb()));
  }

  private static byte[] rgba(int[] argb) {
    byte[] samples = new byte[argb.length * 4];
    for (int i = 0, to = 0; i < argb.length; i++, to += 4) {
      samples[to] = (byte) (argb[i] >> 16);
      samples[to + 1] = (byte) (argb[i] >> 8);
      samples[to + 2] = (byte) argb[i];
      samples[to + 3] = (byte) (argb[i] >> 24);
    }
    return samples;
  }

  /// Where the picture's own chunk `VP8L` lies: its first byte and the one behind its last.
  private static Optional<int[]> lossless(byte[] file) {
    int at = 12;
    while (file.length - at >= 8) {
      String type = new String(file, at, 4, java.nio.charset.StandardCharsets.ISO_8859_1);
      long length = (file[at + 4] & 0xffL) | (file[at + 5] & 0xffL) << 8 | (file[at + 6] & 0xffL) << 16 | (file[at + 7] & 0xffL) << 24;
      if (type.equals("VP8L")) return Optional.of(new int[] {at + 8, (int) Math.min(at + 8 + length, file.length)});
      if (type.equals("VP8 ") || type.equals("ANMF")) return Optional.empty();
      at = (int) Math.min(at + 8 + length + (length & 1), file.length);
    }
    return Optional.empty();
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
