package verimesh.metadata.c2pa;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.metadata.c2pa.Cbor.Document.Malformed;
import verimesh.metadata.c2pa.Cbor.Document.Read;

class CborTest {
  private static Cbor.Document read(byte[] bytes) {
    return Cbor.read(bytes, 0, bytes.length);
  }

  private static CborValue value(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(read(bytes)).isInstanceOf(Read.class);
    return ((Read) read(bytes)).value();
  }

  @Test
  void theExamplesOfTheStandardRead() { // RFC 8949, appendix A
    assertThat(value("00")).isEqualTo(new CborValue.Int(0));
    assertThat(value("1818")).isEqualTo(new CborValue.Int(24));
    assertThat(value("1b000000e8d4a51000")).isEqualTo(new CborValue.Int(1_000_000_000_000L));
    assertThat(value("1bffffffffffffffff")).isEqualTo(new CborValue.Huge(false, -1));
    assertThat(value("3903e7")).isEqualTo(new CborValue.Int(-1000));
    assertThat(value("3bffffffffffffffff")).isEqualTo(new CborValue.Huge(true, -1));
    assertThat(value("f93c00")).isEqualTo(new CborValue.Float(1.0));
    assertThat(value("fa47c35000")).isEqualTo(new CborValue.Float(100_000.0));
    assertThat(value("fb3ff199999999999a")).isEqualTo(new CborValue.Float(1.1));
    assertThat(value("f5").isTrue()).isTrue();
    assertThat(value("c074323031332d30332d32315432303a30343a30305a").asText()).contains("2013-03-21T20:04:00Z");
    assertThat(value("62c3bc").asText()).contains("ü");
    assertThat(value("7f657374726561646d696e67ff").asText()).contains("streaming");
    assertThat(((CborValue.Bytes) value("5f42010243030405ff")).copy()).containsExactly(1, 2, 3, 4, 5);
    assertThat(value("9f018202039f0405ffff").items()).hasSize(3);
    assertThat(value("bf61610161629f0203ffff").get("b").orElseThrow().items()).hasSize(2);
    assertThat(value("a201020304").get(3L)).contains(new CborValue.Int(4));
  }

  @Test
  void aByteStringIsASliceOfTheInput() {
    byte[] bytes = HexFormat.of().parseHex("8243aabbcc40");
    CborValue.Bytes first = (CborValue.Bytes) ((Read) read(bytes)).value().items().getFirst();
    assertThat(first.data()).isSameAs(bytes);
    assertThat(first.from()).isEqualTo(2);
    assertThat(first.to()).isEqualTo(5);
  }

  @Test
  void whatTrailsIsLeftAndItsPlaceTold() {
    assertThat(read(new byte[] {0x01, 0x02})).isEqualTo(new Read(new CborValue.Int(1), 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "18", "1900", "5a7fffffff00", "5bffffffffffffffff", "7b7fffffffffffffff", "9a7fffffff01", "9b8000000000000000", "ba7fffffff0101", "bbffffffffffffffff",
    "9f", "bf61", "5f", "5f6161ff", "7f4161ff", "7f7f6161ffff", "1c", "1f", "5c", "dc", "ff", "82ff", "fc", "62c328", "61ff", "d8"})
  void aLieAboutLengthsOrTypesIsMalformed(String hex) {
    assertThat(read(HexFormat.of().parseHex(hex))).isInstanceOf(Malformed.class);
  }

  @Test
  void nestingIsReadToItsLimitAndNoFurther() {
    assertThat(read(nested(Cbor.DEPTH_MAX))).isInstanceOf(Read.class);
    assertThat(read(nested(Cbor.DEPTH_MAX + 1))).isInstanceOf(Malformed.class);
    assertThat(read(nested(1_000_000))).isInstanceOf(Malformed.class);
    byte[] tags = new byte[1_000_000];
    java.util.Arrays.fill(tags, (byte) 0xc1);
    assertThat(read(tags)).isInstanceOf(Malformed.class);
  }

  private static byte[] nested(int depth) {
    byte[] bytes = new byte[depth + 1];
    java.util.Arrays.fill(bytes, (byte) 0x81);
    bytes[depth] = 0;
    return bytes;
  }

  @Test
  void itemsAreCountedBeforeTheyFillTheHeap() {
    byte[] flat = new byte[2_000_000]; // an array of two million zeros takes two megabytes to say
    byte[] head = StoreBuilder.head(4, flat.length);
    assertThat(read(StoreBuilder.concat(head, flat))).isInstanceOf(Malformed.class);
  }

  @Test
  void whateverIsWrittenReadsBack() {
    Map<String, Object> claim = new java.util.LinkedHashMap<>();
    claim.put("text", "DALL·E");
    claim.put("bytes", new byte[300]);
    claim.put("number", -70_000);
    claim.put("list", List.of("a", true, List.of()));
    claim.put("nothing", null);
    byte[] bytes = StoreBuilder.cbor(claim);
    CborValue value = ((Read) read(bytes)).value();
    assertThat(value.text("text")).contains("DALL·E");
    assertThat(((CborValue.Bytes) value.get("bytes").orElseThrow()).length()).isEqualTo(300);
    assertThat(value.get("number")).contains(new CborValue.Int(-70_000));
    assertThat(value.get("list").orElseThrow().items()).hasSize(3);
    assertThat(value.get("nothing")).contains(new CborValue.Simple(22));
    assertThat(value.get("absent")).isEmpty();
  }

  @Test
  void noBytesMakeTheReaderThrow() {
    long seed = Long.getLong("verimesh.seed", 20261125L);
    System.out.println("CborTest seed " + seed);
    Random random = new Random(seed);
    byte[] sound = StoreBuilder.cbor(Map.of("a", List.of(1, 2, "three"), "b", Map.of("c", new byte[40])));
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes;
      if (i % 2 == 0) {
        bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
      } else { // a sound document with some bytes changed gets deeper than noise does
        bytes = sound.clone();
        for (int n = random.nextInt(4); n >= 0; n--) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(read(bytes)).isNotNull();
    }
  }

  @Test
  void onlyTheGivenRangeIsRead() {
    byte[] bytes = ("xx" + "\u0003").getBytes(UTF_8);
    assertThat(Cbor.read(bytes, 2, 3)).isEqualTo(new Read(new CborValue.Int(3), 3));
    assertThat(Cbor.read(bytes, 3, 3)).isInstanceOf(Malformed.class);
  }
}
