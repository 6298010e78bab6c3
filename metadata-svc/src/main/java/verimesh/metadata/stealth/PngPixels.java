package verimesh.metadata.stealth;

import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Streams the rows of a PNG: inflates and unfilters one row at a time, so that a look at the first rows costs no more
/// than those. A pass over everything is remembered, up to a size: whoever finds a hidden record wants the same pixels again
/// for its signature. CRCs are not checked: only text and pixels matter here, and a wrong sum makes neither. For one thread.
final class PngPixels implements StoredPixels {
  private static final int SIGNATURE_BYTES = 8;
  private static final int IHDR = 0x49484452;
  private static final int IDAT = 0x49444154;

  /// Bytes of samples that are remembered: 4 MP with alpha, more than a generator writes that signs its pixels.
  private static final long REMEMBERED_BYTES_MAX = 16 << 20;

  private final byte[] file;
  private final int width;
  private final int height;
  private final int channels;
  private byte[] remembered = new byte[0]; // row by row, without filter bytes, once a pass came to the end

  private PngPixels(byte[] file, int width, int height, int channels) {
    this.file = file;
    this.width = width;
    this.height = height;
    this.channels = channels;
  }

  /// @return empty for palettes, grey, 16 bits, interlacing: no tool hides records there
  static Optional<PngPixels> of(byte[] file) {
    int header = SIGNATURE_BYTES + 8;
    if (file.length < header + 13 || i32(file, SIGNATURE_BYTES + 4) != IHDR) return Optional.empty();
    int width = i32(file, header);
    int height = i32(file, header + 4);
    int channels = switch (file[header + 9]) {
      case 2 -> 3;
      case 6 -> 4;
      default -> 0;
    };
    boolean plain = file[header + 8] == 8 && file[header + 10] == 0 && file[header + 11] == 0 && file[header + 12] == 0;
    if (width <= 0 || height <= 0 || channels == 0 || !plain || (long) width * channels > Integer.MAX_VALUE / 2) return Optional.empty();
    return Optional.of(new PngPixels(file, width, height, channels));
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
    return channels;
  }

  @Override
  public boolean isStreamed() {
    return true;
  }

  @Override
  public boolean rows(int columns, RowVisitor visitor) {
    // A filter looks left and up, never right, so the columns beyond those asked for need not be unfiltered.
    int wanted = 1 + Math.min(columns, width) * channels;
    int stride = width * channels;
    if (remembered.length > 0) {
      for (int y = 0; y < height; y++) if (!visitor.row(y, remembered, y * stride)) return true;
      return true;
    }
    // Grown row by row: a header may declare more than the file has.
    boolean keeps = columns >= width && (long) stride * height <= REMEMBERED_BYTES_MAX;
    byte[] kept = new byte[0];
    byte[] row = new byte[1 + stride];
    byte[] above = new byte[1 + stride];
    Inflater inflater = new Inflater();
    try {
      Chunks chunks = new Chunks();
      for (int y = 0; y < height; y++) {
        if (!fill(inflater, chunks, row) || !unfilter(row, above, wanted)) return false;
        if (keeps) {
          if (kept.length < (y + 1) * stride) kept = Arrays.copyOf(kept, Math.min(height * stride, Math.max(2 * kept.length, 64 * stride)));
          System.arraycopy(row, 1, kept, y * stride, stride);
        }
        if (!visitor.row(y, row, 1)) return true;
        byte[] swap = above;
        above = row;
        row = swap;
      }
      remembered = kept;
      return true;
    } catch (DataFormatException e) {
      return false; // damage; what was shown before stands
    } finally {
      inflater.end();
    }
  }

  /// Inflates exactly one row.
  private boolean fill(Inflater inflater, Chunks chunks, byte[] row) throws DataFormatException {
    int filled = 0;
    while (filled < row.length) {
      int n = inflater.inflate(row, filled, row.length - filled);
      filled += n;
      if (n > 0) continue;
      if (inflater.finished() || inflater.needsDictionary() || !chunks.next(inflater)) return false;
    }
    return true;
  }

  /// Finds IDAT chunks one after another.
  private final class Chunks {
    private int at = SIGNATURE_BYTES;

    boolean next(Inflater inflater) {
      while (file.length - at >= 8) {
        int length = i32(file, at);
        int type = i32(file, at + 4);
        int data = at + 8;
        int present = length < 0 ? file.length - data : Math.min(length, file.length - data);
        at = (int) Math.min((long) data + Math.max(length, 0) + 4, file.length);
        if (type != IDAT || present == 0) {
          if (length < 0) return false;
          continue;
        }
        inflater.setInput(file, data, present);
        return true;
      }
      return false;
    }
  }

  /// PNG filters (ISO/IEC 15948 §9): each byte is predicted from its left, upper and upper-left neighbour.
  private boolean unfilter(byte[] row, byte[] above, int end) {
    int bpp = channels;
    switch (row[0]) {
      case 0 -> { }
      case 1 -> {
        for (int i = 1 + bpp; i < end; i++) row[i] += row[i - bpp];
      }
      case 2 -> {
        for (int i = 1; i < end; i++) row[i] += above[i];
      }
      case 3 -> {
        for (int i = 1; i < end; i++) row[i] += (byte) (((i > bpp ? row[i - bpp] & 0xff : 0) + (above[i] & 0xff)) >> 1);
      }
      case 4 -> {
        // The first pixel has nothing to its left: Paeth's choice is then always the byte above.
        for (int i = 1; i < Math.min(end, 1 + bpp); i++) row[i] += above[i];
        for (int i = 1 + bpp; i < end; i++) {
          int left = row[i - bpp] & 0xff;
          int up = above[i] & 0xff;
          int corner = above[i - bpp] & 0xff;
          int byLeft = Math.abs(up - corner);
          int byUp = Math.abs(left - corner);
          int byCorner = Math.abs(left + up - 2 * corner);
          row[i] += (byte) (byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static int i32(byte[] b, int at) {
    return (b[at] & 0xff) << 24 | (b[at + 1] & 0xff) << 16 | (b[at + 2] & 0xff) << 8 | b[at + 3] & 0xff;
  }
}
