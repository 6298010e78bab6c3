package verimesh.cli.examples;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes animated GIF89a with one colour table for all frames.
final class GifFile {
  private GifFile() {}

  /// @param frames of equal size, with at most 256 colours together
  /// @param delayHundredths how long each is shown, in 1/100 s
  static byte[] of(List<Picture> frames, int delayHundredths) {
    Map<Integer, Integer> colours = new LinkedHashMap<>();
    frames.forEach(frame -> Arrays.stream(frame.argb()).forEach(pixel -> colours.putIfAbsent(pixel & 0xFFFFFF, colours.size())));
    if (colours.size() > 256) throw new IllegalArgumentException(colours.size() + " colours; a GIF has at most 256");
    int bits = Math.max(2, 32 - Integer.numberOfLeadingZeros(colours.size() - 1));
    int width = frames.getFirst().width();
    int height = frames.getFirst().height();

    var out = new ByteArrayOutputStream();
    out.writeBytes("GIF89a".getBytes(StandardCharsets.ISO_8859_1));
    put(out, width, width >> 8, height, height >> 8, 0xF0 | bits - 1, 0, 0);
    int[] table = new int[1 << bits];
    colours.forEach((colour, index) -> table[index] = colour);
    for (int colour : table) put(out, colour >> 16, colour >> 8, colour);
    put(out, 0x21, 0xFF, 11); // repeat for ever, as Netscape began it
    out.writeBytes("NETSCAPE2.0".getBytes(StandardCharsets.ISO_8859_1));
    put(out, 3, 1, 0, 0, 0);
    for (Picture frame : frames) {
      put(out, 0x21, 0xF9, 4, 4, delayHundredths, delayHundredths >> 8, 0, 0);
      put(out, 0x2C, 0, 0, 0, 0, width, width >> 8, height, height >> 8, 0, bits);
      byte[] data = packed(Arrays.stream(frame.argb()).map(pixel -> colours.get(pixel & 0xFFFFFF)).toArray(), bits);
      for (int at = 0; at < data.length; at += 255) {
        int length = Math.min(255, data.length - at);
        out.write(length);
        out.write(data, at, length);
      }
      out.write(0);
    }
    out.write(0x3B);
    return out.toByteArray();
  }

  /// LZW with codes of growing length, least significant bit first (GIF89a, appendix F).
  private static byte[] packed(int[] indices, int bits) {
    var out = new ByteArrayOutputStream();
    int clear = 1 << bits;
    int pending = 0;
    int count = 0;
    int length = bits + 1;
    Map<Integer, Integer> known = new HashMap<>(); // code of the prefix << 8 | next index, to code
    int next = clear + 2;
    int[] codes = new int[indices.length + indices.length / 1000 + 16];
    int[] lengths = new int[codes.length];
    int n = 0;
    codes[n] = clear;
    lengths[n++] = length;
    int prefix = indices[0];
    for (int i = 1; i < indices.length; i++) {
      Integer longer = known.get(prefix << 8 | indices[i]);
      if (longer != null) {
        prefix = longer;
        continue;
      }
      codes[n] = prefix;
      lengths[n++] = length;
      known.put(prefix << 8 | indices[i], next++);
      if (next - 1 == 1 << length && length < 12) length++;
      if (next == 4095) { // one short of the end, so that no reader's count of codes matters
        codes[n] = clear;
        lengths[n++] = length;
        known.clear();
        next = clear + 2;
        length = bits + 1;
      }
      prefix = indices[i];
    }
    codes[n] = prefix;
    lengths[n++] = length;
    if (next == 1 << length && length < 12) length++;
    codes[n] = clear + 1;
    lengths[n++] = length;
    for (int i = 0; i < n; i++) {
      pending |= codes[i] << count;
      for (count += lengths[i]; count >= 8; count -= 8) {
        out.write(pending);
        pending >>>= 8;
      }
    }
    if (count > 0) out.write(pending);
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, int... bytes) {
    for (int b : bytes) out.write(b);
  }
}
