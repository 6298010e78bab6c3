package verimesh.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import verimesh.chassis.config.Settings;
import verimesh.chassis.testing.ConfigurationDocs;

class MetadataConfigTest {
  @Test
  void theDocumentTellsEverySetting() throws IOException {
    Settings settings = Settings.of(Map.of(), "METADATA");
    MetadataConfig.from(settings);
    ConfigurationDocs.assertTrue(settings, List.of("METADATA"));
  }

  @Test
  void wrongValuesAreAllToldAtOnce() {
    Settings settings = Settings.of(Map.of("VERIMESH_METADATA_FILE_BYTES_MAX", "0", "VERIMESH_METADATA_INSPECTIONS_MAX", "many"), "METADATA");
    MetadataConfig.from(settings);
    assertThat(settings.problems(List.of())).hasSize(2);
  }
}
