package verimesh.chassis.images.decode;

import java.util.ArrayList;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.StoredPixels.Layout;

/// A GIF's first frame on its logical screen; what the frame leaves uncovered is transparent, as in every browser. Our own, so
/// that a cut file gives what it holds.
final class GifDecoder {
  private static final int CODE_BITS_MAX = 12;
  private static final int CODES_MAX = 1 << CODE_BITS_MAX;

  private final byte[] file;
  private final ImageHeader.Known header;
  private final DecodeLimits limits;
  private int transparentIndex = -1;

  private GifDecoder(byte[] file, ImageHeader.Known header, DecodeLimits limits) {
    this.file = file;
    this.header = header;
    this.limits = limits;
  }

  static Decoded decode(byte[] file, ImageHeader.Known header, DecodeLimits limits) {
    return new GifDecoder(file, header, limits).decode();
  }

  private Decoded decode() {
    int flags = file[10];
    int globalBytes = tableBytes(flags);
    int at = 13 + globalBytes;
    while (at < file.length) {
      switch (file[at] & 0xFF) {
        case 0x2C -> {
          return at + 11 <= file.length ? frame(at, 13, globalBytes) : broken("it ends within its first frame's header");
        }
        case 0x21 -> {
          // Graphic control: whether a colour is transparent, and which.
          if (at + 8 <= file.length && (file[at + 1] & 0xFF) == 0xF9 && file[at + 2] == 4) {
            transparentIndex = (file[at + 3] & 1) != 0 ? file[at + 6] & 0xFF : -1;
          }
          at += 2;
          while (at < file.length && file[at] != 0) at += 1 + (file[at] & 0xFF);
          at++;
        }
        default -> {
          return broken("it holds no frame");
        }
      }
    }
    return broken("it ends before its first frame");
  }

  private static Decoded broken(String why) {
    return new Decoded.Broken("The GIF cannot be decoded: " + why + ".");
  }

  private static int tableBytes(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  /// @param at where the frame's descriptor begins
  private Decoded frame(int at, int globalTable, int globalBytes) {
    int left = u16(at + 1);
    int top = u16(at + 3);
    int width = u16(at + 5);
    int height = u16(at + 7);
    int flags = file[at + 9];
    boolean interlaced = (flags & 0x40) != 0;
    int localBytes = tableBytes(flags);
    int table = localBytes > 0 ? at + 10 : globalTable;
    int tableBytes = localBytes > 0 ? localBytes : globalBytes;
    int data = at + 10 + localBytes;
    if (data >= file.length) return broken("it ends before its first frame's pixels");
    if (tableBytes == 0) return broken("it holds no colour table");
    if (width == 0 || height == 0) return broken("its first frame is " + width + "x" + height + " pixels");
    // The frame may be larger than the screen that it is drawn on; what it costs to unpack must be allowed too.
    if (!limits.allow(width, height)) return new Decoded.OverLimit(header, "The first frame has " + width + "x" + height + " pixels, more than are taken.");

    byte[] indices = new byte[width * height];
    int unpacked = unpack(data, indices);
    if (unpacked == 0) return broken("not one pixel of its first frame is intact");

    var remarks = new ArrayList<Remark>();
    if (unpacked < indices.length) {
      remarks.add(new Remark.Damaged("The GIF is damaged: its first frame ends after " + unpacked + " of " + indices.length + " pixels."));
    }
    boolean covers = left == 0 && top == 0 && width >= header.width() && height >= header.height();
    boolean alpha = transparentIndex >= 0 || !covers || unpacked < indices.length;
    Layout layout = alpha ? Layout.RGBA : Layout.RGB;
    byte[] samples = new byte[header.width() * header.height() * layout.channels()];
    int row = 0;
    for (int i = 0; i < height; i++) {
      int y = interlaced ? interlacedRow(i, height) : i;
      int pixels = Math.clamp(unpacked - (long) i * width, 0, width);
      if (top + y < header.height()) draw(indices, row, pixels, table, tableBytes, samples, layout.channels(), left, top + y);
      row += width;
    }
    return new Decoded.Picture(header, new StoredPixels(header.width(), header.height(), layout, samples), remarks);
  }

  private void draw(byte[] indices, int row, int pixels, int table, int tableBytes, byte[] samples, int channels, int left, int y) {
    int shown = Math.min(pixels, header.width() - left);
    int to = (y * header.width() + left) * channels;
    for (int x = 0; x < shown; x++, to += channels) {
      int index = indices[row + x] & 0xFF;
      int colour = table + index * 3;
      // An index past the table is black.
      if (index * 3 < tableBytes && colour + 3 <= file.length) System.arraycopy(file, colour, samples, to, 3);
      if (channels == 4) samples[to + 3] = index == transparentIndex ? 0 : (byte) 255;
    }
  }

  /// Every eighth row from 0, every eighth from 4, every fourth from 2, every second from 1.
  private static int interlacedRow(int i, int height) {
    int first = Math.ceilDiv(height, 8);
    int second = first + Math.ceilDiv(Math.max(0, height - 4), 8);
    int third = second + Math.ceilDiv(Math.max(0, height - 2), 4);
    if (i < first) return i * 8;
    if (i < second) return 4 + (i - first) * 8;
    return i < third ? 2 + (i - second) * 4 : 1 + (i - third) * 2;
  }

  /// LZW with growing codes (GIF 89a, appendix F).
  /// @return how many indices came out
  private int unpack(int data, byte[] indices) {
    int minBits = file[data] & 0xFF;
    if (minBits < 1 || minBits > 8) return 0;
    int clear = 1 << minBits;
    int end = clear + 1;
    int[] prefix = new int[CODES_MAX];
    byte[] last = new byte[CODES_MAX];
    int[] length = new int[CODES_MAX];
    for (int i = 0; i < clear; i++) {
      last[i] = (byte) i;
      length[i] = 1;
    }
    int bits = minBits + 1;
    int next = end + 1;
    int previous = -1;
    int done = 0;
    int buffer = 0;
    int buffered = 0;
    int at = data + 1;
    int blockLeft = 0;
    while (done < indices.length) {
      while (buffered < bits) {
        if (blockLeft == 0) {
          if (at >= file.length || file[at] == 0) return done;
          blockLeft = file[at++] & 0xFF;
        }
        if (at >= file.length) return done;
        buffer |= (file[at++] & 0xFF) << buffered;
        buffered += 8;
        blockLeft--;
      }
      int code = buffer & (1 << bits) - 1;
      buffer >>>= bits;
      buffered -= bits;
      if (code == clear) {
        bits = minBits + 1;
        next = end + 1;
        previous = -1;
        continue;
      }
      if (code == end || code > next || previous < 0 && code > end || code == next && previous < 0) return done;
      // A code that is just being defined is the previous run and its own first index once more.
      int run = code == next ? previous : code;
      int runLength = length[run];
      int total = code == next ? runLength + 1 : runLength;
      int from = done;
      int to = done + runLength;
      for (int i = to - 1, c = run; i >= from; i--, c = prefix[c]) {
        if (i < indices.length) indices[i] = last[c];
      }
      if (code == next && to < indices.length) indices[to] = indices[from];
      if (previous >= 0 && next < CODES_MAX) {
        prefix[next] = previous;
        last[next] = indices[from];
        length[next] = length[previous] + 1;
        next++;
        if (next == 1 << bits && bits < CODE_BITS_MAX) bits++;
      }
      done = Math.min(indices.length, done + total);
      previous = code;
    }
    return done;
  }

  private int u16(int at) {
    return file[at] & 0xFF | (file[at + 1] & 0xFF) << 8;
  }
}
