package verimesh.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
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
}
