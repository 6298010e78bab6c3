package verimesh.metadata.read;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.brotli.dec.BrotliInputStream;

/// JPEG XL: boxes of the container, Brotli ones too, and the size from the codestream (ISO/IEC 18181-1 §D.2, 18181-2).
final class JxlReader {
  private static final double[] RATIOS = {1, 1.2, 4.0 / 3, 1.5, 16.0 / 9, 1.25, 2};

  private JxlReader() {}

  static void read(Slice file, Harvest harvest) {
    if (file.startsWith("\u00ff\n")) {
      codestream(file, harvest);
    } else {
      Boxes.walk(file, harvest, box -> box(box.type(), box, harvest));
    }
  }

  private static void box(String type, Boxes.Box box, Harvest harvest) {
    switch (type) {
      case "jxlc" -> codestream(box.data(), harvest);
      case "jxlp" -> {
        if (!harvest.hasSize()) {
          codestream(box.data().after(4), harvest); // behind the part's number
        }
      }
      case "brob" -> {
        if (box.data().has(0, 4)) {
          content(box.data().latin1(0, 4), Slice.of(unbrotli(box.data().after(4), harvest)), harvest.offset(box.whole()), harvest);
        }
      }
      case "jumb" -> store(box.whole(), harvest.offset(box.whole()), harvest);
      default -> content(type, box.data(), harvest.offset(box.whole()), harvest);
    }
  }

  private static void content(String type, Slice data, long offset, Harvest harvest) {
    switch (type) {
      case "Exif" -> ExifItem.read(data, "JXL Exif", harvest);
      case "xml " -> XmpReader.read(data, "JXL XMP", harvest);
      case "jumb" -> { // from inside a brob: its header was left behind
        byte[] whole = new byte[8 + data.length()];
        ByteBuffer.wrap(whole).putInt(whole.length).put(new byte[] {'j', 'u', 'm', 'b'}).put(data.bytes(), data.from(), data.length());
        store(Slice.of(whole), offset, harvest);
      }
      default -> { }
    }
  }

  private static void store(Slice jumb, long offset, Harvest harvest) {
    if (Boxes.isManifestStore(jumb) && harvest.afford(jumb.length(), jumb)) {
      harvest.store("JXL jumb", jumb.copy(), offset);
    }
  }

  private static byte[] unbrotli(Slice data, Harvest harvest) {
    int limit = (int) Math.min(Limits.TEXT_BYTES, harvest.bytesLeft());
    byte[] out = new byte[Math.clamp(data.length() * 4L, 1_024, limit + 1)];
    int n = 0;
    try (var brotli = new BrotliInputStream(new ByteArrayInputStream(data.bytes(), data.from(), data.length()))) {
      while (n <= limit) {
        if (n == out.length) {
          out = Arrays.copyOf(out, Math.min(2 * out.length, limit + 1));
        }
        int read = brotli.read(out, n, out.length - n);
        if (read < 0) {
          harvest.afford(n, data);
          return Arrays.copyOf(out, n);
        }
        n += read;
      }
    } catch (IOException e) {
      // No input or output fails here, only the stranger's stream: what came out before stands.
      harvest.findingOnce("INFLATE_DAMAGED", "A brob box is no whole Brotli stream", harvest.offset(data));
      harvest.afford(n, data);
      return Arrays.copyOf(out, n);
    }
    harvest.finding("INFLATE_LIMIT", "A brob box inflates without end; only its beginning was kept", data);
    harvest.afford(Limits.INFLATE_RATIO_FROM_BYTES, data);
    return Arrays.copyOf(out, Math.min(n, Limits.TEXT_BYTES_KEPT));
  }

  private static void codestream(Slice data, Harvest harvest) {
    if (!data.startsWith("\u00ff\n") || harvest.hasSize()) {
      return;
    }
    var bits = new Bits(data.after(2));
    long[] size = size(bits);
    if (bits.exhausted) {
      return;
    }
    harvest.size(size[0], size[1]);
    boolean allDefault = bits.take(1) == 1;
    if (!allDefault && bits.take(1) == 1) { // extra fields
      bits.take(3); // orientation
      if (bits.take(1) == 1) {
        size(bits); // intrinsic size
      }
      boolean preview = bits.take(1) == 1;
      if (!preview && bits.take(1) == 1 && !bits.exhausted) {
        harvest.animated();
      }
    }
  }

  private static long[] size(Bits bits) {
    boolean small = bits.take(1) == 1;
    long height = length(bits, small);
    int ratio = (int) bits.take(3);
    long width = ratio == 0 ? length(bits, small) : (long) (height * RATIOS[ratio - 1]);
    return new long[] {width, height};
  }

  private static long length(Bits bits, boolean small) {
    if (small) {
      return 8 * (bits.take(5) + 1);
    }
    int[] widths = {9, 13, 18, 30};
    return bits.take(widths[(int) bits.take(2)]) + 1;
  }

  /// Bits of a codestream, least significant first; zeros behind the end.
  private static final class Bits {
    private final Slice data;
    private int at;
    private boolean exhausted;

    Bits(Slice data) {
      this.data = data;
    }

    long take(int n) {
      long value = 0;
      for (int i = 0; i < n; i++, at++) {
        if (!data.has(at >> 3, 1)) {
          exhausted = true;
          return value;
        }
        value |= (long) (data.u8(at >> 3) >> (at & 7) & 1) << i;
      }
      return value;
    }
  }
}
