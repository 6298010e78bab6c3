package verimesh.metadata.stealth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import verimesh.chassis.testing.Shared;
import verimesh.metadata.read.ContainerReader;
import verimesh.metadata.read.FileReader.Reading;
import verimesh.metadata.read.FileRecord;
import verimesh.metadata.stealth.Stealth.Mode;
import verimesh.metadata.stealth.Stealth.Payload;

class StealthReaderTest {
  private static final StealthReader READER = new StealthReader(64_000_000);
  private static final String TEXT = "a quiet harbour, テスト\nSteps: 20, Sampler: Euler, Seed: 1";
  private static final int[] ALL_FILTERS = {0, 1, 2, 3, 4};

  private static byte[] noise(int length, long seed) {
    byte[] samples = new byte[length];
    new Random(seed).nextBytes(samples);
    return samples;
  }

  private static byte[] payload(Mode mode, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    if (!mode.gzip()) return bytes;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] bits(Mode mode, byte[] payload, long declaredBits) {
    ByteBuffer bits = ByteBuffer.allocate(19 + payload.length);
    bits.put(mode.signature().getBytes(ISO_8859_1)).putInt((int) declaredBits).put(payload);
    return bits.array();
  }

  private static StoredPixels hidden(Mode mode, int width, int height, byte[] bits) {
    int channels = mode.inAlpha() ? 4 : 3;
    byte[] samples = noise(width * height * channels, 1);
    PngWriter.hide(samples, width, height, channels, mode.inAlpha(), bits);
    return PngPixels.of(PngWriter.png(width, height, channels, samples, ALL_FILTERS, 1_000)).orElseThrow();
  }

  private static StoredPixels hidden(Mode mode, int width, int height, String text) {
    byte[] payload = payload(mode, text);
    return hidden(mode, width, height, bits(mode, payload, payload.length * 8L));
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void everyModeIsReadInPicturesOfEveryShape(Mode mode) {
    for (int[] size : new int[][] {{64, 64}, {200, 120}, {200, 119}, {7, 500}, {500, 7}, {1_000, 2}, {2_000, 1}, {1, 2_000}}) {
      Stealth stealth = READER.read(hidden(mode, size[0], size[1], TEXT));
      assertThat(stealth.payload()).as(mode + " in " + Arrays.toString(size)).contains(new Payload(mode, TEXT));
      assertThat(stealth.findings()).isEmpty();
    }
  }

  @Test
  void rgbModeIsFoundInAPictureWithAlphaToo() {
    byte[] payload = payload(Mode.RGB_PLAIN, TEXT);
    byte[] samples = noise(100 * 100 * 4, 2);
    PngWriter.hide(samples, 100, 100, 4, false, bits(Mode.RGB_PLAIN, payload, payload.length * 8L));
    StoredPixels pixels = PngPixels.of(PngWriter.png(100, 100, 4, samples, ALL_FILTERS, 500)).orElseThrow();
    assertThat(READER.read(pixels).payload()).contains(new Payload(Mode.RGB_PLAIN, TEXT));
  }

  @Test
  void picturesWithoutARecordAreLeftAfterTheFirstRows() {
    int width = 300;
    int height = 1_000;
    StoredPixels pixels = PngPixels.of(PngWriter.png(width, height, 4, noise(width * height * 4, 3), ALL_FILTERS, 10_000)).orElseThrow();
    AtomicInteger rows = new AtomicInteger();
    assertThat(READER.read(counting(pixels, rows))).isEqualTo(Stealth.NOTHING);
    assertThat(rows.get()).isEqualTo(2); // of 1,000: the first row of a look for each mode
  }

  /// The same pixels, and how many rows were asked of them.
  private static StoredPixels counting(StoredPixels pixels, AtomicInteger rows) {
    return new StoredPixels() {
      @Override
      public int width() {
        return pixels.width();
      }

      @Override
      public int height() {
        return pixels.height();
      }

      @Override
      public int channels() {
        return pixels.channels();
      }

      @Override
      public boolean isStreamed() {
        return true;
      }

      @Override
      public boolean rows(int columns, RowVisitor visitor) {
        assertThat(columns).isEqualTo(1);
        return pixels.rows(columns, (y, samples, from) -> {
          rows.incrementAndGet();
          return visitor.row(y, samples, from);
        });
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "7", "12", "100000", "2147483640", "4294967288"})
  void aLengthThatCannotBeIsAFinding(long declared) {
    Stealth stealth = READER.read(hidden(Mode.ALPHA_PLAIN, 64, 64, bits(Mode.ALPHA_PLAIN, "x".repeat(40).getBytes(UTF_8), declared)));
    assertThat(stealth.payload()).isEmpty();
    assertThat(stealth.findings()).singleElement().satisfies(f -> assertThat(f.code()).isEqualTo("STEALTH_DAMAGED"));
  }

  @Test
  void theLastBitOfThePictureIsStillAPayload() {
    int side = 64;
    int bytes = (side * side - 152) / 8;
    String text = "y".repeat(bytes);
    assertThat(READER.read(hidden(Mode.ALPHA_PLAIN, side, side, text)).payload()).contains(new Payload(Mode.ALPHA_PLAIN, text));
    Stealth over = READER.read(hidden(Mode.ALPHA_PLAIN, side, side, bits(Mode.ALPHA_PLAIN, new byte[10], bytes * 8L + 8)));
    assertThat(over.payload()).isEmpty();
  }

  @Test
  void aBombInGzipIsCappedAndGarbageIsAFinding() {
    byte[] bomb = payload(Mode.ALPHA_GZIP, "0".repeat(20 << 20));
    Stealth stealth = READER.read(hidden(Mode.ALPHA_GZIP, 512, 512, bits(Mode.ALPHA_GZIP, bomb, bomb.length * 8L)));
    assertThat(stealth.payload()).isEmpty();
    assertThat(stealth.findings()).hasSize(1);
    byte[] garbage = noise(100, 5);
    assertThat(READER.read(hidden(Mode.RGB_GZIP, 64, 64, bits(Mode.RGB_GZIP, garbage, 800))).findings()).hasSize(1);
    byte[] noText = {(byte) 0xff, (byte) 0xfe, (byte) 0x80};
    assertThat(READER.read(hidden(Mode.RGB_PLAIN, 64, 64, bits(Mode.RGB_PLAIN, noText, 24))).findings()).hasSize(1);
  }

  @Test
  void aPictureOverTheLimitIsOnlyLookedAt() {
    Stealth stealth = new StealthReader(1_000).read(hidden(Mode.ALPHA_PLAIN, 64, 64, TEXT));
    assertThat(stealth.payload()).isEmpty();
    assertThat(stealth.findings()).hasSize(1);
  }

  @Test
  void cutsAndNoiseNeverThrow() {
    byte[] payload = payload(Mode.ALPHA_GZIP, TEXT);
    byte[] samples = noise(96 * 96 * 4, 6);
    PngWriter.hide(samples, 96, 96, 4, true, bits(Mode.ALPHA_GZIP, payload, payload.length * 8L));
    byte[] file = PngWriter.png(96, 96, 4, samples, ALL_FILTERS, 300);
    long seed = Long.getLong("verimesh.seed", 20261129L);
    System.out.println("StealthReaderTest seed " + seed);
    Random random = new Random(seed);
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
      for (int i = 0; i < 2_000; i++) {
        byte[] changed = i % 2 == 0 ? Arrays.copyOf(file, random.nextInt(file.length)) : file.clone();
        for (int n = i % 2 == 0 ? 0 : 1 + random.nextInt(6); n > 0; n--) changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        PngPixels.of(changed).ifPresent(p -> assertThat(READER.read(p)).isNotNull());
      }
    });
  }

  @Test
  void aHeaderThatDeclaresTheMoonCostsNothing() {
    byte[] file = PngWriter.png(64, 64, 4, noise(64 * 64 * 4, 7), ALL_FILTERS, 1_000);
    ByteBuffer.wrap(file).putInt(16, 60_000).putInt(20, 60_000);
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(2), () -> PngPixels.of(file).ifPresent(p -> assertThat(READER.read(p)).isNotNull()));
    ByteBuffer.wrap(file).putInt(16, Integer.MAX_VALUE).putInt(20, Integer.MAX_VALUE);
    assertThat(PngPixels.of(file)).isEmpty();
    ByteBuffer.wrap(file).putInt(16, -1);
    assertThat(PngPixels.of(file)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"ALPHA_PLAIN, " + StealthSeeds.ALPHA_WEBP, "RGB_PLAIN, " + StealthSeeds.RGB_WEBP})
  void losslessWebPsHoldRecordsToo(Mode mode, String base64) {
    byte[] file = Base64.getDecoder().decode(base64);
    FileRecord record = ((Reading.Read) new ContainerReader().read(file)).record();
    StoredPixels pixels = StoredPixels.of(record, file).orElseThrow();
    assertThat(READER.read(pixels).payload()).contains(new Payload(mode, "Steps: 1"));
    for (int cut = 0; cut < file.length; cut++) {
      byte[] part = Arrays.copyOf(file, cut);
      if (new ContainerReader().read(part) instanceof Reading.Read(FileRecord read)) StoredPixels.of(read, part).ifPresent(p -> assertThat(READER.read(p)).isNotNull());
    }
  }

  @Test
  void rowsComeOutAsTheyWereWritten() {
    byte[] samples = noise(33 * 21 * 3, 8);
    for (int filter = 0; filter < 5; filter++) {
      StoredPixels pixels = PngPixels.of(PngWriter.png(33, 21, 3, samples, new int[] {filter}, 17)).orElseThrow();
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      assertThat(pixels.rows(33, (_, row, from) -> {
        read.write(row, from, 33 * 3);
        return true;
      })).isTrue();
      assertThat(read.toByteArray()).as("filter " + filter).isEqualTo(samples);
    }
  }

  @Test
  void theLeftColumnsAreTheSameWithoutTheRest() {
    byte[] samples = noise(33 * 21 * 4, 9);
    StoredPixels pixels = PngPixels.of(PngWriter.png(33, 21, 4, samples, ALL_FILTERS, 40)).orElseThrow();
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    pixels.rows(2, (_, row, from) -> {
      read.write(row, from, 2 * 4);
      return true;
    });
    for (int y = 0; y < 21; y++) {
      assertThat(Arrays.copyOfRange(read.toByteArray(), y * 8, y * 8 + 8)).isEqualTo(Arrays.copyOfRange(samples, y * 33 * 4, y * 33 * 4 + 8));
    }
  }

  @Test
  void theCommentIsCutAsItsSignerCutIt() {
    assertThat(NovelAiSeal.without("{\"a\": 1, \"signed_hash\": \"xy\"}", 9, 28)).isEqualTo("{\"a\": 1}");
    String first = "{\"signed_hash\": \"xy\", \"a\": 1}";
    assertThat(NovelAiSeal.without(first, 1, 20)).isEqualTo("{\"a\": 1}");
    String middle = "{\"a\": 1, \"signed_hash\": \"xy\", \"b\": 2}";
    assertThat(NovelAiSeal.without(middle, 9, 28)).isEqualTo("{\"a\": 1, \"b\": 2}");
  }

  @Test
  void brokenSealsDoNotHold() {
    StoredPixels pixels = hidden(Mode.ALPHA_PLAIN, 64, 64, TEXT);
    for (String comment : List.of("", "{}", "{\"signed_hash\"", "{\"signed_hash\": \"", "{\"signed_hash\": \"!!\"}", "{\"signed_hash\": \"AAAA\"}", "{\"signed_hash\": \"" + "A".repeat(86) + "==\"}", "\"signed_hash\":7")) {
      assertThat(NovelAiSeal.holds(pixels, comment)).isFalse();
    }
  }

  @Test
  void anOriginalIsSealedAndOneBitBreaksTheSeal() throws IOException {
    byte[] file = Files.readAllBytes(Shared.path("fixtures/ai-metadata/novelai-v4.5-curated.png"));
    FileRecord record = ((Reading.Read) new ContainerReader().read(file)).record();
    String comment = record.texts().stream().filter(t -> t.keyword().equals("Comment")).findFirst().orElseThrow().text();
    StoredPixels pixels = StoredPixels.of(record, file).orElseThrow();
    assertThat(NovelAiSeal.holds(pixels, comment)).isTrue();
    assertThat(NovelAiSeal.holds(pixels, comment.replace("\"steps\": 23", "\"steps\": 24"))).isFalse();
    assertThat(READER.read(pixels).payload()).map(Payload::mode).contains(Mode.ALPHA_GZIP);
    assertThat(Optional.of(READER.read(pixels).payload().orElseThrow().text())).hasValueSatisfying(t -> assertThat(t).contains("NovelAI"));
  }
}
