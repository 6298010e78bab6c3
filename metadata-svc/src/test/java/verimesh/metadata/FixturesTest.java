package verimesh.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.chassis.testing.Shared;
import verimesh.metadata.InspectionReport.Generator;
import verimesh.metadata.InspectionReport.Options;
import verimesh.metadata.Inspector.Inspection;
import verimesh.metadata.read.ContainerReader;
import verimesh.metadata.sign.FixtureRows;
import verimesh.metadata.sign.Kind;
import verimesh.metadata.sign.LabelClass;
import verimesh.metadata.sign.Signature;
import verimesh.metadata.sign.Weight.Level;
import verimesh.metadata.sign.Weight.Part;
import verimesh.metadata.stealth.StealthReader;

/// Other people's files, and what their index says of each.
class FixturesTest {
  private static final Inspector INSPECTOR = new Inspector(new ContainerReader(), Optional.of(new StealthReader(64_000_000)));

  /// The index takes its excerpt from the saver's text, whose prompt is the word "unknown"; the graph beside it has the real one.
  private static final Set<String> OTHER_PROMPT = Set.of("comfyui-image-saver.png");

  private static final Map<String, Integer> COUNTS = new HashMap<>();

  private record Row(Map<String, String> values) {
    String get(String name) {
      return values.get(name);
    }

    @Override
    public String toString() {
      return values.get("file");
    }
  }

  private static Stream<Row> rows(String folder) throws IOException {
    if (!Shared.has(folder)) return Stream.of((Row) null);
    return FixtureRows.parse(Files.readString(Shared.path(folder).resolve("index.csv"))).stream().map(Row::new);
  }

  private static InspectionReport inspect(Path file) throws IOException {
    Inspection inspection = INSPECTOR.inspect(Files.readAllBytes(file), Options.DEFAULT);
    assertThat(inspection).isInstanceOf(Inspection.Inspected.class);
    return ((Inspection.Inspected) inspection).report();
  }

  static Stream<Row> aiMetadata() throws IOException {
    return rows("fixtures/ai-metadata");
  }

  @ParameterizedTest
  @MethodSource("aiMetadata")
  void everyToolIsNamedAndNoControlIs(Row row) throws IOException {
    InspectionReport report = inspect(Shared.path("fixtures/ai-metadata").resolve(row.get("file")));
    String expected = row.get("expected_generator");
    assertThat(report.generator().map(Generator::name).orElse("")).isEqualTo(expected);
    if (expected.isEmpty()) {
      assertThat(report.signatures()).isEmpty();
      assertThat(report.label()).isNotIn(LabelClass.FULLY_GENERATED, LabelClass.AI_EDITED, LabelClass.SUSPECTED);
      COUNTS.merge("controls without a sign", 1, Integer::sum);
      return;
    }
    COUNTS.merge("tools named exactly", 1, Integer::sum);
    Signature first = report.signatures().getFirst();
    if (!OTHER_PROMPT.contains(row.get("file"))) {
      assertThat(report.signatures()).anySatisfy(s -> assertThat(words(s.recipe().prompt())).contains(words(row.get("prompt_excerpt"))));
    }
    assertThat(first.weight().part()).isEqualTo(first.weight().label() == LabelClass.SUSPECTED ? Part.NONE : Part.SIGNATURE);
    if (row.get("kind").equals("edit")) {
      assertThat(report.label()).isEqualTo(LabelClass.AI_EDITED);
      assertThat(report.signatures()).allSatisfy(s -> assertThat(s.weight().level()).isEqualTo(Level.NONE));
    } else if (first.kind() == Kind.C2PA_CLAIM) {
      assertThat(first.weight().level()).isEqualTo(Level.NONE); // nobody validated it yet
      assertThat(report.label()).isEqualTo(LabelClass.FULLY_GENERATED);
      assertThat(first.signer()).endsWith("(unverified)");
    } else if (!Set.of("syn-hf-job-id.png", "syn-tc260-suspected.webp").contains(row.get("file"))) {
      assertThat(first.weight().level()).isNotEqualTo(Level.NONE);
      assertThat(report.label()).isEqualTo(LabelClass.FULLY_GENERATED);
    }
    assertThat(report.summary()).isNotBlank();
    assertThat(report.signatures().stream().filter(Signature::namesATool).map(Signature::tool).distinct()).hasSizeLessThanOrEqualTo(1); // no file names two
  }

  @ParameterizedTest
  @MethodSource("aiMetadata")
  void onlyTheUnreducedOriginalIsProven(Row row) throws IOException {
    InspectionReport report = inspect(Shared.path("fixtures/ai-metadata").resolve(row.get("file")));
    boolean original = row.get("file").equals("novelai-v4.5-curated.png");
    assertThat(report.signatures().stream().anyMatch(Signature::verified)).isEqualTo(original);
    assertThat(report.signatures().stream().anyMatch(s -> s.weight().level() == Level.PROOF)).isEqualTo(original);
  }

  static Stream<Row> camera() throws IOException {
    return rows("fixtures/camera");
  }

  @ParameterizedTest
  @MethodSource("camera")
  void noCameraOriginalHasAnAiSignature(Row row) throws IOException {
    InspectionReport report = inspect(Shared.path("fixtures/camera").resolve(row.get("file")));
    assertThat(report.signatures()).isEmpty();
    assertThat(report.generator()).isEmpty();
    assertThat(report.label()).isIn(LabelClass.CAPTURED, LabelClass.NONE);
    COUNTS.merge("camera originals without a sign", 1, Integer::sum);
  }

  static Stream<Path> c2pa() throws IOException {
    if (!Shared.has("fixtures/c2pa")) return Stream.of((Path) null);
    try (Stream<Path> files = Files.list(Shared.path("fixtures/c2pa"))) {
      return files.filter(Files::isRegularFile).filter(f -> !f.toString().endsWith(".csv")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("c2pa")
  void everyFileWithCredentialsGetsAnAnswer(Path file) throws IOException {
    Inspection inspection = INSPECTOR.inspect(Files.readAllBytes(file), Options.DEFAULT);
    if (inspection instanceof Inspection.Inspected(InspectionReport report)) {
      assertThat(report.signatures()).allSatisfy(s -> assertThat(s.weight().level()).isEqualTo(Level.NONE));
      Answer.of(report); // translates, whatever the claims hold
    }
  }

  /// Names in claims of real products, beyond the ai-metadata folder.
  static List<String[]> wild() {
    return List.of(
        new String[] {"wild-bing.jpg", "Bing Image Creator (Microsoft)"}, new String[] {"wild-chatgpt-2026.png", "OpenAI ChatGPT"},
        new String[] {"wild-dalle.webp", "OpenAI DALL-E"}, new String[] {"wild-firefly-1.jpg", "Adobe Firefly"},
        new String[] {"wild-flux-1.jpg", "Black Forest Labs FLUX"}, new String[] {"wild-google-gemini.jpg", "Google Gemini"},
        new String[] {"wild-google-pixel.jpg", "Google AI (Gemini / Imagen)"}, new String[] {"wild-samsung-black.png", "Samsung Galaxy AI"},
        new String[] {"js-genai-actions-v2.jpg", "Adobe Firefly"}, new String[] {"js-composite-dst.jpg", "Adobe Firefly"},
        new String[] {"gen-dst-digitalCapture.png", ""}, new String[] {"gen-dst-humanEdits.png", ""}, new String[] {"js-actions-1.2.png", ""});
  }

  @ParameterizedTest
  @MethodSource("wild")
  void claimsOfRealProductsNameTheirTool(String file, String tool) throws IOException {
    InspectionReport report = inspect(Shared.path("fixtures/c2pa").resolve(file));
    assertThat(report.generator().map(Generator::name).orElse("")).isEqualTo(tool);
    if (file.equals("wild-google-pixel.jpg")) assertThat(report.label()).isEqualTo(LabelClass.AI_EDITED);
    if (file.equals("gen-dst-digitalCapture.png")) assertThat(report.label()).isEqualTo(LabelClass.CAPTURED);
  }

  @AfterAll
  static void tellWhatWasSeen() {
    System.out.println("fixtures: " + COUNTS);
  }

  private static String words(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
