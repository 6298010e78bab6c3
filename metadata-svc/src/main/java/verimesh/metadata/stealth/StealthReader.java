package verimesh.metadata.stealth;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import verimesh.metadata.read.FileRecord.ReadFinding;
import verimesh.metadata.stealth.Stealth.Mode;
import verimesh.metadata.stealth.Stealth.Payload;

/// Stealth PNG info (METADATA.md §8): a signature of 15 bytes, a length of 32 bits, a payload, one bit a pixel in alpha or
/// three in R, G, B, column by column. Thread-safe.
///
/// Signature and length lie in the first 152 bits, so a first look decodes at most 152 rows of one column (51 rows where
/// there is no alpha). Only where the signature is found is the rest decoded, and only as many columns as the payload fills.
public final class StealthReader {
  /// Bytes of a payload, before and after gzip.
  static final int PAYLOAD_BYTES_MAX = 8 << 20;

  private static final int SIGNATURE_BITS = 15 * 8;
  private static final int HEADER_BITS = SIGNATURE_BITS + 32;

  /// What all four signatures begin with: most pictures differ in its first bits, and need not be looked at further.
  private static final byte[] BEGINNING = "stealth_".getBytes(StandardCharsets.US_ASCII);

  private final long pixelsMax;

  /// @param pixelsMax pixels of a picture that is read to the end; larger ones are only looked at
  public StealthReader(long pixelsMax) {
    this.pixelsMax = pixelsMax;
  }

  public Stealth read(StoredPixels pixels) {
    boolean alpha = pixels.channels() == 4;
    if (alpha) {
      Stealth inAlpha = read(pixels, 1, 3);
      if (inAlpha != Stealth.NOTHING) return inAlpha;
    }
    return read(pixels, 3, 0);
  }

  /// @param perPixel bits in one pixel, from sample `first` on
  private Stealth read(StoredPixels pixels, int perPixel, int first) {
    byte[] header = bits(pixels, perPixel, first, HEADER_BITS, BEGINNING).orElse(null);
    if (header == null) return Stealth.NOTHING;
    String signature = new String(header, 0, SIGNATURE_BITS / 8, StandardCharsets.ISO_8859_1);
    Optional<Mode> mode = Arrays.stream(Mode.values()).filter(m -> m.bitsPerPixel() == perPixel && m.signature().equals(signature)).findFirst();
    if (mode.isEmpty()) return Stealth.NOTHING;
    long all = (long) pixels.width() * pixels.height() * perPixel;
    long length = ByteBuffer.wrap(header).getInt(SIGNATURE_BITS / 8) & 0xffffffffL;
    if (length == 0 || length % 8 != 0 || length > all - HEADER_BITS) return damaged("a hidden record declares " + length + " bits");
    if (length > PAYLOAD_BYTES_MAX * 8L) return damaged("a hidden record declares more than " + PAYLOAD_BYTES_MAX + " bytes");
    if ((long) pixels.width() * pixels.height() > pixelsMax) return damaged("a hidden record in a picture of more than " + pixelsMax + " pixels is not read");
    Optional<byte[]> bits = bits(pixels, perPixel, first, (int) (HEADER_BITS + length), new byte[0]);
    if (bits.isEmpty()) return damaged("a hidden record is cut off: the pixels end before it");
    byte[] payload = Arrays.copyOfRange(bits.get(), HEADER_BITS / 8, bits.get().length);
    return text(mode.get().gzip() ? gunzip(payload) : Optional.of(payload))
        .map(text -> new Stealth(Optional.of(new Payload(mode.get(), text)), List.of()))
        .orElseGet(() -> damaged("a hidden record's payload is no text"));
  }

  /// The first bits in column order, decoding no row and no column beyond them.
  /// @param count a multiple of 8
  /// @param beginning bytes that they must begin with; reading ends at the first bit that differs
  private static Optional<byte[]> bits(StoredPixels pixels, int perPixel, int first, int count, byte[] beginning) {
    int height = pixels.height();
    int wanted = (count + perPixel - 1) / perPixel; // pixels
    if (wanted > (long) pixels.width() * height) return Optional.empty();
    int columns = (wanted + height - 1) / height;
    int rows = Math.min(height, wanted);
    byte[] bits = new byte[count / 8];
    int[] shown = {0};
    // Behind a signature the whole picture is passed: its own signature will want the same pixels.
    pixels.rows(beginning.length > 0 ? columns : pixels.width(), (y, samples, from) -> {
      for (int x = 0; y < rows && x < columns; x++) {
        int bit = (x * height + y) * perPixel;
        int sample = from + x * pixels.channels() + first;
        for (int c = 0; c < perPixel && bit + c < count; c++) {
          int at = (bit + c) >> 3;
          int mask = 0x80 >> ((bit + c) & 7);
          boolean set = (samples[sample + c] & 1) != 0;
          if (at < beginning.length && set != ((beginning[at] & mask) != 0)) return false; // `shown` stays short of `rows`
          if (set) bits[at] |= (byte) mask;
        }
      }
      shown[0] = y + 1;
      return beginning.length == 0 || y + 1 < rows;
    });
    return shown[0] >= rows ? Optional.of(bits) : Optional.empty();
  }

  private static Optional<byte[]> gunzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 13];
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        if (out.size() > PAYLOAD_BYTES_MAX) return Optional.empty();
      }
      return Optional.of(out.toByteArray());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(Optional<byte[]> bytes) {
    try {
      return bytes.isEmpty() ? Optional.empty() : Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.get())).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Stealth damaged(String text) {
    return new Stealth(Optional.empty(), List.of(new ReadFinding("STEALTH_DAMAGED", text, -1)));
  }
}
