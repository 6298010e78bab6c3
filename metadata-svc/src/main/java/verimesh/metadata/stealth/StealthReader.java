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
/// The signature lies in the first 120 bits, so a first look decodes at most 120 rows and keeps a column or two of them.
/// Only where it is found is the rest decoded.
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
    Optional<Mode> mode = signature(pixels);
    return mode.map(m -> payload(pixels, m)).orElse(Stealth.NOTHING);
  }

  /// The mode whose signature the first column (or, in low pictures, the first columns) spells.
  private static Optional<Mode> signature(StoredPixels pixels) {
    int height = pixels.height();
    int columns = Math.min(pixels.width(), (SIGNATURE_BITS + height - 1) / height);
    int rows = Math.min(height, SIGNATURE_BITS);
    if ((long) columns * rows < SIGNATURE_BITS / 3) return Optional.empty();
    boolean alpha = pixels.channels() == 4;
    byte[] alphaBits = new byte[SIGNATURE_BITS];
    byte[] rgbBits = new byte[SIGNATURE_BITS];
    pixels.rows((y, samples, from) -> {
      for (int x = 0; x < columns; x++) {
        int index = x * height + y; // pixel number in column order
        int sample = from + x * pixels.channels();
        if (alpha && index < SIGNATURE_BITS) alphaBits[index] = (byte) (samples[sample + 3] & 1);
        for (int c = 0; c < 3 && index * 3 + c < SIGNATURE_BITS; c++) rgbBits[index * 3 + c] = (byte) (samples[sample + c] & 1);
      }
      return y + 1 < rows;
    });
    String fromAlpha = spelled(alphaBits);
    String fromRgb = spelled(rgbBits);
    return Arrays.stream(Mode.values()).filter(m -> m.signature().equals(m.inAlpha() ? fromAlpha : fromRgb)).filter(m -> alpha || !m.inAlpha()).findFirst();
  }

  private static String spelled(byte[] bits) {
    byte[] bytes = new byte[bits.length / 8];
    for (int i = 0; i < bits.length; i++) bytes[i / 8] |= (byte) (bits[i] << (7 - i % 8));
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private Stealth payload(StoredPixels pixels, Mode mode) {
    long bits = (long) pixels.width() * pixels.height() * mode.bitsPerPixel();
    if ((long) pixels.width() * pixels.height() > pixelsMax) return damaged("a hidden record in a picture of more than " + pixelsMax + " pixels is not read");
    // Only as many bits as a payload may have are kept; the picture may have more.
    int kept = (int) Math.min(bits, HEADER_BITS + PAYLOAD_BYTES_MAX * 8L);
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
    long length = ByteBuffer.wrap(plane).getInt(SIGNATURE_BITS / 8) & 0xffffffffL;
    if (length == 0 || length % 8 != 0 || length > bits - HEADER_BITS) return damaged("a hidden record declares " + length + " bits");
    if (length > PAYLOAD_BYTES_MAX * 8L) return damaged("a hidden record declares more than " + PAYLOAD_BYTES_MAX + " bytes");
    byte[] bytes = Arrays.copyOfRange(plane, HEADER_BITS / 8, (int) (HEADER_BITS / 8 + length / 8));
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
