package verimesh.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.chassis.testing.Shared;
import verimesh.metadata.InspectionReport.Language;
import verimesh.metadata.InspectionReport.Options;
import verimesh.metadata.Inspector.Inspection;
import verimesh.metadata.read.ContainerReader;
import verimesh.metadata.stealth.StealthReader;

/// Whole files, cut and spoilt: an answer or a refusal, soon, and never an exception.
class HostileFilesTest {
  private static final Inspector INSPECTOR = new Inspector(new ContainerReader(), Optional.of(new StealthReader(64_000_000)));
  private static final Options KOREAN = new Options(true, 100, Language.KO);

  private static Inspection inspect(byte[] file) {
    Inspection inspection = INSPECTOR.inspect(file, KOREAN);
    if (inspection instanceof Inspection.Inspected(InspectionReport report)) {
      Answer.of(report).toByteArray(); // whatever a file says must go over the wire, too
      assertThat(report.summary()).isNotBlank();
    }
    return inspection;
  }

  static Stream<String> filesOfEveryKind() {
    return Shared.has("fixtures/ai-metadata") ? List.of("a1111-stealth.png", "comfyui-fixture-small.png", "novelai-legacy.png", "midjourney-v5.2.png", "samsung-photo-assist-s25.png",
        "syn-samsung-genaitype.jpg", "grok.jpg", "bing-image-creator.jpg", "syn-google-imagen-credit.jpg", "syn-tc260-suspected.webp", "novelai-v4.5-curated.webp", "comfyui-xmp.avif",
        "syn-a1111-comment.gif").stream() : Stream.of((String) null);
  }

  @ParameterizedTest
  @MethodSource("filesOfEveryKind")
  void cutsAtFiftyPlacesAndSpoiltBytesGetAnAnswer(String name) throws IOException {
    byte[] file = Files.readAllBytes(Shared.path("fixtures/ai-metadata").resolve(name));
    long seed = Long.getLong("verimesh.seed", 20261130L);
    Random random = new Random(seed + name.hashCode());
    // A lossless WebP is decoded as a whole each time, which is somebody else's work and costs a hundred times the reading.
    int times = name.equals("novelai-v4.5-curated.webp") ? 10 : 50;
    Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
      for (int i = 0; i < times; i++) inspect(Arrays.copyOf(file, (int) ((long) file.length * i / times)));
      for (int i = 0; i < times; i++) {
        byte[] spoilt = file.clone();
        // Mostly in the first 8 KiB, where headers and metadata are.
        for (int n = 1 + random.nextInt(20); n > 0; n--) spoilt[random.nextInt(random.nextInt(4) == 0 ? spoilt.length : Math.min(spoilt.length, 8192))] = (byte) random.nextInt();
        inspect(spoilt);
      }
    }, () -> "seed " + seed);
  }

  @Test
  void textsOfEveryUglyKindAreShownHarmless() {
    String[] ugly = {"\u0000\u0001\u0007", "\uD800 lone", "\uDC00", "<script>alert(1)</script>", "'; DROP TABLE items; --", "\u202E reversed", "a".repeat(100_000), "{\"".repeat(1_000), "%s%n%x", "../../etc/passwd"};
    for (String text : ugly) {
      Inspection inspection = inspect(Pictures.png("parameters", text + "\nSteps: 20, Sampler: " + text.replace("\n", " ").replace(",", " ") + ", Seed: 1", "Software", text, "prompt", text, text.substring(0, 1) + "key", text));
      assertThat(inspection).isInstanceOf(Inspection.Inspected.class);
      InspectionReport report = ((Inspection.Inspected) inspection).report();
      assertThat(report.rawTexts().values()).allSatisfy(shown -> assertThat(shown.length()).isLessThanOrEqualTo(100));
      report.signatures().forEach(s -> assertThat(s.recipe().prompt()).doesNotContain("\u0000").hasSizeLessThanOrEqualTo(100));
    }
  }

  @Test
  void tenThousandTextsAreBounded() {
    String[] many = new String[20_000];
    for (int i = 0; i < many.length; i += 2) {
      many[i] = "key" + i;
      many[i + 1] = "{\"nodes\":[{\"id\":1,\"type\":\"x\"}],\"a\":" + i + "}";
    }
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
      InspectionReport report = ((Inspection.Inspected) inspect(Pictures.png(many))).report();
      assertThat(report.rawTexts()).hasSizeLessThanOrEqualTo(128);
    });
  }

  @Test
  void whatIsNoPictureIsRefusedWithAReason() {
    assertThat(inspect(new byte[0])).isEqualTo(new Inspection.Refused("EMPTY_FILE", ((Inspection.Refused) inspect(new byte[0])).message()));
    for (String text : new String[] {"hello", "%!PS", "\u007FELF", "GIF8", "RIFF\0\0\0\0WAVE"}) {
      assertThat(inspect(text.getBytes(StandardCharsets.ISO_8859_1))).isInstanceOf(Inspection.Refused.class);
    }
  }

  @Test
  void sameBytesSameReport() {
    byte[] file = Pictures.png("parameters", "a\nSteps: 20, Sampler: Euler, Seed: 1", "workflow", "x");
    assertThat(INSPECTOR.inspect(file, Options.DEFAULT)).isEqualTo(INSPECTOR.inspect(file, Options.DEFAULT));
  }
}
