package verimesh.chassis.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;

/// Pictures for tests: the small ones in `resources/peer`, made and read by Pillow (`generate.py` beside them).
public final class Pictures {
  public static final Decoder PLAIN = Decoder.plain(DecodeLimits.DEFAULT);
  public static final Decoder FASTEST = Decoder.fastest(DecodeLimits.DEFAULT);

  private Pictures() {}

  /// One line of `expected.csv`: what Pillow makes of a file.
  public record Expected(String file, int width, int height, String rgbSha256) {}

  public static List<Expected> expected() {
    return new String(peer("expected.csv")).lines().skip(1).map(line -> line.split(","))
        .map(cell -> new Expected(cell[0], Integer.parseInt(cell[1]), Integer.parseInt(cell[2]), cell[3])).toList();
  }

  public static Stream<String> names() {
    return expected().stream().map(Expected::file);
  }

  public static byte[] peer(String name) {
    return resource("/peer/" + name);
  }

  public static byte[] resource(String path) {
    try (InputStream in = Pictures.class.getResourceAsStream(path)) {
      if (in == null) throw new AssertionError("no test resource " + path);
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Decoded.Picture picture(Decoder decoder, byte[] file) {
    return switch (decoder.decode(file)) {
      case Decoded.Picture picture -> picture;
      case Decoded other -> throw new AssertionError(other.toString());
    };
  }

  /// Skips a test with one printed line where the machine lacks something; under CI that is a failure.
  public static void needs(boolean there, String what) {
    if (there) return;
    String ci = System.getenv("CI");
    if (ci != null && !ci.isBlank()) throw new AssertionError("this machine has no " + what);
    System.out.println("skipped: this machine has no " + what);
    throw new TestAbortedException("this machine has no " + what);
  }

  /// What a failed random test is repeated with: `-Dverimesh.seed`.
  public static long seed() {
    String given = System.getProperty("verimesh.seed");
    return given == null ? System.nanoTime() : Long.parseLong(given);
  }
}
