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

  /// Of one row: a quarter of a million pixels. A header costs nothing to write, and each row declared must be held.
  private static final int ROW_BYTES_MAX = 1 << 20;

  private final byte[] file;
  private final int width;
  private final int height;
  private final int channels;
  private byte[] remembered = new byte[0]; // row by row, each behind its filter's number, once a pass came to the end

  private PngPixels(byte[] file, int width, int height, int channels) {
    this.file = file;
    this.width = width;
    this.height = height;
    this.channels = channels;
  }

  /// @return empty for palettes, grey, 16 bits, interlacing and rows of over a mebibyte: no tool hides records there
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
    if (width <= 0 || height <= 0 || channels == 0 || !plain || (long) width * channels > ROW_BYTES_MAX) return Optional.empty();
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
    int row = 1 + width * channels; // a filter's number, then samples
    if (remembered.length > 0) {
      for (int y = 0; y < height && visitor.row(y, remembered, y * row + 1); y++) {}
      return true;
    }
    // A filter looks left and up, never right, so the columns beyond those asked for need not be unfiltered.
    int wanted = 1 + Math.min(columns, width) * channels;
    boolean keeps = columns >= width && (long) row * height <= REMEMBERED_BYTES_MAX;
    // Two rows in turns, or all of them; grown as they come, since a header may declare more than the file has.
    byte[] samples = new byte[(keeps ? Math.min(height, 64) : 2) * row];
    byte[] nothing = new byte[row];
    Inflater inflater = new Inflater();
    try {
      Chunks chunks = new Chunks();
      for (int y = 0; y < height; y++) {
        int at = (keeps ? y : y & 1) * row;
        if (at == samples.length) samples = Arrays.copyOf(samples, Math.min(height * row, 2 * samples.length));
        int above = keeps ? at - row : (y & 1 ^ 1) * row;
        if (!fill(inflater, chunks, samples, at, row)) return false;
        if (!(y == 0 ? unfilter(samples, at, nothing, 0, wanted) : unfilter(samples, at, samples, above, wanted))) return false;
        if (!visitor.row(y, samples, at + 1)) return true;
      }
      if (keeps) remembered = samples;
      return true;
    } catch (DataFormatException e) {
      return false; // damage; what was shown before stands
    } finally {
      inflater.end();
    }
  }

  /// Inflates exactly one row.
  private boolean fill(Inflater inflater, Chunks chunks, byte[] samples, int from, int row) throws DataFormatException {
    int end = from + row;
    for (int at = from; at < end; ) {
      int n = inflater.inflate(samples, at, end - at);
      at += n;
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
  ///
  /// @param wanted bytes of the row that are unfiltered, its filter's number included
  private boolean unfilter(byte[] row, int from, byte[] above, int fromAbove, int wanted) {
    int first = from + 1; // a sample
    int second = first + channels; // the first pixel has nothing to its left
    int end = from + wanted;
    int up = fromAbove - from; // from a sample to the one above it
    switch (row[from]) {
      case 0 -> { }
      case 1 -> {
        for (int i = second; i < end; i++) row[i] += row[i - channels];
      }
      case 2 -> {
        for (int i = first; i < end; i++) row[i] += above[i + up];
      }
      case 3 -> {
        for (int i = first; i < Math.min(end, second); i++) row[i] += (byte) ((above[i + up] & 0xff) >> 1);
        for (int i = second; i < end; i++) row[i] += (byte) (((row[i - channels] & 0xff) + (above[i + up] & 0xff)) >> 1);
      }
      case 4 -> {
        // With nothing to the left, Paeth's choice is always the byte above.
        for (int i = first; i < Math.min(end, second); i++) row[i] += above[i + up];
        for (int i = second; i < end; i++) row[i] += paeth(row[i - channels] & 0xff, above[i + up] & 0xff, above[i + up - channels] & 0xff);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static byte paeth(int left, int up, int corner) {
    int byLeft = Math.abs(up - corner);
    int byUp = Math.abs(left - corner);
    int byCorner = Math.abs(left + up - 2 * corner);
    return (byte) (byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner);
  }

  private static int i32(byte[] b, int at) {
    return (b[at] & 0xff) << 24 | (b[at + 1] & 0xff) << 16 | (b[at + 2] & 0xff) << 8 | b[at + 3] & 0xff;
  }
}
