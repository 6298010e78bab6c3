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
/// Signature and length lie in the first 152 bits, so a first look decodes at most 152 rows and keeps a column or two of
/// them; it ends at the first bit that no signature has. Only where a signature is found is the rest decoded.
public final class StealthReader {
  /// Bytes of a payload, before and after gzip.
  static final int PAYLOAD_BYTES_MAX = 8 << 20;

  private static final int SIGNATURE_BITS = 15 * 8;
  private static final int HEADER_BITS = SIGNATURE_BITS + 32;

  private final long pixelsMax;

  /// @param pixelsMax pixels of a picture that is read to the end; larger ones are only looked at
  public StealthReader(long pixelsMax) {
    this.pixelsMax = pixelsMax;
  }

  public Stealth read(StoredPixels pixels) {
    if (pixels.channels() < 3) return Stealth.NOTHING;
    return head(pixels).map(head -> payload(pixels, head)).orElse(Stealth.NOTHING);
  }

  /// @param length of the payload in bits, as declared
  private record Head(Mode mode, long length) {}

  /// The mode whose signature the first column (or, in low pictures, the first columns) spells, and the number behind it.
  private static Optional<Head> head(StoredPixels pixels) {
    int height = pixels.height();
    int columns = Math.min(pixels.width(), (HEADER_BITS + height - 1) / height);
    int rows = Math.min(height, HEADER_BITS);
    if ((long) columns * rows < SIGNATURE_BITS / 3) return Optional.empty();
    boolean alpha = pixels.channels() == 4;
    byte[] alphaBits = new byte[HEADER_BITS];
    byte[] rgbBits = new byte[HEADER_BITS];
    pixels.rows((y, samples, from) -> {
      for (int x = 0; x < columns; x++) {
        int index = x * height + y; // pixel number in column order
        int sample = from + x * pixels.channels();
        if (alpha && index < HEADER_BITS) alphaBits[index] = (byte) (samples[sample + 3] & 1);
        for (int c = 0; c < 3 && index * 3 + c < HEADER_BITS; c++) rgbBits[index * 3 + c] = (byte) (samples[sample + c] & 1);
      }
      // In a picture of a full column the bits come in their order, and nearly every one is out after a few rows.
      boolean stillPossible = columns > 1 || alpha && begins(alphaBits, y + 1, true) || begins(rgbBits, 3 * (y + 1), false);
      return stillPossible && y + 1 < rows;
    });
    return Arrays.stream(Mode.values()).filter(m -> alpha || !m.inAlpha())
        .filter(m -> same(m, m.inAlpha() ? alphaBits : rgbBits, SIGNATURE_BITS)).findFirst()
        .map(m -> new Head(m, number(m.inAlpha() ? alphaBits : rgbBits)));
  }

  /// The 32 bits behind the signature.
  private static long number(byte[] bits) {
    long number = 0;
    for (int i = SIGNATURE_BITS; i < HEADER_BITS; i++) number = number << 1 | bits[i];
    return number;
  }

  /// Whether some mode's signature has these first bits.
  private static boolean begins(byte[] bits, int known, boolean inAlpha) {
    return Arrays.stream(Mode.values()).anyMatch(m -> m.inAlpha() == inAlpha && same(m, bits, Math.min(known, SIGNATURE_BITS)));
  }

  private static boolean same(Mode mode, byte[] bits, int n) {
    for (int i = 0; i < n; i++) {
      if (bits[i] != (mode.signature().charAt(i / 8) >> (7 - i % 8) & 1)) return false;
    }
    return true;
  }

  private Stealth payload(StoredPixels pixels, Head head) {
    Mode mode = head.mode();
    long bits = (long) pixels.width() * pixels.height() * mode.bitsPerPixel();
    if ((long) pixels.width() * pixels.height() > pixelsMax) return damaged("a hidden record in a picture of more than " + pixelsMax + " pixels is not read");
    long length = head.length();
    if (length == 0 || length % 8 != 0 || length > bits - HEADER_BITS) return damaged("a hidden record declares " + length + " bits");
    if (length > PAYLOAD_BYTES_MAX * 8L) return damaged("a hidden record declares more than " + PAYLOAD_BYTES_MAX + " bytes");
    int kept = (int) (HEADER_BITS + length);
    byte[] plane = new byte[(kept + 7) / 8];
    int bpp = mode.bitsPerPixel();
    int first = mode.inAlpha() ? 3 : 0;
    int height = pixels.height();
    int columns = (int) Math.min(pixels.width(), (kept + (long) height * bpp - 1) / ((long) height * bpp));
    boolean whole = pixels.rows((y, samples, from) -> {
      for (int x = 0; x < columns; x++) {
        long bit = ((long) x * height + y) * bpp;
        int sample = from + x * pixels.channels() + first;
        for (int c = 0; c < bpp && bit + c < kept; c++) {
          if ((samples[sample + c] & 1) != 0) plane[(int) ((bit + c) >> 3)] |= (byte) (0x80 >> ((bit + c) & 7));
        }
      }
      return true;
    });
    if (!whole) return damaged("a hidden record is cut off: the pixels end before it");
    byte[] bytes = Arrays.copyOfRange(plane, HEADER_BITS / 8, plane.length);
    return text(mode.gzip() ? gunzip(bytes) : Optional.of(bytes))
        .map(text -> new Stealth(Optional.of(new Payload(mode, text)), List.of()))
        .orElseGet(() -> damaged("a hidden record's payload is no text"));
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
