package verimesh.metadata.stealth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/// NovelAI's signature over a picture: Ed25519 over the stored R G B bytes, row by row, and the Comment without its
/// `signed_hash` (METADATA.md §9). One that fails says only that pixels or Comment changed since.
public final class NovelAiSeal {
  /// Pixels of a signed picture; the JDK's Ed25519 keeps the message in memory, and the service makes at most 3 MP.
  static final long PIXELS_MAX = 16_000_000;

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
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initVerify(key());
      if (!update(ed25519, pixels)) return false;
      ed25519.update(without(comment, at, close + 1).getBytes(StandardCharsets.UTF_8));
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

  private static boolean update(Signature ed25519, StoredPixels pixels) {
    byte[] rgb = new byte[pixels.width() * 3];
    return pixels.rows(pixels.width(), (_, samples, from) -> {
      int channels = pixels.channels();
      for (int at = 0, sample = from; at < rgb.length; at += 3, sample += channels) {
        rgb[at] = samples[sample];
        rgb[at + 1] = samples[sample + 1];
        rgb[at + 2] = samples[sample + 2];
      }
      try {
        ed25519.update(rgb);
      } catch (java.security.SignatureException e) {
        throw new IllegalStateException("a signature that was just initialised takes no data", e);
      }
      return true;
    });
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
