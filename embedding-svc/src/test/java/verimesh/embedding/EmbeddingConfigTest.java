package verimesh.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import verimesh.chassis.config.Settings;
import verimesh.chassis.testing.ConfigurationDocs;

class EmbeddingConfigTest {
  @Test
  void theDocumentTellsEverySetting() throws IOException {
    var settings = Settings.of(Map.of(), "EMBEDDING");
    EmbeddingConfig.from(settings);
    ConfigurationDocs.assertTrue(settings, List.of("EMBEDDING"));
  }

  @Test
  void aDeviceThatMeansNothingIsNamed() {
    var settings = Settings.of(Map.of("VERIMESH_EMBEDDING_DEVICE", "gpu0"), "EMBEDDING");
    EmbeddingConfig.from(settings);
    assertThat(String.join("\n", settings.problems(List.of()))).contains("VERIMESH_EMBEDDING_DEVICE is \"gpu0\"; expected auto, cpu or cuda:N");
  }
}
