package verimesh.metadata.stealth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;

/// Small pictures with a hidden record in them ("Steps: 1"), where a fuzzer can start.
public final class StealthSeeds {
  /// The first and the third of [#pngs] as lossless WebP, written by ImageMagick (`-define webp:lossless=true`), since no
  /// encoder is at hand here.
  static final String ALPHA_WEBP = "UklGRkwAAABXRUJQVlA4TEAAAAAvE8AEEA8QERMQgm1k20rO99DwDpif/whrkSLIqMDrjOh/jLAJFoMXAL9ikgwSoAiKQ1lqOAVZsjuyZBNcikMA";
  static final String RGB_WEBP = "UklGRmoAAABXRUJQVlA4TF0AAAAvE8AEAD8gEEjaH3qNCRAQFPk/2vwHksBkkACmkW2r+f+HLEdjAXGxHI0FcAPYvzk9RPR/Am7Bl01tSUVEqU1OSd1AfU6uRrbgoyQ/pExSbNKiU2dQosiTtGr0WwQA";

  private StealthSeeds() {}

  public static Stream<byte[]> webps() {
    return Stream.of(ALPHA_WEBP, RGB_WEBP).map(Base64.getDecoder()::decode);
  }

  public static Stream<byte[]> pngs() {
    return Arrays.stream(Stealth.Mode.values()).map(mode -> {
      int channels = mode.inAlpha() ? 4 : 3;
      byte[] text = "Steps: 1".getBytes(StandardCharsets.UTF_8);
      byte[] bits = ByteBuffer.allocate(19 + text.length).put(mode.signature().getBytes(StandardCharsets.ISO_8859_1)).putInt(text.length * 8).put(text).array();
      byte[] samples = new byte[20 * 20 * channels];
      PngWriter.hide(samples, 20, 20, channels, mode.inAlpha(), bits);
      return PngWriter.png(20, 20, channels, samples, new int[] {0, 1, 2, 3, 4}, 200);
    });
  }
}
