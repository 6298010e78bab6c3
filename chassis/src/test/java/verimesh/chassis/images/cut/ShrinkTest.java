package verimesh.chassis.images.cut;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.images.SrgbPixels;

class ShrinkTest {
  @ParameterizedTest
  @CsvSource({"400,100,200,200,50", "100,400,200,50,200", "201,201,200,200,200", "5000,1,200,200,1", "1,5000,200,1,200", "333,777,100,43,100"})
  void theLongestSideIsTheLimitAndProportionsStay(int width, int height, int limit, int newWidth, int newHeight) {
    SrgbPixels small = Shrink.within(grey(width, height), limit);
    assertThat(small.width()).isEqualTo(newWidth);
    assertThat(small.height()).isEqualTo(newHeight);
    for (byte sample : small.rgb()) assertThat(sample & 0xFF).isEqualTo(200); // an even picture stays even, to its edges
  }

  @Test
  void aPictureWithinTheLimitIsNotTouched() {
    SrgbPixels picture = grey(200, 150);
    assertThat(Shrink.within(picture, 200)).isSameAs(picture);
  }

  private static SrgbPixels grey(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    Arrays.fill(rgb, (byte) 200);
    return new SrgbPixels(width, height, rgb);
  }
}
