package verimesh.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.config.Settings;
import verimesh.chassis.testing.ConfigurationDocs;

class VerifierConfigTest {
  /// The document shows one model's settings under the name NAME.
  @Test
  void theDocumentTellsEverySetting() throws IOException {
    var settings = Settings.of(Map.of("VERIMESH_VERIFIER_BACKENDS", "name"), "VERIFIER");
    VerifierConfig.from(settings);
    ConfigurationDocs.assertTrue(settings, List.of("VERIFIER"));
  }

  @Test
  void wrongSettingsAreAllNamedAtOnce() {
    var settings = Settings.of(Map.of("VERIMESH_VERIFIER_BACKENDS", "local,Bad Name", "VERIMESH_VERIFIER_LOCAL_URL", "nowhere"), "VERIFIER");
    VerifierConfig.from(settings);
    assertThat(String.join("\n", settings.problems(List.of())))
        .contains("Bad Name").contains("VERIMESH_VERIFIER_LOCAL_URL").contains("VERIMESH_VERIFIER_LOCAL_MODEL");
  }

  @Test
  void aKeyComesFromAFileAndIsShownNowhere(@TempDir Path folder) throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "sk-from-a-file\n");
    var settings = Settings.of(
        Map.of("VERIMESH_VERIFIER_BACKENDS", "local", "VERIMESH_VERIFIER_LOCAL_URL", "http://127.0.0.1:1/v1", "VERIMESH_VERIFIER_LOCAL_MODEL", "m",
            "VERIMESH_VERIFIER_LOCAL_API_KEY_FILE", key.toString()),
        "VERIFIER");
    VerifierConfig config = VerifierConfig.from(settings);
    assertThat(settings.problems()).isEmpty();
    var openAi = (VerifierConfig.BackendConfig.OpenAi) config.backends().getFirst();
    assertThat(openAi.settings().apiKey()).isEqualTo("sk-from-a-file");
    assertThat(config.toString() + settings.effective()).doesNotContain("sk-from-a-file");
  }

  @Test
  void severalBackendsOfBothKindsAreRead() {
    var settings = Settings.of(
        Map.of("VERIMESH_VERIFIER_BACKENDS", "big,clip,big", "VERIMESH_VERIFIER_BIG_URL", "https://models.example/v1", "VERIMESH_VERIFIER_BIG_MODEL", "m",
            "VERIMESH_VERIFIER_BIG_WEIGHT", "3", "VERIMESH_VERIFIER_BIG_COST_PER_MINUTE_MAX", "1", "VERIMESH_VERIFIER_CLIP_KIND", "clip-contrast",
            "VERIMESH_VERIFIER_ASK", "spread"),
        "VERIFIER");
    VerifierConfig config = VerifierConfig.from(settings);
    assertThat(config.backends()).hasSize(2).last().isEqualTo(new VerifierConfig.BackendConfig.ClipContrast("clip", 1));
    assertThat(String.join("\n", settings.problems())).contains("names \"big\" twice").contains("without a price nothing costs anything");
  }
}
