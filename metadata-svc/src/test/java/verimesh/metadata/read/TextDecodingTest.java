package verimesh.metadata.read;

import static org.assertj.core.api.Assertions.assertThat;
import static verimesh.metadata.read.Crafted.join;
import static verimesh.metadata.read.Crafted.latin1;
import static verimesh.metadata.read.Crafted.utf8;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TextDecodingTest {
  @Test void validUtf8IsUtf8AndTheRestIsLatin1() {
    assertThat(TextDecoding.utf8OrLatin1(Slice.of(utf8("こ🌊ü")))).isEqualTo("こ🌊ü");
    assertThat(TextDecoding.utf8OrLatin1(Slice.of(latin1("Gr\u00fc\u00dfe")))).isEqualTo("Grüße");
  }

  @Test void aCharacterCutOffAtTheEndIsDroppedNotMisread() {
    byte[] whole = utf8("a sea 🌊");
    for (int cut = 1; cut < 4; cut++) {
      assertThat(TextDecoding.utf8OrLatin1(Slice.of(Arrays.copyOf(whole, whole.length - cut)))).isEqualTo("a sea ");
    }
  }

  @Test void overlongFormsAndSurrogatesAreNoUtf8() {
    assertThat(TextDecoding.utf8(Slice.of(latin1("\u00c0\u0080x")))).isEmpty();
    assertThat(TextDecoding.utf8(Slice.of(latin1("\u00ed\u00a0\u0080x")))).isEmpty();
  }

  @Test void trailingNulsGoAndInnerOnesStay() {
    assertThat(TextDecoding.utf8OrLatin1(Slice.of(join(latin1("a\0b"), new byte[3])))).isEqualTo("a\0b");
  }

  @Test void aWindowNeverShowsItsNeighbour() {
    Slice window = Slice.of(latin1("abcdef")).clip(2, 2);
    assertThat(window.latin1()).isEqualTo("cd");
    assertThat(window.has(1, 2)).isFalse();
    assertThat(window.has(Long.MAX_VALUE, Long.MAX_VALUE)).isFalse();
    assertThat(window.has(-1, 1)).isFalse();
    assertThat(window.clip(1, Long.MAX_VALUE).latin1()).isEqualTo("d");
    assertThat(window.clip(Long.MAX_VALUE, 1).isEmpty()).isTrue();
    assertThat(window.indexOf('e', 0, 99)).isEqualTo(-1);
  }
}
