package verimesh.cli.examples;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/// Writes lossless WebP (the specification of the WebP Lossless Bitstream, "VP8L") with EXIF behind the pixels, as the
/// container asks for. No transforms: back references and a colour cache suffice for flat pictures.
final class WebpFile {
  private static final int CACHE_BITS = 9;
  private static final int LENGTH_MAX = 4096;
  /// Order in which the lengths of the code for code lengths are written.
  private static final int[] CODE_LENGTH_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  private static final int GREEN = 256 + 24 + (1 << CACHE_BITS);
  private static final int[] ALPHABETS = {GREEN, 256, 256, 256, 40};

  private WebpFile() {}

  /// @param tiff the EXIF block, beginning with its byte order mark
  static byte[] of(Picture picture, byte[] tiff) {
    var body = new ByteArrayOutputStream();
    body.writeBytes("WEBP".getBytes(StandardCharsets.ISO_8859_1));
    ByteBuffer header = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putInt(0x08); // flag: there is EXIF
    u24(header, picture.width() - 1);
    u24(header, picture.height() - 1);
    chunk(body, "VP8X", header.array());
    chunk(body, "VP8L", lossless(picture));
    chunk(body, "EXIF", tiff);
    var out = new ByteArrayOutputStream();
    chunk(out, "RIFF", body.toByteArray());
    return out.toByteArray();
  }

  /// One thing in the stream: a pixel, a colour of the cache, or a copy of earlier pixels.
  private sealed interface Step {
    record Pixel(int argb) implements Step {}

    record Cached(int index) implements Step {}

    record Copy(int length, int distance) implements Step {}
  }

  private static byte[] lossless(Picture picture) {
    var bits = new Bits();
    bits.write(0x2F, 8);
    bits.write(picture.width() - 1, 14);
    bits.write(picture.height() - 1, 14);
    bits.write(0, 1); // no alpha
    bits.write(0, 3); // version
    bits.write(0, 1); // no transform
    bits.write(1, 1); // a colour cache
    bits.write(CACHE_BITS, 4);
    bits.write(0, 1); // one group of prefix codes for the whole picture

    List<Step> steps = steps(picture);
    int[][] counts = new int[5][];
    for (int i = 0; i < 5; i++) counts[i] = new int[ALPHABETS[i]];
    for (Step step : steps) count(step, counts, picture.width());
    Code[] codes = new Code[5];
    for (int i = 0; i < 5; i++) {
      codes[i] = Code.of(counts[i], 15);
      codes[i].writeItself(bits);
    }
    for (Step step : steps) write(step, codes, bits, picture.width());
    return bits.bytes();
  }

  /// Greedy: the longest copy of three candidates (the pixel to the left, the one above, the same three pixels earlier).
  private static List<Step> steps(Picture picture) {
    int[] pixels = picture.argb();
    var steps = new ArrayList<Step>();
    int[] cache = new int[1 << CACHE_BITS];
    Map<Long, Integer> seen = new HashMap<>();
    for (int at = 0; at < pixels.length; ) {
      int bestLength = 0;
      int bestDistance = 0;
      int[] candidates = {1, picture.width(), at - seen.getOrDefault(key(pixels, at), at)};
      for (int distance : candidates) {
        if (distance < 1 || distance > at) continue;
        int length = 0;
        while (length < LENGTH_MAX && at + length < pixels.length && pixels[at + length] == pixels[at + length - distance]) length++;
        if (length > bestLength) {
          bestLength = length;
          bestDistance = distance;
        }
      }
      int taken = bestLength >= 3 ? bestLength : 1;
      if (taken > 1) steps.add(new Step.Copy(taken, bestDistance));
      else if (cache[slot(pixels[at])] == pixels[at]) steps.add(new Step.Cached(slot(pixels[at])));
      else steps.add(new Step.Pixel(pixels[at]));
      for (int i = at; i < at + taken; i++) {
        cache[slot(pixels[i])] = pixels[i];
        seen.put(key(pixels, i), i);
      }
      at += taken;
    }
    return steps;
  }

  private static long key(int[] pixels, int at) {
    long key = 0;
    for (int i = at; i < Math.min(at + 3, pixels.length); i++) key = key * 0x1000003L ^ pixels[i] & 0xFFFFFFFFL;
    return key;
  }

  private static int slot(int argb) {
    return 0x1E35A7BD * argb >>> 32 - CACHE_BITS;
  }

  private static void count(Step step, int[][] counts, int width) {
    switch (step) {
      case Step.Pixel(int argb) -> {
        counts[0][argb >> 8 & 0xFF]++;
        counts[1][argb >> 16 & 0xFF]++;
        counts[2][argb & 0xFF]++;
        counts[3][argb >>> 24]++;
      }
      case Step.Cached(int index) -> counts[0][256 + 24 + index]++;
      case Step.Copy(int length, int distance) -> {
        counts[0][256 + prefix(length)]++;
        counts[4][prefix(distanceCode(distance, width))]++;
      }
    }
  }

  private static void write(Step step, Code[] codes, Bits bits, int width) {
    switch (step) {
      case Step.Pixel(int argb) -> {
        codes[0].write(bits, argb >> 8 & 0xFF);
        codes[1].write(bits, argb >> 16 & 0xFF);
        codes[2].write(bits, argb & 0xFF);
        codes[3].write(bits, argb >>> 24);
      }
      case Step.Cached(int index) -> codes[0].write(bits, 256 + 24 + index);
      case Step.Copy(int length, int distance) -> {
        codes[0].write(bits, 256 + prefix(length));
        writeRest(bits, length);
        codes[4].write(bits, prefix(distanceCode(distance, width)));
        writeRest(bits, distanceCode(distance, width));
      }
    }
  }

  /// The first 120 codes name neighbours: 1 is the pixel above, 2 the one to the left.
  private static int distanceCode(int distance, int width) {
    return distance == width ? 1 : distance == 1 ? 2 : distance + 120;
  }

  private static int prefix(int value) {
    int v = value - 1;
    if (v < 4) return v;
    int high = 31 - Integer.numberOfLeadingZeros(v);
    return 2 * high + (v >> high - 1 & 1);
  }

  private static void writeRest(Bits bits, int value) {
    int v = value - 1;
    if (v < 4) return;
    int rest = 30 - Integer.numberOfLeadingZeros(v);
    bits.write(v & (1 << rest) - 1, rest);
  }

  private static void u24(ByteBuffer out, int value) {
    out.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    out.writeBytes(type.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(data.length).array());
    out.writeBytes(data);
    if (data.length % 2 != 0) out.write(0);
  }

  /// A canonical prefix code.
  ///
  /// @param lengths bits of each symbol's code, 0 where it does not occur
  /// @param codes as written: least significant bit first
  private record Code(int[] lengths, int[] codes) {
    static Code of(int[] counts, int longest) {
      int[] lengths = lengths(counts, longest);
      int[] codes = new int[lengths.length];
      int next = 0;
      for (int bits = 1; bits <= longest; bits++) {
        for (int symbol = 0; symbol < lengths.length; symbol++) {
          if (lengths[symbol] == bits) codes[symbol] = Integer.reverse(next++) >>> 32 - bits;
        }
        next <<= 1;
      }
      return new Code(lengths, codes);
    }

    private static int[] lengths(int[] counts, int longest) {
      record Node(long weight, int order, int symbol, Node left, Node right) {}
      int[] weights = counts.clone();
      while (true) {
        var queue = new PriorityQueue<Node>(Comparator.comparingLong(Node::weight).thenComparingInt(Node::order));
        int order = 0;
        for (int symbol = 0; symbol < weights.length; symbol++) {
          if (weights[symbol] > 0) queue.add(new Node(weights[symbol], order++, symbol, null, null));
        }
        int[] lengths = new int[weights.length];
        if (queue.size() < 2) {
          queue.forEach(node -> lengths[node.symbol()] = 1);
          return lengths;
        }
        while (queue.size() > 1) {
          Node left = queue.remove();
          Node right = queue.remove();
          queue.add(new Node(left.weight() + right.weight(), order++, -1, left, right));
        }
        record At(Node node, int depth) {}
        var open = new ArrayList<At>(List.of(new At(queue.remove(), 0)));
        while (!open.isEmpty()) {
          At at = open.removeLast();
          if (at.node().left() == null) lengths[at.node().symbol()] = at.depth();
          else open.addAll(List.of(new At(at.node().left(), at.depth() + 1), new At(at.node().right(), at.depth() + 1)));
        }
        if (Arrays.stream(lengths).max().orElse(0) <= longest) return lengths;
        for (int i = 0; i < weights.length; i++) if (weights[i] > 0) weights[i] = weights[i] / 2 + 1; // flatter
      }
    }

    void write(Bits bits, int symbol) {
      if (Arrays.stream(lengths).filter(length -> length > 0).count() > 1) bits.write(codes[symbol], lengths[symbol]);
    }

    void writeItself(Bits bits) {
      int[] used = IntStream.range(0, lengths.length).filter(symbol -> lengths[symbol] > 0).toArray();
      if (used.length <= 1) { // a simple code: one symbol, which then takes no bits at all
        int symbol = used.length == 0 ? 0 : used[0];
        bits.write(1, 1);
        bits.write(0, 1);
        bits.write(1, 1);
        bits.write(symbol, 8);
        return;
      }
      bits.write(0, 1);
      List<int[]> runs = runs();
      int[] counts = new int[19];
      runs.forEach(run -> counts[run[0]]++);
      Code code = of(counts, 7);
      int written = 19;
      while (written > 4 && code.lengths()[CODE_LENGTH_ORDER[written - 1]] == 0) written--;
      bits.write(written - 4, 4);
      for (int i = 0; i < written; i++) bits.write(code.lengths()[CODE_LENGTH_ORDER[i]], 3);
      bits.write(0, 1); // lengths for the whole alphabet follow
      for (int[] run : runs) {
        code.write(bits, run[0]);
        bits.write(run[1], run[2]);
      }
    }

    /// Lengths with runs of zeros put together: symbol, extra value, extra bits.
    private List<int[]> runs() {
      var runs = new ArrayList<int[]>();
      for (int at = 0; at < lengths.length; ) {
        int zeros = 0;
        while (at + zeros < lengths.length && lengths[at + zeros] == 0 && zeros < 138) zeros++;
        if (zeros >= 11) runs.add(new int[] {18, zeros - 11, 7});
        else if (zeros >= 3) runs.add(new int[] {17, zeros - 3, 3});
        else {
          runs.add(new int[] {lengths[at], 0, 0});
          zeros = 1;
        }
        at += zeros;
      }
      return runs;
    }
  }

  /// Least significant bit first.
  private static final class Bits {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long pending;
    private int count;

    void write(int value, int bits) {
      pending |= (value & (1L << bits) - 1) << count;
      for (count += bits; count >= 8; count -= 8) {
        out.write((int) pending);
        pending >>>= 8;
      }
    }

    byte[] bytes() {
      if (count > 0) out.write((int) pending);
      return out.toByteArray();
    }
  }
}
