package verimesh.chassis.inference.store;

import java.nio.ByteBuffer;
import verimesh.chassis.inference.family.BuiltModel.Description;

/// What the self-test feeds: a picture with all frequencies and a text, by formula, so that nobody has to keep them.
public final class TestPicture {
  private static final int TOKENS = 8;

  private TestPicture() {}

  /// uint8 `[1, size, size, 3]`: waves of several lengths with a little noise.
  public static ByteBuffer pixels(int size) {
    ByteBuffer pixels = ByteBuffer.allocate(size * size * 3);
    int noise = 12345;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int c = 0; c < 3; c++) {
          noise = noise * 1103515245 + 12345; // the C standard's example generator
          double wave = Math.sin(x * 0.05 * (c + 1)) + Math.sin(y * 0.11 + c) + Math.sin((x + y) * 0.7);
          pixels.put((byte) Math.clamp(Math.round(128 + 35 * wave + ((noise >>> 16) & 15)), 0, 255));
        }
      }
    }
    return pixels.flip();
  }

  /// Token ids `[1, n]`, valid for every vocabulary of some size; filled up where the family always fills up.
  public static long[] ids(Description description) {
    int length = description.padsText() ? description.textContext() : Math.min(TOKENS, description.textContext());
    long[] ids = new long[length];
    for (int i = 0; i < length; i++) ids[i] = i < TOKENS - 1 ? 3 + 7L * i : description.padToken();
    return ids;
  }
}
