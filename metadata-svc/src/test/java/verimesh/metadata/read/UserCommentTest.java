package verimesh.metadata.read;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static verimesh.metadata.read.Crafted.join;
import static verimesh.metadata.read.Crafted.latin1;
import static verimesh.metadata.read.Crafted.utf8;

import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserCommentTest {
  private static final String MIXED = "こども 🌊 a lighthouse\nNegative prompt: blurry\nSteps: 24, Seed: 1";
  private static final String CHINESE = "黄昏时分的灯塔矗立在玄武岩悬崖之上";

  static Stream<ByteOrder> bothOrders() {
    return Stream.of(BIG_ENDIAN, LITTLE_ENDIAN);
  }

  @ParameterizedTest @MethodSource("bothOrders")
  void theOrderOfUtf16IsThatOfTheTextNotOfTheHeader(ByteOrder header) {
    assertThat(UserComment.decode(unicode(MIXED, StandardCharsets.UTF_16BE), header)).isEqualTo(MIXED);
    assertThat(UserComment.decode(unicode(MIXED, StandardCharsets.UTF_16LE), header)).isEqualTo(MIXED);
  }

  @ParameterizedTest @MethodSource("bothOrders")
  void textWithoutAnyAsciiTakesTheOrderThatMakesSense(ByteOrder header) {
    assertThat(UserComment.decode(unicode(CHINESE, StandardCharsets.UTF_16BE), header)).isEqualTo(CHINESE);
    assertThat(UserComment.decode(unicode(CHINESE, StandardCharsets.UTF_16LE), header)).isEqualTo(CHINESE);
  }

  @Test void aByteOrderMarkDecides() {
    assertThat(UserComment.decode(join(latin1("UNICODE\0\u00ff\u00fe"), MIXED.getBytes(StandardCharsets.UTF_16LE)), BIG_ENDIAN)).isEqualTo(MIXED);
    assertThat(UserComment.decode(join(latin1("UNICODE\0\u00fe\u00ff"), MIXED.getBytes(StandardCharsets.UTF_16BE)), LITTLE_ENDIAN)).isEqualTo(MIXED);
  }

  @Test void utf8BehindTheUnicodeCodeIsUtf8() {
    assertThat(UserComment.decode(join(latin1("UNICODE\0"), utf8(MIXED)), BIG_ENDIAN)).isEqualTo(MIXED);
  }

  @Test void asciiMayHoldUtf8AndEndInNuls() {
    assertThat(UserComment.decode(join(latin1("ASCII\0\0\0"), utf8(MIXED), new byte[9]), BIG_ENDIAN)).isEqualTo(MIXED);
  }

  @Test void textWithoutACodeIsTextFromTheStart() {
    assertThat(UserComment.decode(utf8("{\"prompt\": {\"12\": 1}}\0"), LITTLE_ENDIAN)).isEqualTo("{\"prompt\": {\"12\": 1}}");
  }

  @Test void eightNulsStandForAnyTextThatIsThere() {
    assertThat(UserComment.decode(join(new byte[8], utf8(MIXED)), BIG_ENDIAN)).isEqualTo(MIXED);
    assertThat(UserComment.decode(join(new byte[8], MIXED.getBytes(StandardCharsets.UTF_16LE)), BIG_ENDIAN)).isEqualTo(MIXED);
  }

  @Test void japaneseCodeIsDecodedWhereTheRuntimeCan() {
    String text = "日本語の灯台と青い海";
    if (Charset.isSupported("ISO-2022-JP")) {
      assertThat(UserComment.decode(join(latin1("JIS\0\0\0\0\0"), text.getBytes(Charset.forName("ISO-2022-JP"))), BIG_ENDIAN)).isEqualTo(text);
    }
  }

  @ParameterizedTest @ValueSource(ints = {0, 1, 7, 8, 9, 125})
  void paddingIsNoComment(int blanks) {
    assertThat(UserComment.decode(join(latin1("ASCII\0\0\0"), latin1(" ".repeat(blanks))), BIG_ENDIAN)).isEmpty();
    assertThat(UserComment.decode(new byte[blanks], BIG_ENDIAN)).isEmpty();
  }

  @Test void sevenPrintableCharactersAreNoiseAndEightAreText() {
    assertThat(UserComment.decode(join(latin1("ASCII\0\0\0"), latin1("seven77")), BIG_ENDIAN)).isEmpty();
    assertThat(UserComment.decode(join(latin1("ASCII\0\0\0"), latin1("eight888")), BIG_ENDIAN)).isEqualTo("eight888");
  }

  private static byte[] unicode(String text, Charset charset) {
    return join(latin1("UNICODE\0"), text.getBytes(charset));
  }
}
