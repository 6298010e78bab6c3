package verimesh.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import verimesh.chassis.config.Settings;
import verimesh.chassis.testing.ConfigurationDocs;

class HashConfigTest {
  @Test
  void everySettingIsInTheTable() throws Exception {
    Settings settings = Settings.of(Map.of(), "HASH");
    HashConfig.from(settings);
    ConfigurationDocs.assertTrue(settings, List.of("HASH"));
  }

  @Test
  void wrongSettingsAreToldAllAtOnce() {
    Settings settings = Settings.of(Map.of(
        "VERIMESH_HASH_NEAR_COSINE", "85", "VERIMESH_HASH_SEARCHTIME", "1s", "VERIMESH_HASH_KEYS", "somebody:short",
        "VERIMESH_HASH_INDEX", "mongo"), "HASH");
    HashConfig.from(settings);
    assertThat(settings.problems()).hasSize(4).anyMatch(problem -> problem.contains("did you mean VERIMESH_HASH_SEARCH_TIME"));
  }
}
