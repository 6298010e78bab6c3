package verimesh.metadata.stealth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/// NovelAI's signature over a picture: Ed25519 over the stored R G B bytes, row by row, and the Comment without its
/// `signed_hash` (METADATA.md §9). One that fails says only that pixels or Comment changed since.
public final class NovelAiSeal {
  /// Pixels of a signed picture; the JDK's Ed25519 keeps the message in memory, and the service makes at most 3 MP.
  static final long PIXELS_MAX = 16_000_000;

  /// Of the message, before a pixel was seen: more than a signed picture has, and little enough for a header that lies.
  private static final int AT_ONCE_BYTES_MAX = 10 << 20;

  private static final String MEMBER = "\"signed_hash\"";
  private static final int SIGNATURE_BYTES = 64;

  // NovelAI/novelai-image-metadata nai_sig.py; the prefix is the fixed DER head of an Ed25519 key (RFC 8410).
  private static final byte[] PUBLIC_KEY = Base64.getDecoder().decode("Y2JcQAOhLwzwSDUJPNgL04nS0Tbqm7cSRc4xk0vRMic=");
  private static final byte[] KEY_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private NovelAiSeal() {}

  /// @param comment the Comment's raw text: cutting the member out gives the very bytes that were signed
  /// @return whether the signature is there and holds
  public static boolean holds(StoredPixels pixels, String comment) {
    int at = comment.indexOf(MEMBER);
    if (at < 0 || (long) pixels.width() * pixels.height() > PIXELS_MAX) return false;
    int open = comment.indexOf('"', at + MEMBER.length());
    int close = open < 0 ? -1 : comment.indexOf('"', open + 1);
    if (close < 0) return false;
    byte[] value = signature(comment.substring(open + 1, close));
    if (value.length != SIGNATURE_BYTES) return false;
    Optional<byte[]> message = message(pixels, without(comment, at, close + 1).getBytes(StandardCharsets.UTF_8));
    if (message.isEmpty()) return false;
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initVerify(key());
      ed25519.update(message.get());
      return ed25519.verify(value);
    } catch (GeneralSecurityException e) {
      return false; // a signature that the provider calls malformed does not hold
    }
  }

  private static byte[] signature(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static PublicKey key() throws GeneralSecurityException {
    byte[] der = new byte[KEY_PREFIX.length + PUBLIC_KEY.length];
    System.arraycopy(KEY_PREFIX, 0, der, 0, KEY_PREFIX.length);
    System.arraycopy(PUBLIC_KEY, 0, der, KEY_PREFIX.length, PUBLIC_KEY.length);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
  }

  /// What was signed: R G B of all pixels, then the Comment. In one array of the right size, since the JDK's Ed25519 collects the
  /// whole message and grows as it does.
  private static Optional<byte[]> message(StoredPixels pixels, byte[] comment) {
    int rowBytes = pixels.width() * 3;
    int channels = pixels.channels();
    int all = rowBytes * pixels.height() + comment.length;
    var buffer = new Object() {
      byte[] bytes = new byte[Math.min(all, AT_ONCE_BYTES_MAX)];
      int filled;
    };
    boolean whole = pixels.rows(pixels.width(), (_, samples, from) -> {
      int to = buffer.filled;
      if (buffer.bytes.length < to + rowBytes) buffer.bytes = Arrays.copyOf(buffer.bytes, (int) Math.min(all, 2L * Math.max(buffer.bytes.length, rowBytes)));
      byte[] message = buffer.bytes;
      if (channels == 3) {
        System.arraycopy(samples, from, message, to, rowBytes);
      } else {
        for (int end = to + rowBytes, sample = from, at = to; at < end; at += 3, sample += channels) {
          message[at] = samples[sample];
          message[at + 1] = samples[sample + 1];
          message[at + 2] = samples[sample + 2];
        }
      }
      buffer.filled = to + rowBytes;
      return true;
    });
    if (!whole) return Optional.empty();
    byte[] message = buffer.bytes.length == all ? buffer.bytes : Arrays.copyOf(buffer.bytes, all);
    System.arraycopy(comment, 0, message, buffer.filled, comment.length);
    return Optional.of(message);
  }

  /// The text without the member and the comma before it, or behind it if it stands first.
  static String without(String comment, int from, int to) {
    int start = from;
    while (start > 0 && Character.isWhitespace(comment.charAt(start - 1))) start--;
    if (start > 0 && comment.charAt(start - 1) == ',') return comment.substring(0, start - 1) + comment.substring(to);
    int end = to;
    while (end < comment.length() && (comment.charAt(end) == ',' || comment.charAt(end) == ' ')) end++;
    return comment.substring(0, from) + comment.substring(end);
  }
}
