package verimesh.cli.examples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/// Hides a text in the lowest bits of the alpha channel, column by column, as "stealth PNG info" does: 15 characters of
/// signature, the payload's length in bits, the payload.
final class Stealth {
  private Stealth() {}

  static Picture hidden(Picture picture, String text) {
    byte[] payload = zipped(text);
    ByteBuffer all = ByteBuffer.allocate(19 + payload.length)
        .put("stealth_pngcomp".getBytes(StandardCharsets.ISO_8859_1)).putInt(payload.length * 8).put(payload);
    int[] argb = picture.argb().clone();
    for (int bit = 0; bit < all.capacity() * 8; bit++) {
      int value = all.get(bit / 8) >> 7 - bit % 8 & 1;
      int at = bit % picture.height() * picture.width() + bit / picture.height();
      argb[at] = argb[at] & 0xFFFFFF | 0xFE000000 | value << 24;
    }
    return new Picture(picture.width(), picture.height(), argb);
  }

  private static byte[] zipped(String text) {
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
