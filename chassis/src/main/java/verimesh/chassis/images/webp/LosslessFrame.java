package verimesh.chassis.images.webp;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// Decodes a lossless frame, RFC 9649 §3: transforms announced first, then pixels as literals, copies and cache hits, then the
/// transforms undone in reverse order.
///
/// One object decodes one frame, on one thread.
public final class LosslessFrame {
  private static final int LITERALS = 256;
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;
  private static final int CACHE_BITS_MAX = 11;

  /// More codes than this are read bit by bit, for a table each would take hundreds of megabytes.
  private static final int GROUPS_WITH_TABLES_MAX = 2048;

  /// In which order the code lengths' own code lengths come.
  private static final int[] LENGTH_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

  /// The nearest 120 pixels before this one, as `rows up << 4 | 8 - columns left`: what short distances stand for.
  private static final int[] NEAR = {
    0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39, 0x15, 0x1b, 0x36, 0x3a,
    0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a, 0x24, 0x2c, 0x58, 0x45, 0x4b, 0x34, 0x3c, 0x03,
    0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d, 0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02, 0x67, 0x69, 0x12, 0x1e,
    0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e, 0x78, 0x01, 0x77, 0x79, 0x53, 0x5d, 0x11, 0x1f,
    0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d, 0x52, 0x5e, 0x00, 0x74, 0x7c, 0x41,
    0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d, 0x51, 0x5f, 0x40, 0x72, 0x7e, 0x61, 0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70
  };

  private final BitSource bits;

  /// The five codes of a part of the picture.
  private record Codes(PrefixCode green, PrefixCode red, PrefixCode blue, PrefixCode alpha, PrefixCode distance) {}

  /// Pixels as `alpha << 24 | red << 16 | green << 8 | blue`.
  ///
  /// @param sound how many of them were decoded from data that was there
  record Pixels(int[] argb, int sound) {}

  /// What decoding came to.
  ///
  /// @param argb row by row, `alpha << 24 | red << 16 | green << 8 | blue`; 0 from `soundRows` on
  /// @param hasAlpha false if alpha is to be taken for opaque
  public record Picture(int width, int height, int[] argb, boolean hasAlpha, int soundRows) {}

  private LosslessFrame(byte[] data, int from, int to) {
    bits = new BitSource(data, from, to);
  }

  /// @param from where the signature lies
  /// @return null if it is no lossless frame or nothing of it can be decoded
  public static Picture decode(byte[] data, int from, int to) {
    if (to - from < 5 || data[from] != 0x2F) return null;
    var frame = new LosslessFrame(data, from + 1, to);
    int width = frame.bits.read(14) + 1;
    int height = frame.bits.read(14) + 1;
    boolean alpha = frame.bits.flag();
    return frame.bits.read(3) == 0 ? frame.picture(width, height, alpha) : null;
  }

  /// @param from where a stream begins that lacks signature and size, as compressed alpha does
  /// @return null if nothing of it can be decoded
  public static Picture decodeWithoutHeader(byte[] data, int from, int to, int width, int height) {
    return new LosslessFrame(data, from, to).picture(width, height, false);
  }

  private Picture picture(int width, int height, boolean alpha) {
    Deque<LosslessTransform> transforms = new ArrayDeque<>();
    int codedWidth = readTransforms(width, height, transforms);
    if (codedWidth == 0) return null;
    Pixels pixels = readPixels(codedWidth, height, true);
    if (pixels == null) return null;
    int rows = pixels.sound() / codedWidth;
    if (rows == 0) return null;
    int[] argb = pixels.argb();
    for (LosslessTransform transform : transforms) argb = transform.undo(argb, rows); // the last one first
    return new Picture(width, height, argb.length == width * height ? argb : Arrays.copyOf(argb, width * height), alpha, rows);
  }

  /// @return the width that pixels are coded with, less than the picture's where several share one; 0 if a transform makes no sense
  private int readTransforms(int width, int height, Deque<LosslessTransform> transforms) {
    int coded = width;
    int seen = 0;
    while (bits.flag()) {
      int type = bits.read(2);
      if ((seen & 1 << type) != 0 || bits.ranOut()) return 0;
      seen |= 1 << type;
      switch (type) {
        case 0, 1 -> {
          int blockBits = bits.read(3) + 2;
          int[] blocks = wholePicture(blocks(coded, blockBits), blocks(height, blockBits));
          if (blocks == null) return 0;
          transforms.push(type == 0
              ? new LosslessTransform.Predictor(coded, blockBits, blocks)
              : new LosslessTransform.CrossColour(coded, blockBits, blocks));
        }
        case 2 -> transforms.push(new LosslessTransform.SubtractGreen(coded));
        default -> {
          int colours = bits.read(8) + 1;
          int[] palette = wholePicture(colours, 1);
          if (palette == null) return 0;
          int shareBits = colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3;
          transforms.push(LosslessTransform.ColourIndexing.of(coded, height, shareBits, palette));
          coded = blocks(coded, shareBits);
        }
      }
    }
    return bits.ranOut() ? 0 : coded;
  }

  private static int blocks(int length, int blockBits) {
    return length + (1 << blockBits) - 1 >> blockBits;
  }

  /// A picture inside the picture: block data, a palette, the map of codes. Useless if it is cut off.
  private int[] wholePicture(int width, int height) {
    Pixels pixels = readPixels(width, height, false);
    return pixels != null && pixels.sound() == width * height ? pixels.argb() : null;
  }

  /// @param outermost only there may parts of the picture have codes of their own
  /// @return null if its codes make no sense
  private Pixels readPixels(int width, int height, boolean outermost) {
    int cacheBits = bits.flag() ? bits.read(4) : 0;
    if (cacheBits > CACHE_BITS_MAX) return null;
    int cacheSize = cacheBits > 0 ? 1 << cacheBits : 0;

    int mapBits = 0;
    int[] map = null;
    int groups = 1;
    if (outermost && bits.flag()) {
      mapBits = bits.read(3) + 2;
      map = wholePicture(blocks(width, mapBits), blocks(height, mapBits));
      if (map == null) return null;
      for (int i = 0; i < map.length; i++) {
        map[i] = map[i] >> 8 & 0xFFFF;
        groups = Math.max(groups, map[i] + 1);
      }
    }
    Codes[] codes = new Codes[groups];
    for (int i = 0; i < groups; i++) {
      codes[i] = readCodes(cacheSize, groups <= GROUPS_WITH_TABLES_MAX);
      if (codes[i] == null) return null;
    }
    return readPixels(width, height, codes, map, mapBits, cacheBits);
  }

  private Pixels readPixels(int width, int height, Codes[] codes, int[] map, int mapBits, int cacheBits) {
    int[] argb = new int[width * height];
    int[] cache = new int[1 << cacheBits];
    int mapWidth = blocks(width, mapBits);
    int mapMask = map == null ? -1 : (1 << mapBits) - 1;
    Codes here = codes[0];
    int x = 0;
    int y = 0;
    int i = 0;
    while (i < argb.length) {
      if (map != null && (x & mapMask) == 0) here = codes[map[(y >> mapBits) * mapWidth + (x >> mapBits)]];
      int symbol = here.green().read(bits);
      int run = 1;
      if (symbol < LITERALS) {
        int red = here.red().read(bits);
        int blue = here.blue().read(bits);
        int alpha = here.alpha().read(bits);
        if (bits.ranOut()) return new Pixels(argb, i);
        argb[i] = alpha << 24 | red << 16 | symbol << 8 | blue;
      } else if (symbol < LITERALS + LENGTHS) {
        run = prefixed(symbol - LITERALS);
        int distance = distance(prefixed(here.distance().read(bits)), width);
        if (bits.ranOut() || distance > i || run > argb.length - i) return new Pixels(argb, i);
        for (int k = i; k < i + run; k++) argb[k] = argb[k - distance];
      } else {
        if (bits.ranOut()) return new Pixels(argb, i);
        argb[i] = cache[symbol - LITERALS - LENGTHS];
      }
      if (cacheBits > 0) {
        for (int k = i; k < i + run; k++) cache[argb[k] * 0x1E35A7BD >>> 32 - cacheBits] = argb[k];
      }
      i += run;
      x += run;
      if (x >= width) {
        y += x / width;
        x %= width;
      }
      // A run may end anywhere in a block.
      if (map != null && run > 1 && i < argb.length) here = codes[map[(y >> mapBits) * mapWidth + (x >> mapBits)]];
    }
    return new Pixels(argb, argb.length);
  }

  /// §3.6.2.2: a length or distance from its prefix and extra bits.
  private int prefixed(int prefix) {
    if (prefix < 4) return prefix + 1;
    int extra = prefix - 2 >> 1;
    return (2 + (prefix & 1) << extra) + bits.read(extra) + 1;
  }

  private static int distance(int code, int width) {
    if (code > NEAR.length) return code - NEAR.length;
    int near = NEAR[code - 1];
    return Math.max(1, (near >> 4) * width + 8 - (near & 0xF));
  }

  // ---- codes, §3.7.2

  private Codes readCodes(int cacheSize, boolean withTables) {
    PrefixCode green = readCode(LITERALS + LENGTHS + cacheSize, withTables);
    PrefixCode red = green == null ? null : readCode(LITERALS, withTables);
    PrefixCode blue = red == null ? null : readCode(LITERALS, withTables);
    PrefixCode alpha = blue == null ? null : readCode(LITERALS, withTables);
    PrefixCode distance = alpha == null ? null : readCode(DISTANCES, withTables);
    return distance == null ? null : new Codes(green, red, blue, alpha, distance);
  }

  private PrefixCode readCode(int symbols, boolean withTable) {
    int[] lengths = new int[Math.max(symbols, LITERALS)];
    if (bits.flag()) {
      boolean two = bits.flag();
      lengths[bits.read(bits.flag() ? 8 : 1)] = 1;
      if (two) lengths[bits.read(8)] = 1;
    } else if (!readLengths(lengths, symbols)) {
      return null;
    }
    for (int symbol = symbols; symbol < lengths.length; symbol++) {
      if (lengths[symbol] != 0) return null;
    }
    return bits.ranOut() ? null : PrefixCode.of(lengths, withTable);
  }

  private boolean readLengths(int[] lengths, int symbols) {
    int[] ofLengths = new int[LENGTH_ORDER.length];
    int count = bits.read(4) + 4;
    for (int i = 0; i < count; i++) ofLengths[LENGTH_ORDER[i]] = bits.read(3);
    PrefixCode code = PrefixCode.of(ofLengths, false);
    if (code == null) return false;
    int left = symbols;
    if (bits.flag()) {
      left = 2 + bits.read(2 + 2 * bits.read(3));
      if (left > symbols) return false;
    }
    int previous = 8;
    for (int symbol = 0; symbol < symbols && left > 0 && !bits.ranOut(); left--) {
      int length = code.read(bits);
      if (length < 16) {
        lengths[symbol++] = length;
        if (length > 0) previous = length;
        continue;
      }
      int repeat = switch (length) {
        case 16 -> 3 + bits.read(2);
        case 17 -> 3 + bits.read(3);
        default -> 11 + bits.read(7);
      };
      if (symbol + repeat > symbols) return false;
      Arrays.fill(lengths, symbol, symbol + repeat, length == 16 ? previous : 0);
      symbol += repeat;
    }
    return true;
  }
}
