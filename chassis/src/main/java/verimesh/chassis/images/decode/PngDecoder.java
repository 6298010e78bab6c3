package verimesh.chassis.images.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import verimesh.chassis.images.ColourProfile;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.StoredPixels.Layout;

/// PNG (ISO/IEC 15948), every colour type and depth, interlaced or not. Our own, since the JDK's reader converts grey by a gamma
/// curve, throws away what it read of a cut file, and is slower.
///
/// What follows the picture's last row is never inflated, so a bomb costs no more than its header admits to.
final class PngDecoder {
  /// An ICC profile larger than this is none that anybody uses; printers' profiles reach 3 MiB.
  private static final int PROFILE_BYTES_MAX = 4 << 20;

  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGBA = 6;

  /// Adam7 (ISO/IEC 15948 §8.2): each pass' first column and row, and its steps.
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

  private final byte[] file;
  private final ImageHeader.Known header;
  private final List<Remark> remarks = new ArrayList<>();
  /// Offset and length of each IDAT's data, one after the other.
  private int[] data = new int[16];
  private int dataCount;

  private int depth;
  private int colourType;
  private boolean interlaced;
  private byte[] palette = {};
  private byte[] transparency = {};
  private byte[] iccProfile = {};
  private int orientation = 1;
  private boolean endSeen;

  private Layout layout;
  private byte[] samples;

  private PngDecoder(byte[] file, ImageHeader.Known header) {
    this.file = file;
    this.header = header;
  }

  static Decoded decode(byte[] file, ImageHeader.Known header) {
    return new PngDecoder(file, header).decode();
  }

  private Decoded decode() {
    readChunks();
    String nonsense = nonsense();
    if (nonsense != null) return new Decoded.Broken("The PNG cannot be decoded: " + nonsense + ".");
    layout = layout();
    samples = new byte[Math.multiplyExact(header.width() * header.height(), layout.channels())];
    long rows = decodeRows();
    if (rows == 0) return new Decoded.Broken("The PNG cannot be decoded: not one row of its pixel data is intact.");
    ColourProfile profile = Remark.profile(iccProfile, remarks);
    return new Decoded.Picture(header, new StoredPixels(header.width(), header.height(), layout, samples, profile, orientation), remarks);
  }

  // ---- chunks

  private void readChunks() {
    boolean pixelsEnded = false;
    long at = 8;
    while (at + 8 <= file.length) {
      int length = int32(at);
      int type = int32(at + 4);
      long start = at + 8;
      if (length < 0) break; // longer than 2^31 - 1, which the standard forbids
      int available = (int) Math.min(length, file.length - start);
      if (type == chunk("IDAT")) {
        // A second run of IDATs is no part of the picture.
        if (!pixelsEnded) addData((int) start, available);
      } else {
        pixelsEnded |= dataCount > 0;
        if (available == length) readChunk(type, (int) start, length);
      }
      if (type == chunk("IEND")) {
        endSeen = true;
        break;
      }
      checkCrc(type, start, length);
      at = start + length + 4;
    }
  }

  private void readChunk(int type, int start, int length) {
    boolean beforePixels = dataCount == 0;
    if (type == chunk("IHDR") && length >= 13 && depth == 0) {
      depth = file[start + 8];
      colourType = file[start + 9];
      interlaced = file[start + 12] == 1;
    } else if (type == chunk("PLTE") && beforePixels) {
      palette = Arrays.copyOfRange(file, start, start + length - length % 3);
    } else if (type == chunk("tRNS") && beforePixels) {
      transparency = Arrays.copyOfRange(file, start, start + length);
    } else if (type == chunk("iCCP") && beforePixels) {
      iccProfile = profile(start, length);
    } else if (type == chunk("eXIf")) {
      orientation = ExifOrientation.of(file, start, length);
    }
  }

  private void addData(int start, int length) {
    if (dataCount * 2 == data.length) data = Arrays.copyOf(data, data.length * 2);
    data[dataCount * 2] = start;
    data[dataCount * 2 + 1] = length;
    dataCount++;
  }

  /// Only pixel data and palette are worth a word; the others' owners look after themselves.
  private void checkCrc(int type, long start, int length) {
    if (type != chunk("IDAT") && type != chunk("PLTE") || start + length + 4 > file.length) return;
    var crc = new CRC32();
    crc.update(file, (int) start - 4, length + 4);
    if ((int) crc.getValue() != int32(start + length)) damaged("the checksum of a " + (type == chunk("IDAT") ? "IDAT" : "PLTE") + " chunk is wrong");
  }

  private byte[] profile(int start, int length) {
    int nameEnd = start;
    while (nameEnd < start + length && file[nameEnd] != 0) nameEnd++;
    int compressed = nameEnd + 2; // the name's zero, the method
    if (compressed >= start + length) return new byte[0];
    byte[] inflated = new byte[0];
    try (var inflater = new Inflater()) {
      inflater.setInput(file, compressed, start + length - compressed);
      var profile = new byte[64 << 10];
      int got = 0;
      while (!inflater.finished() && !inflater.needsInput() && !inflater.needsDictionary()) {
        got += inflater.inflate(profile, got, profile.length - got);
        if (got == profile.length) {
          if (got >= PROFILE_BYTES_MAX) return ignored("it inflates to more than " + (PROFILE_BYTES_MAX >> 20) + " MiB");
          profile = Arrays.copyOf(profile, got * 2);
        }
      }
      inflated = Arrays.copyOf(profile, got);
    } catch (DataFormatException e) {
      return ignored("it is compressed wrongly");
    }
    return inflated;
  }

  private byte[] ignored(String why) {
    remarks.add(Remark.ProfileIgnored.because(why));
    return new byte[0];
  }

  private String nonsense() {
    boolean depthFits = switch (colourType) {
      case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
      case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
      case RGB, GREY_ALPHA, RGBA -> depth == 8 || depth == 16;
      default -> false;
    };
    if (!depthFits) return "colour type " + colourType + " with " + depth + " bits does not exist";
    if (colourType == PALETTE && palette.length == 0) return "its palette is missing";
    if (dataCount == 0) return "it holds no pixel data";
    return null;
  }

  private Layout layout() {
    boolean transparent = switch (colourType) {
      case GREY -> transparency.length >= 2;
      case RGB -> transparency.length >= 6;
      default -> transparency.length >= 1;
    };
    return switch (colourType) {
      case GREY -> transparent ? Layout.GREY_ALPHA : Layout.GREY;
      case RGB, PALETTE -> transparent ? Layout.RGBA : Layout.RGB;
      case GREY_ALPHA -> Layout.GREY_ALPHA;
      default -> Layout.RGBA;
    };
  }

  private void damaged(String what) {
    if (remarks.stream().noneMatch(Remark.Damaged.class::isInstance)) {
      remarks.add(new Remark.Damaged("The PNG is damaged: " + what + "."));
    }
  }

  // ---- rows

  /// @return how many rows, over all passes, could be decoded
  private long decodeRows() {
    int bitsPerPixel = depth * channels();
    long done = 0;
    long all = 0;
    try (var inflater = new Inflater()) {
      var source = new Source(inflater);
      boolean whole = true;
      for (int[] pass : interlaced ? ADAM7 : ONE_PASS) {
        int columns = Math.ceilDiv(header.width() - pass[0], pass[2]);
        int rows = Math.ceilDiv(header.height() - pass[1], pass[3]);
        if (columns <= 0 || rows <= 0) continue;
        all += rows;
        if (!whole) continue;
        int rowBytes = (int) (((long) columns * bitsPerPixel + 7) / 8);
        long decoded = decodePass(source, pass, columns, rows, rowBytes, Math.max(1, bitsPerPixel / 8));
        done += decoded;
        whole = decoded == rows;
      }
      if (done < all) damaged("its pixel data ends after " + done + " of " + all + " rows" + (source.broken ? " with wrong compression" : ""));
      else if (!endSeen) damaged("it is cut off after its pixel data");
    }
    return done;
  }

  private long decodePass(Source source, int[] pass, int columns, int rows, int rowBytes, int pixelBytes) {
    byte[] above = new byte[rowBytes + 1];
    byte[] row = new byte[rowBytes + 1]; // the filter type comes first
    for (int y = 0; y < rows; y++) {
      if (!source.fill(row)) return y;
      if (!unfilter(row, above, pixelBytes)) {
        source.broken = true;
        return y;
      }
      place(row, columns, pass[0], pass[1] + y * pass[3], pass[2]);
      byte[] swap = above;
      above = row;
      row = swap;
    }
    return rows;
  }

  /// The IDATs' data, inflated as if it lay in one piece.
  private final class Source {
    private final Inflater inflater;
    private int next;
    private boolean broken;

    Source(Inflater inflater) {
      this.inflater = inflater;
    }

    boolean fill(byte[] row) {
      int got = 0;
      try {
        while (got < row.length) {
          int n = inflater.inflate(row, got, row.length - got);
          got += n;
          if (n > 0) continue;
          if (inflater.finished() || inflater.needsDictionary() || next == dataCount) return false;
          inflater.setInput(file, data[next * 2], data[next * 2 + 1]);
          next++;
        }
        return true;
      } catch (DataFormatException e) {
        broken = true;
        return false;
      }
    }
  }

  /// ISO/IEC 15948 §9. Both rows begin with the filter type, which counts as no sample.
  private static boolean unfilter(byte[] row, byte[] above, int pixelBytes) {
    int n = row.length;
    switch (row[0]) {
      case 0 -> {}
      case 1 -> {
        for (int i = 1 + pixelBytes; i < n; i++) row[i] += row[i - pixelBytes];
      }
      case 2 -> {
        for (int i = 1; i < n; i++) row[i] += above[i];
      }
      case 3 -> {
        int first = Math.min(n, 1 + pixelBytes);
        for (int i = 1; i < first; i++) row[i] += (byte) ((above[i] & 0xFF) >> 1);
        for (int i = first; i < n; i++) row[i] += (byte) ((row[i - pixelBytes] & 0xFF) + (above[i] & 0xFF) >> 1);
      }
      case 4 -> {
        int first = Math.min(n, 1 + pixelBytes);
        for (int i = 1; i < first; i++) row[i] += above[i];
        for (int i = first; i < n; i++) {
          int left = row[i - pixelBytes] & 0xFF;
          int up = above[i] & 0xFF;
          int corner = above[i - pixelBytes] & 0xFF;
          int toLeft = Math.abs(up - corner);
          int toUp = Math.abs(left - corner);
          int toCorner = Math.abs(left + up - 2 * corner);
          int nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
          row[i] += (byte) nearest;
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private int channels() {
    return switch (colourType) {
      case RGB -> 3;
      case GREY_ALPHA -> 2;
      case RGBA -> 4;
      default -> 1;
    };
  }

  /// Puts one unfiltered row where it belongs, as 8-bit samples of our layout.
  private void place(byte[] row, int columns, int x0, int y, int step) {
    int out = layout.channels();
    int to = (y * header.width() + x0) * out;
    int stride = step * out;
    if (depth == 8 && colourType != PALETTE && out == channels()) {
      if (step == 1) {
        System.arraycopy(row, 1, samples, to, columns * out);
        return;
      }
      for (int x = 0; x < columns; x++, to += stride) System.arraycopy(row, 1 + x * out, samples, to, out);
      return;
    }
    switch (colourType) {
      case PALETTE -> placePalette(row, columns, to, stride);
      case GREY -> placeGrey(row, columns, to, stride);
      case RGB -> placeRgb(row, columns, to, stride);
      default -> placeHighBytes(row, columns, to, stride); // 16 bits with alpha
    }
  }

  private void placePalette(byte[] row, int columns, int to, int stride) {
    boolean alpha = layout == Layout.RGBA;
    for (int x = 0; x < columns; x++, to += stride) {
      int index = sample(row, x);
      int colour = index * 3;
      // An index past the palette is black, as in libpng.
      if (colour < palette.length) System.arraycopy(palette, colour, samples, to, 3);
      if (alpha) samples[to + 3] = index < transparency.length ? transparency[index] : (byte) 255;
    }
  }

  private void placeGrey(byte[] row, int columns, int to, int stride) {
    boolean alpha = layout == Layout.GREY_ALPHA;
    int see = alpha ? (transparency[0] & 0xFF) << 8 | transparency[1] & 0xFF : -1;
    int spread = depth >= 8 ? 1 : 255 / ((1 << depth) - 1);
    for (int x = 0; x < columns; x++, to += stride) {
      int value = sample(row, x);
      samples[to] = (byte) (depth == 16 ? value >> 8 : value * spread);
      if (alpha) samples[to + 1] = value == see ? 0 : (byte) 255;
    }
  }

  private void placeRgb(byte[] row, int columns, int to, int stride) {
    boolean alpha = layout == Layout.RGBA;
    int bytes = depth / 8;
    for (int x = 0; x < columns; x++, to += stride) {
      int from = 1 + x * 3 * bytes;
      boolean through = alpha;
      for (int c = 0; c < 3; c++) {
        samples[to + c] = row[from + c * bytes];
        if (!through) continue;
        int value = bytes == 1 ? row[from + c] & 0xFF : (row[from + c * 2] & 0xFF) << 8 | row[from + c * 2 + 1] & 0xFF;
        through = value == ((transparency[c * 2] & 0xFF) << 8 | transparency[c * 2 + 1] & 0xFF);
      }
      if (alpha) samples[to + 3] = through ? 0 : (byte) 255;
    }
  }

  private void placeHighBytes(byte[] row, int columns, int to, int stride) {
    int channels = channels();
    for (int x = 0, from = 1; x < columns; x++, to += stride) {
      for (int c = 0; c < channels; c++, from += 2) samples[to + c] = row[from];
    }
  }

  /// A single sample of 1 to 16 bits; the leftmost pixel has the highest bits.
  private int sample(byte[] row, int x) {
    return switch (depth) {
      case 16 -> (row[1 + x * 2] & 0xFF) << 8 | row[2 + x * 2] & 0xFF;
      case 8 -> row[1 + x] & 0xFF;
      default -> row[1 + x * depth / 8] >> 8 - depth - x * depth % 8 & (1 << depth) - 1;
    };
  }

  private int int32(long at) {
    int i = (int) at;
    return file[i] << 24 | (file[i + 1] & 0xFF) << 16 | (file[i + 2] & 0xFF) << 8 | file[i + 3] & 0xFF;
  }

  private static int chunk(String name) {
    return name.charAt(0) << 24 | name.charAt(1) << 16 | name.charAt(2) << 8 | name.charAt(3);
  }
}
