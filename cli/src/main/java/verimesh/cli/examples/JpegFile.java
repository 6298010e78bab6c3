package verimesh.cli.examples;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Writes baseline JPEG (ITU-T T.81) with integer arithmetic only: the same bytes on every machine, and free choice of what
/// tells one writer from another: quantisation tables, chroma sampling, order of segments.
final class JpegFile {
  /// How chroma is sampled.
  enum Chroma {
    /// Half as wide, as many compact cameras write.
    H2V1(2, 1),
    /// Half as wide and as high, as most libraries write.
    H2V2(2, 2);

    private final int across;
    private final int down;

    Chroma(int across, int down) {
      this.across = across;
      this.down = down;
    }
  }

  /// T.81, tables K.1 and K.2, row by row: what the Independent JPEG Group's quality scale is built on.
  private static final int[] LUMINANCE = {
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99
  };
  private static final int[] CHROMINANCE = {
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99
  };
  private static final int[] ZIGZAG = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63
  };
  /// T.81, tables K.3 to K.6: how many codes of each length, then their symbols.
  private static final int[] DC_LUMINANCE_COUNTS = {0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0};
  private static final int[] DC_CHROMINANCE_COUNTS = {0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
  private static final int[] DC_SYMBOLS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  private static final int[] AC_LUMINANCE_COUNTS = {0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d};
  private static final int[] AC_LUMINANCE_SYMBOLS = hex(
      "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a43444546"
          + "4748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7"
          + "b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa");
  private static final int[] AC_CHROMINANCE_COUNTS = {0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77};
  private static final int[] AC_CHROMINANCE_SYMBOLS = hex(
      "0001020311040521310612415107617113223281081442 91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445"
          + "464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5"
          + "b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa");

  /// The forward transform's matrix, scaled by 2^13: `c(u)/2 * cos((2x+1) u pi/16)`.
  private static final int[][] COSINES = cosines();

  private final Picture picture;
  private final List<byte[]> segments = new ArrayList<>();
  private Chroma chroma = Chroma.H2V2;
  private int[] luminance = ijg(LUMINANCE, 85);
  private int[] chrominance = ijg(CHROMINANCE, 85);

  JpegFile(Picture picture) {
    this.picture = picture;
  }

  /// Tables of the Independent JPEG Group's scale, as most software writes.
  JpegFile libraryQuality(int quality) {
    luminance = ijg(LUMINANCE, quality);
    chrominance = ijg(CHROMINANCE, quality);
    return this;
  }

  /// Tables that equal no quality of the library's scale: cameras have their own.
  /// @param strength 100 for about the library's 50, less for finer ones
  JpegFile ownTables(int strength) {
    luminance = own(strength, 3, 2);
    chrominance = own(strength, 5, 3);
    return this;
  }

  JpegFile chroma(Chroma sampling) {
    chroma = sampling;
    return this;
  }

  /// The APP0 that libraries write first and cameras do not.
  JpegFile jfif() {
    return segment(0xE0, new byte[] {'J', 'F', 'I', 'F', 0, 1, 1, 1, 0, 72, 0, 72, 0, 0});
  }

  JpegFile exif(byte[] tiff) {
    return segment(0xE1, joined("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1), tiff));
  }

  JpegFile xmp(String packet) {
    return segment(0xE1, joined("http://ns.adobe.com/xap/1.0/\0".getBytes(StandardCharsets.ISO_8859_1), packet.getBytes(StandardCharsets.UTF_8)));
  }

  JpegFile segment(int marker, byte[] payload) {
    if (payload.length > 65_533) throw new IllegalArgumentException("a segment holds at most 65,533 bytes");
    segments.add(joined(new byte[] {(byte) 0xFF, (byte) marker, (byte) (payload.length + 2 >> 8), (byte) (payload.length + 2)}, payload));
    return this;
  }

  byte[] bytes() {
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD8});
    segments.forEach(out::writeBytes);
    table(out, 0, luminance);
    table(out, 1, chrominance);
    marker(out, 0xC0, 8, picture.height() >> 8, picture.height(), picture.width() >> 8, picture.width(), 3,
        1, chroma.across << 4 | chroma.down, 0, 2, 0x11, 1, 3, 0x11, 1);
    huffman(out, 0x00, DC_LUMINANCE_COUNTS, DC_SYMBOLS);
    huffman(out, 0x10, AC_LUMINANCE_COUNTS, AC_LUMINANCE_SYMBOLS);
    huffman(out, 0x01, DC_CHROMINANCE_COUNTS, DC_SYMBOLS);
    huffman(out, 0x11, AC_CHROMINANCE_COUNTS, AC_CHROMINANCE_SYMBOLS);
    marker(out, 0xDA, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0);
    scan(out);
    out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD9});
    return out.toByteArray();
  }

  private void scan(ByteArrayOutputStream out) {
    var bits = new Bits(out);
    var dcLuminance = new Codes(DC_LUMINANCE_COUNTS, DC_SYMBOLS);
    var acLuminance = new Codes(AC_LUMINANCE_COUNTS, AC_LUMINANCE_SYMBOLS);
    var dcChrominance = new Codes(DC_CHROMINANCE_COUNTS, DC_SYMBOLS);
    var acChrominance = new Codes(AC_CHROMINANCE_COUNTS, AC_CHROMINANCE_SYMBOLS);
    int[] last = new int[3]; // DC values are written as differences
    for (int top = 0; top < picture.height(); top += 8 * chroma.down) {
      for (int left = 0; left < picture.width(); left += 8 * chroma.across) {
        for (int v = 0; v < chroma.down; v++) {
          for (int h = 0; h < chroma.across; h++) {
            last[0] = block(bits, samples(0, left + 8 * h, top + 8 * v, 1, 1), luminance, last[0], dcLuminance, acLuminance);
          }
        }
        for (int component = 1; component < 3; component++) {
          int[] block = samples(component, left, top, chroma.across, chroma.down);
          last[component] = block(bits, block, chrominance, last[component], dcChrominance, acChrominance);
        }
      }
    }
    bits.flush();
  }

  /// 64 samples of one component, levels shifted to -128 to 127; past the edge the last pixel goes on.
  private int[] samples(int component, int left, int top, int across, int down) {
    int[] block = new int[64];
    for (int i = 0; i < 64; i++) {
      int sum = 0;
      for (int v = 0; v < down; v++) {
        for (int h = 0; h < across; h++) {
          int x = Math.min(picture.width() - 1, left + (i & 7) * across + h);
          int y = Math.min(picture.height() - 1, top + (i >> 3) * down + v);
          int pixel = picture.argb()[y * picture.width() + x];
          int r = pixel >> 16 & 0xFF;
          int g = pixel >> 8 & 0xFF;
          int b = pixel & 0xFF;
          // ITU-R BT.601 as JFIF has it, scaled by 2^16.
          sum += switch (component) {
            case 0 -> 19_595 * r + 38_470 * g + 7_471 * b + 32_768 >> 16;
            case 1 -> -11_059 * r - 21_709 * g + 32_768 * b + 8_421_375 >> 16;
            default -> 32_768 * r - 27_439 * g - 5_329 * b + 8_421_375 >> 16;
          };
        }
      }
      block[i] = (sum + across * down / 2) / (across * down) - 128;
    }
    return block;
  }

  private static int block(Bits bits, int[] samples, int[] table, int lastDc, Codes dc, Codes ac) {
    int[] coefficients = transformed(samples);
    int[] quantised = new int[64];
    for (int k = 0; k < 64; k++) {
      int c = coefficients[ZIGZAG[k]];
      int q = table[ZIGZAG[k]];
      quantised[k] = c < 0 ? -((-c + q / 2) / q) : (c + q / 2) / q;
    }
    int difference = quantised[0] - lastDc;
    int size = size(difference);
    dc.write(bits, size);
    bits.write(magnitude(difference, size), size);
    int zeros = 0;
    for (int k = 1; k < 64; k++) {
      if (quantised[k] == 0) {
        zeros++;
        continue;
      }
      for (; zeros > 15; zeros -= 16) ac.write(bits, 0xF0);
      size = size(quantised[k]);
      ac.write(bits, zeros << 4 | size);
      bits.write(magnitude(quantised[k], size), size);
      zeros = 0;
    }
    if (zeros > 0) ac.write(bits, 0);
    return quantised[0];
  }

  private static int[] transformed(int[] samples) {
    long[] rows = new long[64];
    for (int y = 0; y < 8; y++) {
      for (int u = 0; u < 8; u++) {
        long sum = 0;
        for (int x = 0; x < 8; x++) sum += (long) samples[y * 8 + x] * COSINES[u][x];
        rows[y * 8 + u] = sum;
      }
    }
    int[] coefficients = new int[64];
    for (int u = 0; u < 8; u++) {
      for (int v = 0; v < 8; v++) {
        long sum = 0;
        for (int y = 0; y < 8; y++) sum += rows[y * 8 + u] * COSINES[v][y];
        coefficients[v * 8 + u] = (int) (sum + (1L << 25) >> 26);
      }
    }
    return coefficients;
  }

  private static int size(int value) {
    return 32 - Integer.numberOfLeadingZeros(Math.abs(value));
  }

  private static int magnitude(int value, int size) {
    return value < 0 ? value + (1 << size) - 1 : value;
  }

  private static int[] ijg(int[] base, int quality) {
    int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int[] table = new int[64];
    for (int i = 0; i < 64; i++) table[i] = Math.clamp((base[i] * scale + 50) / 100, 1, 255);
    return table;
  }

  private static int[] own(int strength, int slope, int start) {
    int[] table = new int[64];
    for (int i = 0; i < 64; i++) {
      int away = i / 8 + i % 8;
      table[i] = Math.clamp((start * 4 + away * slope + away * away / 4) * strength / 100, 1, 255);
    }
    return table;
  }

  private static int[][] cosines() {
    int[][] matrix = new int[8][8];
    for (int u = 0; u < 8; u++) {
      for (int x = 0; x < 8; x++) {
        double c = u == 0 ? StrictMath.sqrt(0.5) : 1;
        matrix[u][x] = (int) Math.round(c / 2 * StrictMath.cos((2 * x + 1) * u * StrictMath.PI / 16) * 8192);
      }
    }
    return matrix;
  }

  private static void table(ByteArrayOutputStream out, int id, int[] table) {
    int[] payload = new int[65];
    payload[0] = id;
    for (int k = 0; k < 64; k++) payload[k + 1] = table[ZIGZAG[k]];
    marker(out, 0xDB, payload);
  }

  private static void huffman(ByteArrayOutputStream out, int id, int[] counts, int[] symbols) {
    int[] payload = new int[17 + symbols.length];
    payload[0] = id;
    System.arraycopy(counts, 0, payload, 1, 16);
    System.arraycopy(symbols, 0, payload, 17, symbols.length);
    marker(out, 0xC4, payload);
  }

  private static void marker(ByteArrayOutputStream out, int marker, int... payload) {
    out.write(0xFF);
    out.write(marker);
    out.write(payload.length + 2 >> 8);
    out.write(payload.length + 2);
    for (int b : payload) out.write(b);
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = new byte[one.length + other.length];
    System.arraycopy(one, 0, both, 0, one.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static int[] hex(String digits) {
    String packed = digits.replace(" ", "");
    int[] values = new int[packed.length() / 2];
    for (int i = 0; i < values.length; i++) values[i] = Integer.parseInt(packed.substring(2 * i, 2 * i + 2), 16);
    return values;
  }

  /// Canonical Huffman codes from counts and symbols, T.81 annex C.
  private static final class Codes {
    private final int[] code = new int[256];
    private final int[] length = new int[256];

    Codes(int[] counts, int[] symbols) {
      int next = 0;
      int symbol = 0;
      for (int bits = 1; bits <= 16; bits++) {
        for (int i = 0; i < counts[bits - 1]; i++) {
          code[symbols[symbol]] = next++;
          length[symbols[symbol++]] = bits;
        }
        next <<= 1;
      }
    }

    void write(Bits bits, int symbol) {
      bits.write(code[symbol], length[symbol]);
    }
  }

  /// Most significant bit first; a byte of 255 is followed by a zero, so that it looks like no marker.
  private static final class Bits {
    private final ByteArrayOutputStream out;
    private int pending;
    private int count;

    Bits(ByteArrayOutputStream out) {
      this.out = out;
    }

    void write(int value, int bits) {
      for (int i = bits - 1; i >= 0; i--) {
        pending = pending << 1 | value >> i & 1;
        if (++count == 8) {
          out.write(pending);
          if (pending == 0xFF) out.write(0);
          pending = 0;
          count = 0;
        }
      }
    }

    void flush() {
      while (count > 0) write(1, 1);
    }
  }
}
