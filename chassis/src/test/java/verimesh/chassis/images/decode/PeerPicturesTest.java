package verimesh.chassis.images.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.chassis.images.ImageFormat;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.Pictures;
import verimesh.chassis.images.SrgbPixels;

/// Every kind of picture, sample for sample as Pillow has it, by plain Java and by the fastest decoder of this machine.
class PeerPicturesTest {
  @ParameterizedTest(name = "{0} by {1}")
  @MethodSource("everyPictureByEveryDecoder")
  void everyKindIsDecodedAsPillowDoesIt(Pictures.Expected expected, String how, Decoder decoder) {
    byte[] file = Pictures.peer(expected.file());
    Decoded decoded = decoder.decode(file);
    ImageHeader.Known header = (ImageHeader.Known) ImageHeader.read(file);
    if (!decoder.decodes(header)) {
      assertThat(decoded).isInstanceOf(Decoded.Unsupported.class);
      assertThat(expected.file()).as("the one kind that plain Java leaves out").isEqualTo("arithmetic.jpg");
      return;
    }
    assertThat(decoded).isInstanceOfSatisfying(Decoded.Picture.class, picture -> {
      assertThat(picture.damaged()).as("damaged: %s", picture.remarks()).isFalse();
      SrgbPixels shown = SrgbPixels.of(picture.stored());
      assertThat(List.of(shown.width(), shown.height())).isEqualTo(List.of(expected.width(), expected.height()));
      assertThat(sha256(shown.rgb())).isEqualTo(expected.rgbSha256());
    });
  }

  static Stream<Arguments> everyPictureByEveryDecoder() {
    return Pictures.expected().stream().flatMap(e -> Stream.of(
        Arguments.of(e, "plain Java", Pictures.PLAIN), Arguments.of(e, "the fastest", Pictures.FASTEST)));
  }

  @Test
  void manyThreadsGetWhatOneGets() {
    List<Pictures.Expected> all = Pictures.expected().stream().filter(e -> !e.file().equals("arithmetic.jpg")).toList();
    IntStream.range(0, 4 * all.size()).parallel().forEach(i -> {
      Pictures.Expected expected = all.get(i * 37 % all.size());
      Decoder decoder = i % 2 == 0 ? Pictures.PLAIN : Pictures.FASTEST;
      byte[] shown = SrgbPixels.of(Pictures.picture(decoder, Pictures.peer(expected.file())).stored()).rgb();
      assertThat(sha256(shown)).as(expected.file()).isEqualTo(expected.rgbSha256());
    });
  }

  @Test
  void bothJpegDecodersGiveTheSameSamples() {
    Pictures.needs(Pictures.FASTEST.inUse().getFirst().nativeLibrary(), "libturbojpeg.so.0");
    Pictures.names().filter(name -> name.endsWith(".jpg") && !name.equals("arithmetic.jpg")).forEach(name -> {
      byte[] file = Pictures.peer(name);
      byte[] fastest = Pictures.picture(Pictures.FASTEST, file).stored().samples();
      byte[] plain = Pictures.picture(Pictures.PLAIN, file).stored().samples();
      assertThat(Arrays.mismatch(fastest, plain)).as("%s: first sample that differs", name).isEqualTo(-1);
    });
  }

  @Test
  void anAnimationIsItsFirstFrameAndSaysSo() {
    for (String name : List.of("animated.png", "animated.gif", "animated.webp")) {
      assertThat(Pictures.picture(Pictures.PLAIN, Pictures.peer(name)).remarks()).as(name)
          .containsExactly(new Remark.FirstFrameOnly(2));
    }
  }

  @Test
  void storedPixelsAreNotTurned() {
    byte[] upright = Pictures.picture(Pictures.PLAIN, Pictures.peer("orientation-1.jpg")).stored().samples();
    for (int orientation = 1; orientation <= 8; orientation++) {
      var stored = Pictures.picture(Pictures.PLAIN, Pictures.peer("orientation-" + orientation + ".jpg")).stored();
      assertThat(stored.orientation()).isEqualTo(orientation);
      assertThat(Arrays.equals(stored.samples(), upright)).isTrue();
    }
  }

  @Test
  void theDoctorIsToldWhatDecodesWhat() {
    assertThat(Pictures.PLAIN.inUse()).noneMatch(DecoderInfo::nativeLibrary);
    assertThat(Pictures.PLAIN.inUse().stream().flatMap(info -> info.formats().stream())).containsExactlyInAnyOrder(
        ImageFormat.PNG, ImageFormat.JPEG, ImageFormat.WEBP, ImageFormat.GIF, ImageFormat.BMP, ImageFormat.TIFF);
    assertThat(Pictures.FASTEST.inUse()).containsAll(Pictures.PLAIN.inUse());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
