package verimesh.chassis.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import verimesh.chassis.images.StoredPixels.Layout;

class SrgbPixelsTest {
  /// Stored as `1 2 3 / 4 5 6`; EXIF 2.3 says where the stored first row and column are shown.
  @ParameterizedTest
  @CsvSource({
    "1, 3, 123456", "2, 3, 321654", "3, 3, 654321", "4, 3, 456123", "5, 2, 142536", "6, 2, 415263", "7, 2, 635241", "8, 2, 362514"
  })
  void everyOrientationStandsUpright(int orientation, int width, String shown) {
    byte[] rgb = new byte[18];
    for (int i = 0; i < 18; i++) rgb[i] = (byte) (i / 3 + 1);
    SrgbPixels upright = SrgbPixels.of(new StoredPixels(3, 2, Layout.RGB, rgb).withOrientation(orientation));
    assertThat(upright.width()).isEqualTo(width);
    var text = new StringBuilder();
    for (int i = 0; i < 6; i++) text.append(upright.rgb()[i * 3 + 2]);
    assertThat(text).hasToString(shown);
  }

  @Test
  void transparencyIsFlattenedOverWhite() {
    byte[] samples = {(byte) 255, 0, 0, 0, (byte) 200, 100, 0, (byte) 128, 10, 20, 30, (byte) 255};
    byte[] rgb = SrgbPixels.of(new StoredPixels(3, 1, Layout.RGBA, samples)).rgb();
    // (c * a + 255 * (255 - a) + 127) div 255
    assertThat(rgb).containsExactly(255, 255, 255, (200 * 128 + 255 * 127 + 127) / 255, (100 * 128 + 255 * 127 + 127) / 255, 127, 10, 20, 30);
    byte[] grey = SrgbPixels.of(new StoredPixels(2, 1, Layout.GREY_ALPHA, new byte[] {0, 0, 50, (byte) 255})).rgb();
    assertThat(grey).containsExactly(255, 255, 255, 50, 50, 50);
  }

  @Test
  void greyIsRepeatedWithoutAnyCurve() {
    assertThat(SrgbPixels.of(new StoredPixels(2, 1, Layout.GREY, new byte[] {1, (byte) 130})).rgb()).containsExactly(1, 1, 1, 130, 130, 130);
  }

  @Test
  void aPictureThatNeedsNothingSharesItsArray() {
    byte[] rgb = new byte[12];
    assertThat(SrgbPixels.of(new StoredPixels(2, 2, Layout.RGB, rgb)).rgb()).isSameAs(rgb);
  }

  @Test
  void srgbUnderAnotherNameChangesNothing() {
    byte[] srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
    assertThat(ColourProfile.read(srgb)).isInstanceOfSatisfying(ColourProfile.Reading.Usable.class, usable ->
        assertThat(usable.profile().changesNothing()).isTrue());
    byte[] linear = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    assertThat(ColourProfile.read(linear)).isInstanceOfSatisfying(ColourProfile.Reading.Usable.class, usable ->
        assertThat(usable.profile().changesNothing()).isFalse());
  }

  @Test
  void aProfileForGreyOrForNothingIsNotUsed() {
    byte[] grey = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
    assertThat(ColourProfile.read(grey)).isInstanceOf(ColourProfile.Reading.Unusable.class);
    byte[] srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
    for (int length : new int[] {1, 127, 131, 200, srgb.length / 2}) {
      assertThat(ColourProfile.read(Arrays.copyOf(srgb, length))).as("cut to %d", length).isInstanceOf(ColourProfile.Reading.Unusable.class);
    }
    assertThat(ColourProfile.read(new byte[0])).isEqualTo(new ColourProfile.Reading.Usable(ColourProfile.NONE));
  }
}
