package verimesh.cli.models;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import verimesh.chassis.config.Settings;
import verimesh.chassis.testing.ConfigurationDocs;

class PlacesTest {
  @Test
  void theDocumentTellsEverySetting() throws IOException {
    var settings = Settings.of(Map.of(), "EMBEDDING");
    Places.of(settings);
    ConfigurationDocs.assertTrue(settings, List.of("MODELS"));
  }
}
