package verimesh.metadata.stealth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/// One small picture a mode with a hidden record in it, where a fuzzer can start.
public final class StealthSeeds {
  private StealthSeeds() {}

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
