package verimesh.chassis.images;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.chassis.images.decode.DecodeLimits;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;

/// Coverage-guided, one target a run, each for at most a minute:
///
/// ```
/// JAZZER_FUZZ=1 mvn -pl chassis -am test -Dtest='ImagesFuzzTest#header' -Dsurefire.failIfNoSpecifiedTests=false
/// JAZZER_FUZZ=1 mvn -pl chassis -am test -Dtest='ImagesFuzzTest#decoder' -Dsurefire.failIfNoSpecifiedTests=false
/// ```
///
/// Not part of an ordinary run, whose other tests Jazzer's agent would slow down; `ImageHeaderTest` and `HostilePicturesTest`
/// change bytes at random in every run.
@EnabledIfEnvironmentVariable(named = "JAZZER_FUZZ", matches = "1")
class ImagesFuzzTest {
  private static final Decoder DECODER = Decoder.plain(new DecodeLimits(1 << 20, 4096));

  static Stream<Arguments> pictures() {
    return Pictures.names().map(name -> Arguments.of((Object) Pictures.peer(name)));
  }

  @MethodSource("pictures")
  @FuzzTest(maxDuration = "60s")
  void header(byte[] file) {
    ImageHeader.read(file);
  }

  @MethodSource("pictures")
  @FuzzTest(maxDuration = "60s")
  void decoder(byte[] file) {
    if (DECODER.decode(file) instanceof Decoded.Picture picture) SrgbPixels.of(picture.stored());
  }
}
