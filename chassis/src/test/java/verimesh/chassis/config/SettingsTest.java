package verimesh.chassis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import verimesh.chassis.testing.Seed;

class SettingsTest {
  private enum Mode {
    OFF,
    ON_UNCERTAIN
  }

  private static Settings hash(String... namesAndValues) {
    var environment = new java.util.HashMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) environment.put(namesAndValues[i], namesAndValues[i + 1]);
    return Settings.of(environment, "HASH");
  }

  private static List<String> problems(Settings settings) {
    return settings.problems();
  }

  @Test
  void theExampleOfTheStyleGuideReadsExactlySo() {
    Settings settings = hash("VERIMESH_HASH_NEAR_COSINE", "85", "VERIMESH_HASH_SEARCHTIME", "1s");
    assertThat(settings.decimal("NEAR_COSINE", 0.85, 0, 1)).isEqualTo(0.85);
    settings.duration("SEARCH_TIME", Duration.ofMillis(200));
    assertThat(problems(settings)).containsExactly(
        "VERIMESH_HASH_NEAR_COSINE is \"85\"; expected a number from 0 to 1 (default 0.85)",
        "VERIMESH_HASH_SEARCHTIME is not a setting; did you mean VERIMESH_HASH_SEARCH_TIME?");
  }

  @ParameterizedTest
  @CsvSource({"0,true", "-1,false", "256,true", "257,false", "+31,true", "' 31 ',true", "31.0,false", "3e1,false", "0x1F,false", "'',false", "٣,false", "9999999999,false", "99999999999,false"})
  void aWholeNumberIsTakenAtItsEdgesAndNotBeyond(String raw, boolean taken) {
    Settings settings = hash("VERIMESH_HASH_BITS", raw);
    settings.integer("BITS", 31, 0, 256);
    assertThat(problems(settings).isEmpty()).isEqualTo(taken);
    if (!taken) assertThat(problems(settings)).containsExactly("VERIMESH_HASH_BITS is \"" + raw + "\"; expected a whole number from 0 to 256 (default 31)");
  }

  @ParameterizedTest
  @CsvSource({"0,true", "1,true", "1.0,true", ".5,true", "5e-1,true", "1.0000001,false", "-0.0001,false", "NaN,false", "Infinity,false", "0.5f,false", "0x0p0,false", "'0,5',false", "1e,false", "'',false"})
  void aNumberIsTakenAtItsEdgesAndNotBeyond(String raw, boolean taken) {
    Settings settings = hash("VERIMESH_HASH_NEAR_COSINE", raw);
    settings.decimal("NEAR_COSINE", 0.85, 0, 1);
    assertThat(problems(settings).isEmpty()).isEqualTo(taken);
  }

  @ParameterizedTest
  @CsvSource({"1ms,1", "24h,86400000", "1440m,86400000", "86400s,86400000", "200ms,200", "' 10s ',10000"})
  void aDurationIsTakenUpToADay(String raw, long millis) {
    Settings settings = hash("VERIMESH_HASH_T", raw);
    assertThat(settings.duration("T", Duration.ofSeconds(7))).isEqualTo(Duration.ofMillis(millis));
    assertThat(problems(settings)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0ms", "0s", "25h", "86400001ms", "10", "s", "-1s", "1.5s", "1 s", "1d", "10S", "99999999999ms", "PT1S", ""})
  void anythingElseIsNoDuration(String raw) {
    Settings settings = hash("VERIMESH_HASH_T", raw);
    assertThat(settings.duration("T", Duration.ofSeconds(90))).isEqualTo(Duration.ofSeconds(90));
    assertThat(problems(settings)).containsExactly(
        "VERIMESH_HASH_T is \"" + raw + "\"; expected a duration such as 200ms, 10s or 5m, from 1ms to 24h (default 90s)");
  }

  @ParameterizedTest
  @CsvSource({"1048576,1048576", "1MiB,1048576", "1024KiB,1048576", "33554432B,33554432", "32 MiB,33554432", "1GiB,1073741824"})
  void aSizeIsTakenInBinaryUnits(String raw, long bytes) {
    Settings settings = hash("VERIMESH_HASH_S", raw);
    assertThat(settings.bytes("S", 2 << 20, 1 << 20, 1 << 30)).isEqualTo(bytes);
    assertThat(problems(settings)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1048575", "1073741825", "1025MiB", "32MB", "32mib", "-1", "1.5MiB", "999999999999GiB", "17179869184GiB", ""})
  void anythingElseIsNoSize(String raw) {
    Settings settings = hash("VERIMESH_HASH_S", raw);
    assertThat(settings.bytes("S", 2 << 20, 1 << 20, 1 << 30)).isEqualTo(2 << 20);
    assertThat(problems(settings)).containsExactly(
        "VERIMESH_HASH_S is \"" + raw + "\"; expected a size such as 4096, 512KiB or 32MiB, from 1MiB to 1GiB (default 2MiB)");
  }

  @Test
  void aChoiceIsWrittenInLowerCaseWithHyphens() {
    Settings settings = hash("VERIMESH_HASH_MODE", "On-Uncertain", "VERIMESH_HASH_OTHER", "on_uncertain");
    assertThat(settings.choice("MODE", Mode.class, Mode.OFF)).isEqualTo(Mode.ON_UNCERTAIN);
    assertThat(settings.choice("OTHER", Mode.class, Mode.OFF)).isEqualTo(Mode.OFF);
    assertThat(problems(settings)).containsExactly("VERIMESH_HASH_OTHER is \"on_uncertain\"; expected one of off, on-uncertain (default off)");
  }

  @ParameterizedTest
  @CsvSource({"true,true", "ON,true", "yes,true", "1,true", "false,false", "Off,false", "no,false", "0,false"})
  void aSwitchHasFourSpellings(String raw, boolean value) {
    Settings settings = hash("VERIMESH_HASH_B", raw);
    assertThat(settings.bool("B", !value)).isEqualTo(value);
    assertThat(problems(settings)).isEmpty();
  }

  @Test
  void aListIsCutAtCommasAndAnEmptyOneIsEmpty() {
    assertThat(hash("VERIMESH_HASH_L", " a, ,b,").list("L", List.of("x"))).containsExactly("a", "b");
    assertThat(hash("VERIMESH_HASH_L", "").list("L", List.of("x"))).isEmpty();
    assertThat(hash().list("L", List.of("x"))).containsExactly("x");
  }

  @Test
  void aPathThatIsNoneIsReported() {
    Settings settings = hash("VERIMESH_HASH_P", "a\0b");
    assertThat(settings.path("P", Path.of("data"))).isEqualTo(Path.of("data"));
    assertThat(problems(settings)).hasSize(1).first().asString().endsWith("expected a path (default data)");
  }

  @Test
  void namesOfOtherServicesAreLeftToThemAndNamesOfNobodyAreNot() {
    Settings settings = hash(
        "VERIMESH_METADATA_ANYTHING", "1", "VERIMESH_ADMISSION_MEGAPIXELS_MAX", "64", "VERIMESH_HASH_UNHEARD", "1",
        "VERIMESH_TLS_KEYS", "k", "VERIMESH_HSAH_PORT", "1", "VERIMESH_", "", "PATH", "/bin", "verimesh_hash_port", "1");
    settings.integer("PORT", 7420, 0, 65_535);
    settings.scope("TLS").path("KEY", null);
    assertThat(problems(settings)).containsExactly(
        "VERIMESH_ is not a setting",
        "VERIMESH_HASH_UNHEARD is not a setting",
        "VERIMESH_HSAH_PORT is not a setting; did you mean VERIMESH_HASH_PORT?",
        "VERIMESH_TLS_KEYS is not a setting; did you mean VERIMESH_TLS_KEY?");
  }

  @ParameterizedTest
  @CsvSource({"NEAR_COSINE,HASH_NEAR_COSINE", "HASH_COSINE_NEAR,HASH_NEAR_COSINE", "HASH_NERA_COSINE,HASH_NEAR_COSINE", "HASH_NEARCOSINE,HASH_NEAR_COSINE", "HASH_PORTS,HASH_PORT"})
  void aSlipIsAnsweredWithTheNameThatWasMeant(String slip, String meant) {
    Settings settings = hash("VERIMESH_" + slip, "1");
    settings.decimal("NEAR_COSINE", 0.85, 0, 1);
    settings.integer("PORT", 7420, 0, 65_535);
    assertThat(problems(settings)).containsExactly("VERIMESH_" + slip + " is not a setting; did you mean VERIMESH_" + meant + "?");
  }

  @Test
  void twoReadersOfOneSettingComplainOnce() {
    Settings settings = hash("VERIMESH_HASH_PORT", "x");
    settings.integer("PORT", 7420, 0, 65_535);
    settings.integer("PORT", 7420, 0, 65_535);
    assertThat(problems(settings)).hasSize(1);
  }

  @Test
  void secretsAreNeverPrintedNotEvenInsideAnAddress(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("key"), "s3cret\n");
    Settings settings = hash(
        "VERIMESH_HASH_KEY", "s3cret", "VERIMESH_HASH_TOKEN_FILE", file.toString(), "VERIMESH_HASH_REDIS", "redis://user:s3cret@host:6379/0",
        "VERIMESH_HASH_PORT", "redis://:s3cret@host");
    assertThat(settings.secret("KEY")).isEqualTo("s3cret");
    assertThat(settings.secret("TOKEN")).isEqualTo("s3cret");
    assertThat(settings.text("REDIS", "")).isEqualTo("redis://user:s3cret@host:6379/0");
    settings.integer("PORT", 1, 0, 2);
    assertThat(settings.effective().toString()).doesNotContain("s3cret").contains("VERIMESH_HASH_KEY=***", "redis://user:***@host:6379/0");
    assertThat(settings.all().toString()).doesNotContain("s3cret");
    assertThat(problems(settings)).hasSize(1).allSatisfy(p -> assertThat(p).doesNotContain("s3cret"));
  }

  @Test
  void aSecretHasOneHome(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("key"), "from file");
    Settings both = hash("VERIMESH_HASH_KEY", "direct", "VERIMESH_HASH_KEY_FILE", file.toString());
    both.secret("KEY");
    assertThat(problems(both)).containsExactly("VERIMESH_HASH_KEY_FILE is set and so is VERIMESH_HASH_KEY; set one of them");
    Settings gone = hash("VERIMESH_HASH_KEY_FILE", folder.resolve("none").toString());
    assertThat(gone.secret("KEY")).isEmpty();
    assertThat(problems(gone)).hasSize(1).first().asString().endsWith("that file cannot be read");
  }

  @Test
  void everySettingCanBeListed() {
    Settings settings = hash("VERIMESH_HASH_PORT", "1");
    settings.integer("PORT", 7420, 0, 65_535);
    settings.choice("MODE", Mode.class, Mode.OFF);
    assertThat(settings.all()).containsExactly(
        new Setting("VERIMESH_HASH_PORT", Setting.Kind.INTEGER, "0 to 65535", "7420", "1", true),
        new Setting("VERIMESH_HASH_MODE", Setting.Kind.CHOICE, "off, on-uncertain", "off", "off", false));
  }

  @Test
  void whatIsPrintedCanBeReadAgain() {
    SplittableRandom random = Seed.random("printed");
    for (int i = 0; i < 20_000; i++) {
      Duration duration = Duration.ofMillis(random.nextLong(1, 86_400_001));
      assertThat(Durations.parse(Durations.text(duration))).as(Seed.replay()).isEqualTo(duration);
      long bytes = random.nextLong(0, 1L << random.nextInt(1, 39));
      assertThat(Sizes.parse(Sizes.text(bytes))).as(Seed.replay()).isEqualTo(bytes);
    }
  }

  @Test
  void noTextMakesReadingThrowAndWhatIsTakenLiesInItsRange() {
    SplittableRandom random = Seed.random("any text");
    String alphabet = "0123456789.-+eE_ msKMGiBh\"\\,\0é٣xXfdNaIn";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder raw = new StringBuilder();
      for (int n = random.nextInt(8); n > 0; n--) raw.append(alphabet.charAt(random.nextInt(alphabet.length())));
      Settings settings = Settings.of(Map.of("VERIMESH_HASH_X", raw.toString()), "HASH");
      assertThat(settings.integer("X", 5, -3, 77)).as(Seed.replay()).isBetween(-3, 77);
      assertThat(settings.decimal("X", 0.5, -1, 1)).as(Seed.replay()).isBetween(-1.0, 1.0);
      assertThat(settings.bytes("X", 10, 1, 1000)).as(Seed.replay()).isBetween(1L, 1000L);
      assertThat(settings.duration("X", Duration.ofSeconds(1))).as(Seed.replay()).isBetween(Duration.ofMillis(1), Duration.ofHours(24));
      settings.bool("X", true);
      settings.choice("X", Mode.class, Mode.OFF);
      settings.path("X", null);
      settings.list("X", List.of());
    }
  }

  @Test
  void editDistanceIsOne() { // symmetric, zero for equals alone, at most the longer length, triangle inequality
    SplittableRandom random = Seed.random("distance");
    for (int i = 0; i < 20_000; i++) {
      String a = word(random), b = word(random), c = word(random);
      int ab = Spelling.distance(a, b);
      assertThat(ab).as(Seed.replay()).isEqualTo(Spelling.distance(b, a));
      assertThat(ab == 0).as(Seed.replay()).isEqualTo(a.equals(b));
      assertThat(ab).as(Seed.replay()).isLessThanOrEqualTo(Math.max(a.length(), b.length()));
      assertThat(ab).as(Seed.replay()).isLessThanOrEqualTo(Spelling.distance(a, c) + Spelling.distance(c, b));
    }
  }

  private static String word(SplittableRandom random) {
    StringBuilder word = new StringBuilder();
    for (int n = random.nextInt(7); n > 0; n--) word.append("AB_".charAt(random.nextInt(3)));
    return word.toString();
  }
}
