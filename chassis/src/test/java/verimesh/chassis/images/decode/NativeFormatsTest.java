package verimesh.chassis.images.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.chassis.images.ImageFormat;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.Pictures;
import verimesh.chassis.testing.Shared;

/// HEIC and AVIF, where this machine has libvips; plain Java says that it does not decode them.
class NativeFormatsTest {
  @ParameterizedTest
  @CsvSource({
    "c2pa/ts-icon-v2-bmff.heic, 1056, 1056", "c2pa/ms-cards_trusted.avif, 1071, 1428", "c2pa/gen-plain.avif, 64, 64",
    "camera/apple-iphone-15-pro.heic, 3024, 4032" // stored lying, turned by the container itself
  })
  void libvipsDecodesThem(String file, int width, int height) throws IOException {
    byte[] bytes = Files.readAllBytes(Shared.path("fixtures").resolve(file));
    var known = (ImageHeader.Known) ImageHeader.read(bytes);
    assertThat(Pictures.PLAIN.decode(bytes)).isInstanceOfSatisfying(Decoded.Unsupported.class, unsupported ->
        assertThat(unsupported.message()).contains(known.format().name()));
    Pictures.needs(Pictures.FASTEST.decodes(known), "libvips.so.42 with " + known.format());
    var stored = Pictures.picture(Pictures.FASTEST, bytes).stored();
    assertThat(List.of(stored.width(), stored.height(), stored.orientation())).isEqualTo(List.of(width, height, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c2pa/gen-plain.avif", "c2pa/ts-icon-v2-bmff.heic", "c2pa/gen-plain.jxl"})
  void aCutOrChangedFileIsBrokenAndNothingWorse(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(Shared.path("fixtures").resolve(file));
    for (int i = 1; i < 12; i++) {
      byte[] cut = Arrays.copyOf(bytes, bytes.length * i / 12);
      assertThat(Pictures.FASTEST.decode(cut)).isNotNull();
      byte[] changed = bytes.clone();
      for (int k = 0; k < 40; k++) changed[(i * 7919 + k * 104729) % changed.length] ^= (byte) (k + i);
      assertThat(Pictures.FASTEST.decode(changed)).isNotNull();
    }
  }

  @Test
  void theLimitHoldsForThemToo() throws IOException {
    byte[] bytes = Files.readAllBytes(Shared.path("fixtures/c2pa/ts-icon-v2-bmff.heic"));
    assertThat(Decoder.fastest(new DecodeLimits(1000, 1000)).decode(bytes)).isInstanceOf(Decoded.OverLimit.class);
  }

  @Test
  void arithmeticJpegIsDecodedByLibjpegTurboAlone() {
    byte[] bytes = Pictures.peer("arithmetic.jpg");
    Pictures.needs(Pictures.FASTEST.decodes((ImageHeader.Known) ImageHeader.read(bytes)), "libturbojpeg.so.0");
    assertThat(Pictures.FASTEST.decode(bytes)).isInstanceOf(Decoded.Picture.class);
    assertThat(Pictures.FASTEST.inUse().getFirst().formats()).containsExactly(ImageFormat.JPEG);
  }
}
