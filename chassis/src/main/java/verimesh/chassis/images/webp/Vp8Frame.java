package verimesh.chassis.images.webp;

import java.util.Arrays;

/// Decodes one key frame, macroblock by macroblock, then smooths and colours it.
///
/// One object decodes one frame, on one thread.
public final class Vp8Frame {
  // One macroblock's samples are worked on together with their neighbours above and to the left: luma, then both chromas side by
  // side, each with a row above it and a column to its left.
  private static final int STRIDE = 40;
  private static final int Y = STRIDE + 8;
  private static final int U = 18 * STRIDE + 8;
  private static final int V = U + 16;

  /// What a picture has beyond its upper and its left border.
  private static final int ABOVE_BORDER = 127;
  private static final int LEFT_BORDER = 129;

  /// Tree of subblock modes, RFC 6386 §11.2: a positive number is the next pair, others are modes, negated.
  private static final int[] MODE_TREE = {0, 2, -1, 4, -2, 6, 8, 12, -3, 10, -5, -6, -4, 14, -7, 16, -8, -9};

  private final int width;
  private final int height;
  private final int columns;
  private final int rows;
  private final BoolDecoder modes;
  private final FrameHeader header;
  private final BoolDecoder[] partitions;
  private final Coefficients coefficients;

  private final byte[] y;
  private final byte[] u;
  private final byte[] v;
  private final int yStride;
  private final int uvStride;

  /// Subblock modes of the row above, four a macroblock, and of the macroblock to the left.
  private final int[] modesAbove;
  private final int[] modesLeft = new int[4];
  /// Whether the blocks above and to the left have coefficients: 4 of luma, 2 of each chroma, 1 of Y2 a macroblock.
  private final int[] codedAbove;
  private final int[] codedLeft = new int[9];

  private final int[] work = new int[27 * STRIDE];
  private final int[] block = new int[25 * 16];
  private final int[] ends = new int[25];
  private final int[] subblockModes = new int[16];

  /// Filter strengths by macroblock, for when all are reconstructed.
  private final LoopFilter.Limits[] limits;
  private final boolean[] inside;

  /// What decoding came to.
  ///
  /// @param rgb three bytes a pixel, row by row; black from `soundRows` on
  /// @param soundRows rows that were decoded from data that was there
  public record Picture(int width, int height, byte[] rgb, int soundRows) {}

  private Vp8Frame(byte[] data, int from, int to) {
    width = u16(data, from + 6) & 0x3FFF;
    height = u16(data, from + 8) & 0x3FFF;
    columns = (width + 15) / 16;
    rows = (height + 15) / 16;
    int firstPartition = (u16(data, from) | (data[from + 2] & 0xFF) << 16) >> 5;
    int start = from + 10;
    int tokens = (int) Math.min(to, start + (long) firstPartition);
    modes = new BoolDecoder(data, start, tokens);
    header = FrameHeader.read(modes);
    partitions = partitions(data, tokens, to, header.partitions());
    coefficients = new Coefficients(header.coefficients());
    yStride = columns * 16;
    uvStride = columns * 8;
    y = new byte[yStride * rows * 16];
    u = new byte[uvStride * rows * 8];
    v = new byte[uvStride * rows * 8];
    modesAbove = new int[columns * 4];
    codedAbove = new int[columns * 9];
    limits = new LoopFilter.Limits[columns * rows];
    inside = new boolean[columns * rows];
  }

  /// @param from where the frame tag begins
  /// @return null if it is no key frame, has no size, or not one row of macroblocks is there
  public static Picture decode(byte[] data, int from, int to) {
    boolean keyFrame = to - from >= 10 && (data[from] & 1) == 0 && (data[from + 3] & 0xFF) == 0x9D && data[from + 4] == 0x01 && data[from + 5] == 0x2A;
    if (!keyFrame || (u16(data, from + 6) & 0x3FFF) == 0 || (u16(data, from + 8) & 0x3FFF) == 0) return null;
    return new Vp8Frame(data, from, to).decode();
  }

  /// All but the last partition announce their sizes, three bytes each.
  private static BoolDecoder[] partitions(byte[] data, int sizesAt, int to, int count) {
    var partitions = new BoolDecoder[count];
    long start = sizesAt + 3L * (count - 1);
    for (int i = 0; i < count; i++) {
      int at = sizesAt + 3 * i;
      boolean last = i == count - 1;
      long size = last || at + 3 > to ? Math.max(0, to - start) : u16(data, at) | (data[at + 2] & 0xFF) << 16;
      int begin = (int) Math.min(to, start);
      int end = (int) Math.min(to, start + size);
      partitions[i] = new BoolDecoder(data, begin, end);
      start += size;
    }
    return partitions;
  }

  private Picture decode() {
    int sound = 0;
    for (int row = 0; row < rows; row++) {
      if (!decodeRow(row)) break;
      sound = row + 1;
    }
    if (sound == 0) return null;
    if (header.filter().level() > 0) smooth(sound);
    int soundRows = Math.min(height, sound * 16);
    byte[] rgb = new byte[width * height * 3];
    Colours.toRgb(y, yStride, u, v, uvStride, width, height, soundRows, rgb);
    return new Picture(width, height, rgb, soundRows);
  }

  private boolean decodeRow(int row) {
    BoolDecoder tokens = partitions[row & partitions.length - 1];
    Arrays.fill(modesLeft, Prediction.DC);
    Arrays.fill(codedLeft, 0);
    for (int column = 0; column < columns; column++) {
      decodeMacroblock(tokens, column, row);
      if (tokens.ranOut() || modes.ranOut()) return false;
    }
    return true;
  }

  private void decodeMacroblock(BoolDecoder tokens, int column, int row) {
    int segment = header.segmentMap() ? segment() : 0;
    boolean skipped = header.skipProbability() >= 0 && modes.bit(header.skipProbability()) == 1;
    boolean subblocks = modes.bit(145) == 0;
    int mode = subblocks ? readSubblockModes(column) : readMode(column);
    int chromaMode = readChromaMode();

    boolean coded = false;
    if (skipped) {
      skip(column, !subblocks);
    } else {
      coded = readCoefficients(tokens, column, subblocks, header.quantisers()[segment]);
    }
    border(column, row);
    if (subblocks) {
      for (int i = 0; i < 16; i++) {
        int at = Y + i / 4 * 4 * STRIDE + i % 4 * 4;
        Prediction.subblock(subblockModes[i], work, at, STRIDE);
        if (coded) add(i, at);
      }
    } else {
      Prediction.square(mode, work, Y, STRIDE, 16, row > 0, column > 0);
      for (int i = 0; coded && i < 16; i++) add(i, Y + i / 4 * 4 * STRIDE + i % 4 * 4);
    }
    Prediction.square(chromaMode, work, U, STRIDE, 8, row > 0, column > 0);
    Prediction.square(chromaMode, work, V, STRIDE, 8, row > 0, column > 0);
    for (int i = 0; coded && i < 4; i++) {
      add(16 + i, U + i / 2 * 4 * STRIDE + i % 2 * 4);
      add(20 + i, V + i / 2 * 4 * STRIDE + i % 2 * 4);
    }
    keep(column, row);
    FrameHeader.Strength strength = header.strengths()[segment];
    limits[row * columns + column] = subblocks ? strength.subblocks() : strength.whole();
    inside[row * columns + column] = subblocks || coded;
  }

  // ---- modes, RFC 6386 §11

  private int segment() {
    int[] p = header.segmentProbabilities();
    return modes.bit(p[0]) == 0 ? modes.bit(p[1]) : 2 + modes.bit(p[2]);
  }

  private int readMode(int column) {
    int mode;
    if (modes.bit(156) == 1) mode = modes.bit(128) == 1 ? Prediction.TRUE_MOTION : Prediction.HORIZONTAL;
    else mode = modes.bit(163) == 1 ? Prediction.VERTICAL : Prediction.DC;
    Arrays.fill(modesAbove, column * 4, column * 4 + 4, mode);
    Arrays.fill(modesLeft, mode);
    return mode;
  }

  private int readSubblockModes(int column) {
    for (int i = 0; i < 16; i++) {
      int above = column * 4 + i % 4;
      int[] probabilities = Probabilities.SUBBLOCK_MODES[modesAbove[above] * Probabilities.MODES + modesLeft[i / 4]];
      int at = 0;
      do at = MODE_TREE[at + modes.bit(probabilities[at / 2])];
      while (at > 0);
      subblockModes[i] = -at;
      modesAbove[above] = -at;
      modesLeft[i / 4] = -at;
    }
    return Prediction.DC; // each subblock has its own
  }

  private int readChromaMode() {
    if (modes.bit(142) == 0) return Prediction.DC;
    if (modes.bit(114) == 0) return Prediction.VERTICAL;
    return modes.bit(183) == 1 ? Prediction.TRUE_MOTION : Prediction.HORIZONTAL;
  }

  // ---- coefficients

  /// Blocks without coefficients are context for the next ones. A macroblock that has no Y2 leaves the Y2 context alone.
  private void skip(int column, boolean hasY2) {
    int contexts = hasY2 ? 9 : 8;
    Arrays.fill(codedLeft, 0, contexts, 0);
    Arrays.fill(codedAbove, column * 9, column * 9 + contexts, 0);
  }

  /// @return whether any block has coefficients
  private boolean readCoefficients(BoolDecoder tokens, int column, boolean subblocks, Quantiser q) {
    Arrays.fill(block, 0);
    int above = column * 9;
    boolean any = false;
    int first = 0;
    int type = Coefficients.Y_WITH_DC;
    if (!subblocks) {
      int[] y2 = new int[16];
      int context = codedAbove[above + 8] + codedLeft[8];
      int end = coefficients.read(tokens, Coefficients.Y2, context, 0, q.y2Dc(), q.y2Ac(), y2, 0);
      codedAbove[above + 8] = codedLeft[8] = end > 0 ? 1 : 0;
      if (end > 0) Transform.walshHadamard(y2, block);
      first = 1;
      type = Coefficients.Y_AFTER_Y2;
    }
    for (int i = 0; i < 16; i++) {
      any |= readBlock(tokens, type, i, above + i % 4, i / 4, first, q.yDc(), q.yAc());
    }
    for (int i = 0; i < 8; i++) {
      int plane = 4 + i / 4 * 2; // contexts of u come before those of v
      any |= readBlock(tokens, Coefficients.CHROMA, 16 + i, above + plane + i % 2, plane + i % 4 / 2, 0, q.uvDc(), q.uvAc());
    }
    return any;
  }

  private boolean readBlock(BoolDecoder tokens, int type, int i, int above, int left, int first, int dc, int ac) {
    int context = codedAbove[above] + codedLeft[left];
    int end = coefficients.read(tokens, type, context, first, dc, ac, block, i * 16);
    codedAbove[above] = codedLeft[left] = end > first ? 1 : 0;
    ends[i] = end;
    return end > 1 || block[i * 16] != 0;
  }

  private void add(int i, int at) {
    if (ends[i] > 1) Transform.addTo(block, i * 16, work, at, STRIDE);
    else if (block[i * 16] != 0) Transform.addDcTo(block[i * 16], work, at, STRIDE);
  }

  // ---- samples

  /// Neighbours above and to the left, and above to the right of the luma.
  private void border(int column, int row) {
    border(y, yStride, column, row, 16, Y);
    border(u, uvStride, column, row, 8, U);
    border(v, uvStride, column, row, 8, V);
    int right = Y - STRIDE + 16;
    if (row == 0) {
      Arrays.fill(work, right, right + 4, ABOVE_BORDER);
    } else {
      int above = (row * 16 - 1) * yStride + column * 16 + 15;
      // Beyond the right border the last sample is repeated.
      for (int x = 0; x < 4; x++) work[right + x] = y[column == columns - 1 ? above : above + 1 + x] & 0xFF;
    }
    // Subblocks further down see the same four samples: those to their own upper right are not decoded yet.
    for (int i = 4; i < 16; i += 4) System.arraycopy(work, right, work, right + i * STRIDE, 4);
  }

  private void border(byte[] plane, int stride, int column, int row, int side, int at) {
    int from = row * side * stride + column * side;
    for (int x = 0; x < side; x++) work[at - STRIDE + x] = row == 0 ? ABOVE_BORDER : plane[from - stride + x] & 0xFF;
    for (int i = 0; i < side; i++) work[at + i * STRIDE - 1] = column == 0 ? LEFT_BORDER : plane[from + i * stride - 1] & 0xFF;
    boolean inside = row > 0 && column > 0;
    work[at - STRIDE - 1] = inside ? plane[from - stride - 1] & 0xFF : row == 0 ? ABOVE_BORDER : LEFT_BORDER;
  }

  private void keep(int column, int row) {
    keep(y, yStride, column, row, 16, Y);
    keep(u, uvStride, column, row, 8, U);
    keep(v, uvStride, column, row, 8, V);
  }

  private void keep(byte[] plane, int stride, int column, int row, int side, int at) {
    int to = row * side * stride + column * side;
    for (int i = 0; i < side; i++) {
      for (int x = 0; x < side; x++) plane[to + i * stride + x] = (byte) work[at + i * STRIDE + x];
    }
  }

  private void smooth(int soundRows) {
    for (int row = 0; row < soundRows; row++) {
      for (int column = 0; column < columns; column++) {
        LoopFilter.Limits limit = limits[row * columns + column];
        boolean inner = inside[row * columns + column];
        if (limit.edge() == 0) continue;
        if (header.filter().simple()) {
          LoopFilter.simple(y, yStride, column, row, limit, inner);
        } else {
          LoopFilter.normal(y, yStride, column, row, 16, limit, inner);
          LoopFilter.normal(u, uvStride, column, row, 8, limit, inner);
          LoopFilter.normal(v, uvStride, column, row, 8, limit, inner);
        }
      }
    }
  }

  private static int u16(byte[] data, int at) {
    return data[at] & 0xFF | (data[at + 1] & 0xFF) << 8;
  }
}
