package verimesh.chassis.images.pdq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.images.Pictures;
import verimesh.chassis.images.StoredPixels;
import verimesh.chassis.images.StoredPixels.Layout;

class PdqTest {
  /// Streamed through the cache, four rows at a time, against the reference's way: one line after the other over whole planes.
  @ParameterizedTest
  @CsvSource({
    "512, 512", "64, 64", "65, 63", "5, 5", "5, 700", "700, 5", "129, 128", "257, 383", "34, 42", "511, 513", "1000, 400", "385, 385", "130, 7"
  })
  void everySizeGivesTheReferencesFloats(int width, int height) {
    long seed = Pictures.seed();
    var random = new SplittableRandom(seed);
    for (Layout layout : Layout.values()) {
      byte[] samples = new byte[width * height * layout.channels()];
      random.nextBytes(samples);
      var stored = new StoredPixels(width, height, layout, samples);
      assertThat(Arrays.equals(Downscale.to64(stored, PdqConvention.FULL_SIZE), byLines(stored)))
          .as("%dx%d %s, -Dverimesh.seed=%d", width, height, layout, seed).isTrue();
    }
  }

  private static float[] byLines(StoredPixels stored) {
    int w = stored.width();
    int h = stored.height();
    byte[] s = stored.samples();
    int step = stored.layout().channels();
    float[] a = new float[w * h];
    for (int i = 0; i < a.length; i++) {
      a[i] = stored.layout().isGrey() ? s[i * step] & 0xFF
          : 0.299f * (s[i * step] & 0xFF) + 0.587f * (s[i * step + 1] & 0xFF) + 0.114f * (s[i * step + 2] & 0xFF);
    }
    float[] b = new float[a.length];
    for (int pass = 0; pass < 2; pass++) {
      for (int y = 0; y < h; y++) box(a, b, y * w, 1, w, (w + 127) / 128);
      for (int x = 0; x < w; x++) box(b, a, x, w, h, (h + 127) / 128);
    }
    float[] small = new float[64 * 64];
    for (int i = 0; i < 64; i++) {
      for (int j = 0; j < 64; j++) small[i * 64 + j] = a[(int) ((i + 0.5) * h / 64) * w + (int) ((j + 0.5) * w / 64)];
    }
    return small;
  }

  private static void box(float[] in, float[] out, int at, int stride, int length, int window) {
    int half = (window + 2) / 2;
    float sum = 0;
    int count = 0;
    for (int right = 0; right < length + half - 1; right++) {
      if (right < length) {
        sum += in[at + right * stride];
        count++;
      }
      if (right >= window) {
        sum -= in[at + (right - window) * stride];
        count--;
      }
      if (right >= half - 1) out[at + (right - half + 1) * stride] = sum / count;
    }
  }

  @Test
  void aSideUnderFiveIsNotHashed() {
    for (int[] size : new int[][] {{4, 9}, {9, 4}, {1, 1}}) {
      var result = Pdq.hash(new StoredPixels(size[0], size[1], Layout.GREY, new byte[size[0] * size[1]]));
      assertThat(result).isEqualTo(new Pdq.Result(PdqHash.ZERO, 0));
    }
    assertThat(Pdq.dihedralHashes(new StoredPixels(4, 4, Layout.GREY, new byte[16]), PdqConvention.FULL_SIZE).hashes().values())
        .hasSize(8).containsOnly(PdqHash.ZERO);
  }

  @Test
  void onlyAPictureWithASideOver512IsShrunk() {
    var random = new SplittableRandom(4);
    for (int[] size : new int[][] {{512, 90}, {512, 512}, {513, 90}, {90, 513}}) {
      byte[] samples = new byte[size[0] * size[1]];
      random.nextBytes(samples);
      var stored = new StoredPixels(size[0], size[1], Layout.GREY, samples);
      boolean same = Pdq.hash(stored, PdqConvention.SHRUNK_512).equals(Pdq.hash(stored, PdqConvention.FULL_SIZE));
      assertThat(same).isEqualTo(size[0] <= 512 && size[1] <= 512);
    }
  }

  @Test
  void alphaIsDroppedNotComposited() {
    var random = new SplittableRandom(5);
    byte[] rgba = new byte[100 * 80 * 4];
    random.nextBytes(rgba);
    byte[] opaque = rgba.clone();
    for (int i = 3; i < opaque.length; i += 4) opaque[i] = (byte) 255;
    assertThat(Pdq.hash(new StoredPixels(100, 80, Layout.RGBA, rgba))).isEqualTo(Pdq.hash(new StoredPixels(100, 80, Layout.RGBA, opaque)));
  }

  @Test
  void aFlatPictureHasNoQualityAndNoBits() {
    byte[] flat = new byte[100 * 100];
    Arrays.fill(flat, (byte) 77);
    assertThat(Pdq.hash(new StoredPixels(100, 100, Layout.GREY, flat)).quality()).isZero();
  }

  @Test
  void hexAndBytesAreReadBack() {
    String hex = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
    PdqHash hash = PdqHash.ofHex(hex);
    assertThat(hash.hex()).isEqualTo(hex).isEqualTo(hash.toString());
    assertThat(PdqHash.ofHex(hex.toUpperCase())).isEqualTo(hash);
    assertThat(PdqHash.ofBytes(hash.bytes())).isEqualTo(hash);
    assertThat(hash.bytes()[0]).isEqualTo((byte) 0xF8);
    assertThat(hash.w0() & 0xFFFF).isEqualTo(0x9B22); // row 0 comes last
    assertThatThrownBy(() -> PdqHash.ofHex("0")).hasMessageContaining("64 hex digits");
    assertThatThrownBy(() -> PdqHash.ofBytes(new byte[31])).hasMessageContaining("31");
  }

  @Test
  void aMatchIsThirtyOneBitsAndQualityFifty() {
    PdqHash hash = new PdqHash(-1L, 0, 5, 9);
    PdqHash near = new PdqHash(-1L ^ (1L << 31) - 1, 0, 5, 9);
    PdqHash far = new PdqHash(-1L ^ (1L << 32) - 1, 0, 5, 9);
    assertThat(hash.distanceBits(near)).isEqualTo(31);
    PdqMatch rule = PdqMatch.REFERENCE;
    assertThat(rule.matches(hash, 50, near, 50)).isTrue();
    assertThat(rule.matches(hash, 50, far, 50)).isFalse();
    assertThat(rule.matches(hash, 49, near, 100)).isFalse();
    assertThat(rule.matches(hash, 100, near, 49)).isFalse();
    var lenient = new PdqMatch(256, 0);
    assertThat(lenient.matches(PdqHash.ZERO, 100, PdqHash.ZERO, 100)).isFalse();
    assertThat(lenient.matches(hash, 0, hash, 100)).isFalse();
    assertThat(lenient.matches(hash, 1, far, 1)).isTrue();
  }
}
