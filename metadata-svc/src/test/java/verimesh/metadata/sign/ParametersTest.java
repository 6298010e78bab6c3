package verimesh.metadata.sign;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
  private static final String SETTINGS = "Steps: 24, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 1907423345, Size: 832x1216, Model: dreamshaper_8";

  private static Parameters parse(String text) {
    return Parameters.parse(text).orElseThrow();
  }

  @Test
  void aTextIsPromptNegativeAndSettings() {
    Parameters p = parse("a harbour\nat dawn\nNegative prompt: blurry,\nlowres\n" + SETTINGS);
    assertThat(p.prompt()).isEqualTo("a harbour\nat dawn");
    assertThat(p.negativePrompt()).isEqualTo("blurry,\nlowres");
    assertThat(p.settings()).containsEntry("Steps", "24").containsEntry("Sampler", "DPM++ 2M").containsEntry("Schedule type", "Karras").containsEntry("Size", "832x1216");
    assertThat(p.recipe().seed()).isEqualTo("1907423345");
    assertThat(p.recipe().model()).isEqualTo("dreamshaper_8");
  }

  @Test
  void promptsMayLookLikeSettingsThemselves() {
    Parameters p = parse("Steps: 3 to heaven, Seed: of doubt\nsteps: 5\nNegative prompt: Negative prompt: twice\n" + SETTINGS);
    assertThat(p.prompt()).isEqualTo("Steps: 3 to heaven, Seed: of doubt\nsteps: 5");
    assertThat(p.negativePrompt()).isEqualTo("Negative prompt: twice");
    assertThat(p.setting("Steps")).isEqualTo("24");
    Parameters inWords = parse("a \"Negative prompt: no\" sign, Negative prompt: within a line\n" + SETTINGS);
    assertThat(inWords.prompt()).contains("within a line");
    assertThat(inWords.negativePrompt()).isEmpty();
  }

  @Test
  void emptyPromptsAndWindowsLineEndsAreFine() {
    assertThat(parse(SETTINGS).prompt()).isEmpty();
    assertThat(parse("\nNegative prompt: \n" + SETTINGS).negativePrompt()).isEmpty();
    Parameters p = parse("a harbour\r\nNegative prompt: blurry\r\n" + SETTINGS);
    assertThat(p.prompt()).isEqualTo("a harbour");
    assertThat(p.negativePrompt()).isEqualTo("blurry");
  }

  @Test
  void lostLineEndsAreFoundAgain() {
    Parameters p = parse("a harbour Negative prompt: blurry " + SETTINGS);
    assertThat(p.prompt()).isEqualTo("a harbour");
    assertThat(p.negativePrompt()).isEqualTo("blurry");
    assertThat(p.setting("Seed")).isEqualTo("1907423345");
  }

  @Test
  void valuesMayBeQuotedOrJson() {
    Parameters p = parse("x\n" + SETTINGS + ", Lora hashes: \"a: 1, b: 2\", ADM Guidance: \"(1.5, 0.8)\", Hires prompt: \"two\\nlines, \\\"quoted\\\" \\u00e9\""
        + ", Civitai resources: [{\"type\":\"lora\",\"name\":\"a, b: c]\"}], Hashes: {\"model\": \"1, 2\"}, Version: v1.9.4");
    assertThat(p.setting("Lora hashes")).isEqualTo("a: 1, b: 2");
    assertThat(p.setting("ADM Guidance")).isEqualTo("(1.5, 0.8)");
    assertThat(p.setting("Hires prompt")).isEqualTo("two\nlines, \"quoted\" é");
    assertThat(p.setting("Civitai resources")).isEqualTo("[{\"type\":\"lora\",\"name\":\"a, b: c]\"}]");
    assertThat(p.setting("Hashes")).isEqualTo("{\"model\": \"1, 2\"}");
    assertThat(p.setting("Version")).isEqualTo("v1.9.4");
  }

  @Test
  void whatNeverClosesEndsAtTheComma() {
    Parameters p = parse("x\n" + SETTINGS + ", Odd: \"open, Worse: [1, Worst: {a, Version: v1.9.4");
    assertThat(p.setting("Version")).isEqualTo("v1.9.4");
    assertThat(p.setting("Odd")).isEqualTo("\"open");
  }

  @Test
  void textBehindTheSettingsDoesNotHideThem() {
    Parameters p = parse("x\n" + SETTINGS + "\nTemplate: a {harbour|port}, calm\nNegative Template: blurry");
    assertThat(p.setting("Seed")).isEqualTo("1907423345");
    assertThat(p.setting("Template")).isEqualTo("a {harbour|port}");
  }

  @Test
  void anotherOrderIsTheSameGrammar() {
    Parameters p = parse("x\nSize: 512x512, Seed: 7, Steps: 20, Sampler: Euler");
    assertThat(p.prompt()).isEqualTo("x");
    assertThat(p.setting("Seed")).isEqualTo("7");
    assertThat(parse("x\nSteps: 20, Sampler: k_euler, model: stable_diffusion").recipe().model()).isEqualTo("stable_diffusion");
    assertThat(parse("x\nSteps: 20, Seed: 1, Model: , Unet: anima.safetensors").recipe().model()).isEqualTo("anima.safetensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "Steps:", "Steps: many, Sampler: Euler, Seed: 1", "Negative prompt: a cold wet day", "Steps: 20", "Steps: 20, Seed: 1", "I took 20 steps: up, down and back", "Sampler: Euler, Seed: 5, CFG scale: 7",
    "Total Steps: 20", "Steps: 123456789, Sampler: x, Seed: 1", "Recipe. Steps: 3 eggs, Seed: poppy, Oven: 200"})
  void wordsAloneAreNotTheGrammar(String text) {
    assertThat(Parameters.parse(text)).isEmpty();
  }

  @Test
  void hostileTextsOfTenMegabytesCostASecondAtMost() {
    String[] pieces = {"Steps: ", "Steps: 1 ", "\nSteps: ", "a:[,", "a:{", "a:\"\\", "\"", "\\", ",", ":", "\n", "Negative prompt:", " Negative prompt: x\n", "k: v, ", "[[", "a: \"b\", ", " ", "x"};
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
      for (String piece : pieces) {
        String flood = piece.repeat(10_000_000 / piece.length());
        for (String text : new String[] {flood, flood + "\n" + SETTINGS, SETTINGS + ", " + flood}) {
          long start = System.nanoTime();
          Parameters.parse(text);
          assertThat(Duration.ofNanos(System.nanoTime() - start)).as("10 MB of " + piece).isLessThan(Duration.ofSeconds(2));
        }
      }
    });
  }

  @Test
  void settingsAreBounded() {
    StringBuilder many = new StringBuilder("x\n" + SETTINGS);
    for (int i = 0; i < 10_000; i++) many.append(", k").append(i).append(": v");
    Parameters p = parse(many.toString());
    assertThat(p.settings().size()).isLessThanOrEqualTo(400);
    assertThat(p.recipe().settings()).hasSize(Recipe.SETTINGS_MAX);
  }

  @Test
  void noTextMakesTheParserThrow() {
    long seed = Long.getLong("verimesh.seed", 20261127L);
    System.out.println("ParametersTest seed " + seed);
    Random random = new Random(seed);
    String alphabet = "Steps: 1,\"\\[]{}\nSedCFG scal é😀\0\tNegative prompt:";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "a\n" + SETTINGS : "");
      for (int n = random.nextInt(60); n > 0; n--) {
        int at = random.nextInt(text.length() + 1);
        text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(Parameters.parse(text.toString())).isNotNull();
    }
  }
}
