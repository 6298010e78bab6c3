package verimesh.chassis.inference.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerTest {
  private static final JsonNode GOLDEN = golden();
  private static Tokenizer clip;

  @BeforeAll
  static void open(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("tokenizer.json");
    try (var in = TokenizerTest.class.getResourceAsStream("/golden/clip_tokenizer.json")) {
      Files.copy(in, file);
    }
    // The native tokenizer is unpacked once and found again; not into the test's own folder, which a loaded library outlives.
    Path cache = Path.of("target", "native").toAbsolutePath();
    clip = Tokenizer.open(file, cache, GOLDEN.path("context_length").asInt());
  }

  @AfterAll
  static void close() {
    clip.close();
  }

  static Stream<JsonNode> cases() {
    return StreamSupport.stream(GOLDEN.path("cases").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyTextGetsTheIdsOfTheHuggingFaceTokenizer(JsonNode text) {
    long[] expected = LongStream.range(0, text.path("huggingface").size()).map(i -> text.path("huggingface").get((int) i).asLong()).toArray();
    assertThat(clip.encode(text.path("text").asText()).ids()).containsExactly(expected);
  }

  @Test
  void aTextThatFillsTheContextIsNotCutAndOneMoreIs() {
    String full = "a ".repeat(75).strip();
    assertThat(clip.encode(full).truncated()).isFalse();
    assertThat(clip.encode(full).ids()).hasSize(77);
    Tokenizer.Tokens cut = clip.encode(full + " a");
    assertThat(cut.truncated()).isTrue();
    assertThat(cut.ids()).hasSize(77).endsWith(49407);
  }

  @Test
  void idsAreFilledUpBehindTheText() {
    assertThat(Tokenizer.filled(new long[] {1, 2}, 4, 9)).containsExactly(1, 2, 9, 9);
  }

  private static JsonNode golden() {
    try {
      return new ObjectMapper().readTree(TokenizerTest.class.getResource("/golden/clip_tokens.json"));
    } catch (java.io.IOException e) {
      throw new AssertionError("a test resource", e);
    }
  }
}
