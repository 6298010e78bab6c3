package verimesh.chassis.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.chassis.images.ImageHeader.Empty;
import verimesh.chassis.images.ImageHeader.Known;
import verimesh.chassis.images.ImageHeader.NotAnImage;
import verimesh.chassis.images.ImageHeader.UnreadableHeader;
import verimesh.chassis.testing.Shared;

class ImageHeaderTest {
  @ParameterizedTest
  @MethodSource("verimesh.chassis.images.Pictures#expected")
  void theHeaderSaysWhatTheDecoderWillFind(Pictures.Expected expected) {
    Known known = known(Pictures.peer(expected.file()));
    boolean turned = expected.file().matches("orientation-[5-8].*"); // the header tells of stored pixels
    assertThat(List.of(known.width(), known.height()))
        .isEqualTo(turned ? List.of(expected.height(), expected.width()) : List.of(expected.width(), expected.height()));
    String extension = expected.file().substring(expected.file().lastIndexOf('.') + 1);
    assertThat(known.format().id()).isEqualTo(extension.equals("jpg") ? "jpeg" : extension.equals("tif") ? "tiff" : extension);
    assertThat(known.frames()).isEqualTo(expected.file().startsWith("animated") ? 2 : 1);
    assertThat(known.animated()).isEqualTo(expected.file().startsWith("animated"));
    assertThat(known.decodable()).isEqualTo(!expected.file().equals("arithmetic.jpg"));
  }

  /// Sizes as ExifTool 12.57 prints them.
  @ParameterizedTest
  @CsvSource({
    "camera/apple-iphone-12-pro.dng, DNG, 4032, 3024", "camera/apple-iphone-15-pro.heic, HEIC, 4032, 3024",
    "camera/sony-ilce-7cm2.hif, HEIC, 7008, 4672", "c2pa/py-C.dng, DNG, 2048, 1365", "c2pa/ms-cards_trusted.avif, AVIF, 1071, 1428",
    "c2pa/ts-icon-v2-bmff.heic, HEIC, 1056, 1056", "ai-metadata/comfyui-animated.webp, WEBP, 1024, 1024", "c2pa/gen-plain.tiff, TIFF, 64, 64",
    "c2pa/ms-cards_trusted.svg, SVG, 650, 660", "c2pa/gen-valid-v2.pdf, PDF, 0, 0"
  })
  void otherPeoplesFilesHaveTheirSizes(String file, ImageFormat format, int width, int height) throws IOException {
    Known known = known(Files.readAllBytes(Shared.path("fixtures").resolve(file)));
    assertThat(List.of(known.format(), known.width(), known.height())).isEqualTo(List.of(format, width, height));
  }

  @Test
  void nothingIsEmptyAndTextIsNoImage() {
    assertThat(ImageHeader.read(new byte[0])).isInstanceOf(Empty.class);
    for (String text : List.of("x", "Hello, world", "BM is a Bavarian thing", "<!DOCTYPE html><html>", "<?xml version='1.0'?><note/>", "II*", "GIF88a.......")) {
      assertThat(ImageHeader.read(text.getBytes(StandardCharsets.UTF_8))).as(text)
          .isInstanceOfSatisfying(NotAnImage.class, not -> assertThat(not.message()).contains("No image format begins"));
    }
  }

  @Test
  void aVideoSaysThatItIsNoStillPicture() {
    assertThat(ImageHeader.read(box("ftyp", "isom\0\0\2\0isommp41".getBytes(StandardCharsets.ISO_8859_1))))
        .isInstanceOfSatisfying(NotAnImage.class, not -> assertThat(not.message()).contains("isom"));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "<svg width='30' height=\"20px\"/>", "\u00ef\u00bb\u00bf<?xml version='1.0'?>\n<!-- > -->\n<svg viewBox='0 0 30 20'>",
    "<!DOCTYPE svg [<!ENTITY a 'b>c'>]><svg\nwidth='30' height='20'>", "<svg height='20.5' width='30.2px' viewBox='0,0 1,1'></svg>"
  })
  void svgIsFoundBehindItsPrologue(String svg) {
    assertThat(known(svg.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(new Known(ImageFormat.SVG, 30, 20, 1, false, false));
  }

  @Test
  void bigTiffAndItsOrdersAreRead() {
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      ByteBuffer tiff = ByteBuffer.allocate(200).order(order);
      tiff.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M')).put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M'));
      tiff.putShort((short) 43).putShort((short) 8).putShort((short) 0).putLong(16).putLong(2);
      tiff.putShort((short) 256).putShort((short) 16).putLong(1).putLong(70_000);
      tiff.putShort((short) 257).putShort((short) 4).putLong(1).putInt(300).putInt(0);
      assertThat(known(tiff.array())).isEqualTo(new Known(ImageFormat.TIFF, 70_000, 300, 1, false, true));
    }
  }

  @Test
  void directoriesThatPointAtEachOtherAreCountedOnce() {
    ByteBuffer tiff = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) 2);
    tiff.putShort((short) 256).putShort((short) 3).putInt(1).putInt(5);
    tiff.putShort((short) 257).putShort((short) 3).putInt(1).putInt(6).putInt(8);
    assertThat(known(tiff.array()).frames()).isEqualTo(1);
  }

  @Test
  void rawSensorDataInATiffIsNotDecodable() {
    ByteBuffer tiff = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) 3);
    tiff.putShort((short) 256).putShort((short) 3).putInt(1).putInt(5);
    tiff.putShort((short) 257).putShort((short) 3).putInt(1).putInt(6);
    tiff.putShort((short) 262).putShort((short) 3).putInt(1).putInt(32803).putInt(0);
    assertThat(known(tiff.array()).decodable()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"heic, HEIC", "mif1, HEIC", "avif, AVIF", "avis, AVIF", "msf1, HEIC"})
  void thePrimaryItemsSizeCounts(String brand, ImageFormat format) {
    byte[] thumbnail = box("ispe", ints(0, 160, 120));
    byte[] picture = box("ispe", ints(0, 4000, 3000));
    byte[] ipco = box("ipco", join(thumbnail, picture));
    byte[] ipma = box("ipma", join(ints(0, 2), new byte[] {0, 1, 1, 1, 0, 7, 1, (byte) 0x82}));
    byte[] meta = box("meta", join(ints(0), box("pitm", join(ints(0), new byte[] {0, 7})), box("iprp", join(ipco, ipma))));
    Known known = known(join(box("ftyp", (brand + "\0\0\0\0mif1").getBytes(StandardCharsets.ISO_8859_1)), meta));
    assertThat(known).isEqualTo(new Known(format, 4000, 3000, 1, brand.equals("avis") || brand.equals("msf1"), false));
  }

  @Test
  void jpegXlIsReadBareAndInItsBox() {
    // small = 1, height 4 * 8, ratio 4 (3:2), then all metadata default
    byte[] bare = {(byte) 0xFF, 0x0A, (byte) (1 | 3 << 1 | (4 & 3) << 6), (byte) (4 >> 2 | 1 << 1)};
    assertThat(known(bare)).isEqualTo(new Known(ImageFormat.JXL, 48, 32, 1, false, false));
    byte[] container = join(new byte[] {0, 0, 0, 12, 'J', 'X', 'L', ' ', 13, 10, (byte) 0x87, 10}, box("ftyp", new byte[8]), box("jxlc", bare));
    assertThat(known(container)).isEqualTo(new Known(ImageFormat.JXL, 48, 32, 1, false, false));
    assertThat(known(join(Arrays.copyOf(container, 12), box("jxlp", join(new byte[4], bare))))).isEqualTo(known(bare));
  }

  @Test
  void jpegIsReadPastFillingAndStrays() {
    byte[] frame = {(byte) 0xFF, (byte) 0xC0, 0, 11, 8, 1, 44, 2, (byte) 0x90, 1, 1, 0x11, 0};
    byte[] comment = {(byte) 0xFF, (byte) 0xFE, 0, 4, 'h', 'i'};
    byte[] start = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};
    assertThat(known(join(start, new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFE, 0, 2, 77, 78}, comment, frame)))
        .isEqualTo(new Known(ImageFormat.JPEG, 656, 300, 1, false, true));
    // Twelve bits, lossless, arithmetic: real JPEGs that the JDK does not decode.
    for (int[] change : new int[][] {{4, 12}, {1, 0xC3}, {1, 0xC9}}) {
      byte[] rare = frame.clone();
      rare[change[0]] = (byte) change[1];
      assertThat(known(join(Arrays.copyOf(start, 2), rare)).decodable()).isFalse();
    }
    frame[5] = frame[6] = 0;
    assertThat(ImageHeader.read(join(Arrays.copyOf(start, 2), frame))).isInstanceOf(UnreadableHeader.class);
  }

  @Test
  void aBitmapsRowsMayRunEitherWay() {
    byte[] bmp = Pictures.peer("rgb.bmp").clone();
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(22, -61);
    assertThat(known(bmp).height()).isEqualTo(61);
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(22, Integer.MIN_VALUE);
    assertThat(ImageHeader.read(bmp)).isInstanceOf(UnreadableHeader.class);
  }

  @Test
  void forgedSizesAreToldAsTheyAre() {
    byte[] png = Pictures.peer("rgb.png").clone();
    ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
    assertThat(known(png).pixels()).isEqualTo(3_600_000_000L);
    ByteBuffer.wrap(png).putInt(16, -1);
    assertThat(ImageHeader.read(png)).isInstanceOf(UnreadableHeader.class);
  }

  @ParameterizedTest
  @MethodSource("verimesh.chassis.images.Pictures#names")
  void noCutMakesTheHeaderThrow(String name) {
    byte[] file = Pictures.peer(name);
    for (int length = 0; length < Math.min(file.length, 700); length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatCode(() -> ImageHeader.read(cut)).as("%s cut to %d", name, length).doesNotThrowAnyException();
    }
  }

  @Test
  void noChangeMakesTheHeaderThrow() {
    long seed = Pictures.seed();
    var random = new SplittableRandom(seed);
    List<byte[]> files = Pictures.names().map(Pictures::peer).toList();
    for (int round = 0; round < 20_000; round++) {
      byte[] file = files.get(random.nextInt(files.size()));
      byte[] changed = Arrays.copyOf(file, Math.min(file.length, 600));
      for (int i = random.nextInt(12); i >= 0; i--) changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      String what = "-Dverimesh.seed=" + seed + ", round " + round;
      try {
        ImageHeader.read(changed);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(what, e);
      }
    }
  }

  private static Known known(byte[] file) {
    return switch (ImageHeader.read(file)) {
      case Known known -> known;
      case ImageHeader other -> throw new AssertionError(other.toString());
    };
  }

  private static byte[] box(String type, byte[] payload) {
    return join(ints(8 + payload.length), type.getBytes(StandardCharsets.ISO_8859_1), payload);
  }

  private static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4);
    for (int value : values) bytes.putInt(value);
    return bytes.array();
  }

  private static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) out.writeBytes(part);
    return out.toByteArray();
  }
}
