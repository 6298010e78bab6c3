package verimesh.chassis.images.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.Pictures;
import verimesh.chassis.images.SrgbPixels;
import verimesh.chassis.images.StoredPixels;

/// What a stranger's file can hold: never an exception, never more memory than its pixels are worth, never long.
class HostilePicturesTest {
  private static final Duration LONG = Duration.ofSeconds(20); // on a busy machine; alone it takes a second or two

  /// One or two of each format; the others are cut at a few places only.
  private static final List<String> CUT_FINELY = List.of("rgb.png", "rgba-interlaced.png", "subsampling-2.jpg", "subsampling-2-progressive.jpg",
      "lossy-80.webp", "lossless-alpha.webp", "animated.gif", "run-length.bmp", "rgb-lzw.tif", "planar.tif");

  @ParameterizedTest
  @MethodSource("verimesh.chassis.images.Pictures#names")
  void aFileCutAnywhereGivesWhatItHoldsOrSaysWhyNot(String name) {
    byte[] file = Pictures.peer(name);
    int offsets = CUT_FINELY.contains(name) ? 60 : 7;
    Assertions.assertTimeoutPreemptively(LONG, () -> {
      for (int i = 0; i < offsets; i++) {
        byte[] cut = Arrays.copyOf(file, (int) ((long) file.length * i / offsets));
        for (Decoder decoder : List.of(Pictures.PLAIN, Pictures.FASTEST)) everyOutcomeIsWhole(decoder.decode(cut), name + " cut to " + cut.length);
      }
    });
  }

  /// A picture's pixels can be used, a refusal has something to say.
  private static void everyOutcomeIsWhole(Decoded decoded, String what) {
    switch (decoded) {
      case Decoded.Picture picture -> {
        assertThatCode(() -> SrgbPixels.of(picture.stored())).as(what).doesNotThrowAnyException();
        picture.remarks().forEach(remark -> assertThat(remark.message()).as(what).isNotBlank());
      }
      case Decoded.Broken(String message) -> assertThat(message).as(what).isNotBlank();
      case Decoded.Unsupported(_, String message) -> assertThat(message).as(what).isNotBlank();
      case Decoded.OverLimit(_, String message) -> assertThat(message).as(what).isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "palette-4bit.png", "subsampling-2.jpg", "lossy-80.webp", "lossless.webp", "palette.gif", "rgb.bmp", "rgb-raw.tif"})
  void theUpperHalfOfAFileCutInTheMiddleIsStillThere(String name) {
    byte[] file = Pictures.peer(name);
    for (Decoder decoder : List.of(Pictures.PLAIN, Pictures.FASTEST)) {
      StoredPixels whole = Pictures.picture(decoder, file).stored();
      Decoded.Picture half = Pictures.picture(decoder, Arrays.copyOf(file, file.length * 6 / 10));
      assertThat(half.damaged()).isTrue();
      byte[] expected = whole.rgb();
      byte[] got = half.stored().rgb();
      int rowBytes = whole.width() * 3;
      // Bitmaps are stored from the bottom up; everything else from the top down. An eighth is surely sound.
      int rows = whole.height() / 8;
      int from = name.endsWith(".bmp") ? (whole.height() - rows) * rowBytes : 0;
      assertThat(Arrays.mismatch(got, from, from + rows * rowBytes, expected, from, from + rows * rowBytes)).as("first byte that differs").isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @MethodSource("verimesh.chassis.images.Pictures#names")
  void noChangedBytesMakeTheDecoderThrowOrHang(String name) {
    byte[] file = Pictures.peer(name);
    long seed = Pictures.seed();
    var random = new SplittableRandom(seed);
    Assertions.assertTimeoutPreemptively(LONG, () -> {
      for (int i = 0; i < 16; i++) {
        byte[] changed = file.clone();
        int changes = 1 + random.nextInt(8);
        // Half of them in the first hundred bytes, where the headers lie.
        for (int c = 0; c < changes; c++) {
          int within = random.nextBoolean() ? Math.min(100, changed.length) : changed.length;
          changed[random.nextInt(within)] = (byte) random.nextInt(256);
        }
        String what = name + ", -Dverimesh.seed=" + seed + ", round " + i;
        try {
          everyOutcomeIsWhole(Pictures.PLAIN.decode(changed), what);
          everyOutcomeIsWhole(Pictures.FASTEST.decode(changed), what);
        } catch (RuntimeException | Error e) {
          throw new AssertionError(what, e);
        }
      }
    });
  }

  @Test
  void aBombIsRefusedByItsHeaderBeforeAnythingIsAllocated() {
    byte[] bomb = png(60_000, 60_000, 8, 2, new byte[64]);
    assertThat(Pictures.PLAIN.decode(bomb)).isInstanceOfSatisfying(Decoded.OverLimit.class, over ->
        assertThat(over.message()).contains("60000x60000").contains("16384"));
    // Within the side, but with too many pixels.
    assertThat(Pictures.PLAIN.decode(png(16_000, 16_000, 8, 2, new byte[64]))).isInstanceOfSatisfying(Decoded.OverLimit.class, over ->
        assertThat(over.message()).contains("256 MP").contains("64 MP"));
  }

  @Test
  void theLimitIsTheLastPictureThatIsTaken() {
    var decoder = Decoder.plain(new DecodeLimits(97 * 61, 97));
    assertThat(decoder.decode(Pictures.peer("rgb.png"))).isInstanceOf(Decoded.Picture.class);
    assertThat(Decoder.plain(new DecodeLimits(97 * 61 - 1, 97)).decode(Pictures.peer("rgb.png"))).isInstanceOf(Decoded.OverLimit.class);
    assertThat(Decoder.plain(new DecodeLimits(97 * 61, 96)).decode(Pictures.peer("rgb.png"))).isInstanceOf(Decoded.OverLimit.class);
  }

  @Test
  void aFrameLargerThanItsCanvasIsMeasuredToo() {
    byte[] gif = Pictures.peer("palette.gif").clone();
    int frame = indexOf(gif, 0x2C);
    ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN).putShort(frame + 5, (short) 60_000).putShort(frame + 7, (short) 60_000);
    assertThat(Pictures.PLAIN.decode(gif)).isInstanceOf(Decoded.OverLimit.class);
  }

  @Test
  void whatFollowsThePixelsIsNotInflated() {
    // 1x1 pixel, and 64 MiB of zeros behind it, packed to 64 KiB.
    byte[] bomb = png(1, 1, 8, 0, new byte[64 << 20]);
    assertThat(bomb.length).isLessThan(1 << 17);
    Assertions.assertTimeout(Duration.ofSeconds(2), () -> assertThat(Pictures.PLAIN.decode(bomb)).isInstanceOf(Decoded.Picture.class));
  }

  @Test
  void aColourProfileThatInflatesToGigabytesIsLeftOut() {
    byte[] profile = deflated(new byte[64 << 20]);
    byte[] chunk = new byte[3 + profile.length];
    chunk[0] = 'p';
    System.arraycopy(profile, 0, chunk, 3, profile.length);
    byte[] file = png(1, 1, 8, 2, new byte[4], "iCCP", chunk);
    assertThat(Pictures.picture(Pictures.PLAIN, file).remarks()).singleElement().isInstanceOf(Remark.ProfileIgnored.class);
  }

  @Test
  void aNonsensicalColourProfileIsLeftOutAndSaid() {
    byte[] profile = deflated("not a profile at all, though it is long enough to be one".repeat(8).getBytes(StandardCharsets.US_ASCII));
    byte[] chunk = new byte[3 + profile.length];
    chunk[0] = 'p';
    System.arraycopy(profile, 0, chunk, 3, profile.length);
    Decoded.Picture picture = Pictures.picture(Pictures.PLAIN, png(1, 1, 8, 2, new byte[] {0, 10, 20, 30}, "iCCP", chunk));
    assertThat(picture.remarks()).singleElement().isInstanceOf(Remark.ProfileIgnored.class);
    assertThat(SrgbPixels.of(picture.stored()).rgb()).containsExactly(10, 20, 30);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16_384})
  void narrowPicturesAreDecoded(int width) {
    byte[] row = new byte[1 + width];
    Arrays.fill(row, 1, row.length, (byte) 7);
    assertThat(Pictures.picture(Pictures.PLAIN, png(width, 1, 8, 0, row)).stored().width()).isEqualTo(width);
    byte[] column = new byte[2 * width];
    assertThat(Pictures.picture(Pictures.PLAIN, png(1, width, 8, 0, column)).stored().height()).isEqualTo(width);
  }

  @Test
  void aPictureWithoutASizeIsNone() {
    assertThat(Pictures.PLAIN.decode(png(0, 5, 8, 2, new byte[0]))).isInstanceOf(Decoded.Broken.class);
    assertThat(Pictures.PLAIN.decode(png(5, 0, 8, 2, new byte[0]))).isInstanceOf(Decoded.Broken.class);
    assertThat(Pictures.PLAIN.decode(png(-1, 5, 8, 2, new byte[0]))).isInstanceOf(Decoded.Broken.class);
  }

  @ParameterizedTest
  @MethodSource("everyColourTypeWithEveryDepth")
  void onlyTheStandardsColourTypesAndDepthsExist(int colourType, int depth) {
    boolean exists = switch (colourType) {
      case 0 -> List.of(1, 2, 4, 8, 16).contains(depth);
      case 2, 4, 6 -> depth == 8 || depth == 16;
      default -> false; // 3 has no palette here
    };
    Decoded decoded = Pictures.PLAIN.decode(png(2, 2, depth, colourType, new byte[64]));
    assertThat(decoded instanceof Decoded.Picture).isEqualTo(exists);
  }

  static Stream<Arguments> everyColourTypeWithEveryDepth() {
    return IntStream.range(0, 8).boxed().flatMap(type -> Stream.of(0, 1, 2, 3, 4, 8, 16, 32, 255)
        .map(depth -> Arguments.of(type, depth)));
  }

  @Test
  void aWrongChecksumIsToldAndThePixelsAreShown() {
    byte[] file = Pictures.peer("rgb.png").clone();
    file[file.length - 14] ^= 1; // the checksum of the last IDAT
    assertThat(Pictures.picture(Pictures.PLAIN, file).damaged()).isTrue();
  }

  @Test
  void aJpegWithThousandsOfScansIsRefused() {
    byte[] one = Pictures.peer("subsampling-2-progressive.jpg");
    int scan = 0;
    for (int i = 0; i + 1 < one.length && scan == 0; i++) {
      if (one[i] == (byte) 0xFF && one[i + 1] == (byte) 0xDA) scan = i;
    }
    var many = new ByteArrayOutputStream();
    many.write(one, 0, scan);
    byte[] emptyScan = {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 1, 5, 0x10};
    for (int i = 0; i < 20_000; i++) many.writeBytes(emptyScan);
    var decoder = Decoder.fastest(new DecodeLimits(97 * 61, 1000));
    Assertions.assertTimeout(Duration.ofSeconds(2), () -> assertThat(decoder.decode(many.toByteArray())).isInstanceOf(Decoded.OverLimit.class));
  }

  @Test
  void whatIsNoPictureSaysSo() {
    assertThat(Pictures.PLAIN.decode(new byte[0])).isInstanceOfSatisfying(Decoded.Broken.class, b -> assertThat(b.message()).contains("empty"));
    assertThat(Pictures.PLAIN.decode("Dear reader".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(Decoded.Broken.class, b -> assertThat(b.message()).contains("No image format begins"));
  }

  @Test
  void aHeaderThatPromisesFramesThatAreNotThereIsRefusedOrShown() {
    byte[] webp = Arrays.copyOf(Pictures.peer("animated.webp"), 60);
    everyOutcomeIsWhole(Pictures.PLAIN.decode(webp), "an animation without its first frame");
    assertThat(ImageHeader.read(webp)).isInstanceOf(ImageHeader.Known.class);
  }

  private static int indexOf(byte[] bytes, int value) {
    // A palette may hold the same byte: the frame's descriptor follows the last extension block's zero.
    for (int i = 13 + 3 * (2 << (bytes[10] & 7)); i < bytes.length; i++) {
      if (bytes[i] == value && bytes[i - 1] == 0) return i;
    }
    return 13 + 3 * (2 << (bytes[10] & 7));
  }

  // ---- PNGs by hand

  private static byte[] png(int width, int height, int depth, int colourType, byte[] rows, Object... extra) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    chunk(out, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) depth).put((byte) colourType).array());
    if (extra.length > 0) chunk(out, (String) extra[0], (byte[]) extra[1]);
    chunk(out, "IDAT", deflated(rows));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] named = new byte[4 + data.length];
    System.arraycopy(type.getBytes(StandardCharsets.US_ASCII), 0, named, 0, 4);
    System.arraycopy(data, 0, named, 4, data.length);
    var crc = new CRC32();
    crc.update(named);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(named);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  private static byte[] deflated(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    var buffer = new byte[1 << 16];
    try (var deflater = new Deflater()) {
      deflater.setInput(bytes);
      deflater.finish();
      while (!deflater.finished()) out.write(buffer, 0, deflater.deflate(buffer));
    }
    return out.toByteArray();
  }
}
