package verimesh.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import verimesh.chassis.config.Settings;
import verimesh.chassis.testing.ConfigurationDocs;
import verimesh.orchestrator.analysis.SecondPass;
import verimesh.orchestrator.fusion.DecisiveSetting;
import verimesh.orchestrator.fusion.FusionSettings;
import verimesh.orchestrator.fusion.Policy;

class OrchestratorConfigTest {
  @Test
  void everySettingIsInTheTable() throws IOException {
    Settings settings = Settings.of(Map.of(), "ORCHESTRATOR");
    OrchestratorConfig.from(settings);
    ConfigurationDocs.assertTrue(settings, List.of("ORCHESTRATOR", "ADMISSION"));
  }

  @Test
  void byDefaultNothingIsConfiguredAndThePublishedFormulaJudges() {
    OrchestratorConfig config = read(Map.of());
    assertThat(config.metadata()).isEmpty();
    assertThat(config.hash()).isEmpty();
    assertThat(config.embedding()).isEmpty();
    assertThat(config.verifier()).isEmpty();
    assertThat(config.analysis().policies().find("")).hasValue(new Policy.Weighted304030(FusionSettings.DEFAULT));
    assertThat(config.analysis().secondPass()).isEqualTo(SecondPass.ON_NOT_AI);
    assertThat(config.analysis().deadline()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.analysis().deadlineWithLmm()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.admission().fileBytesMax()).isEqualTo(32 << 20);
    assertThat(config.admission().megapixelsMax()).isEqualTo(64);
    assertThat(config.admission().sidePixelsMax()).isEqualTo(16_384);
    assertThat(config.store().redis()).isEmpty();
  }

  @Test
  void whatIsSetIsRead() {
    OrchestratorConfig config =
        read(Map.of(
            "VERIMESH_ORCHESTRATOR_METADATA_TARGET", "metadata:7430",
            "VERIMESH_ORCHESTRATOR_DECISIVE", "proof",
            "VERIMESH_ORCHESTRATOR_BANK_ITEMS_MIN", "50",
            "VERIMESH_ORCHESTRATOR_STORE_REDIS", "redis://cache:6379"));
    assertThat(config.metadata().orElseThrow().target()).isEqualTo("metadata:7430");
    assertThat(config.analysis().policies().find("")).hasValue(new Policy.Weighted304030(new FusionSettings(DecisiveSetting.PROOF, 50)));
    assertThat(config.store().redis()).hasValue("redis://cache:6379");
  }

  @Test
  void whatIsWrongIsSaidWithWhatThereIs() {
    assertThat(problems("VERIMESH_ORCHESTRATOR_POLICY", "fair")).singleElement().asString().contains("\"fair\"").contains("weighted-30-40-30");
    assertThat(problems("VERIMESH_ORCHESTRATOR_STORE_REDIS", "http://cache")).singleElement().asString().contains("redis://host:port").doesNotContain("cache:");
    assertThat(problems("VERIMESH_ORCHESTRATOR_DECISIVE", "always")).singleElement().asString().contains("off, proof, declared");
    assertThat(problems("VERIMESH_ADMISSION_MEGAPIXELS_MAX", "0")).hasSize(1);
  }

  private static List<String> problems(String name, String value) {
    Settings settings = Settings.of(Map.of(name, value), "ORCHESTRATOR");
    OrchestratorConfig.from(settings);
    return settings.problems(List.of("GRPC", "TLS"));
  }

  private static OrchestratorConfig read(Map<String, String> environment) {
    Settings settings = Settings.of(environment, "ORCHESTRATOR");
    OrchestratorConfig config = OrchestratorConfig.from(settings);
    assertThat(settings.problems(List.of("GRPC", "TLS"))).isEmpty();
    return config;
  }
}
