package verimesh.chassis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import verimesh.chassis.rpc.ChannelConfig;
import verimesh.chassis.rpc.ServerConfig;
import verimesh.chassis.telemetry.LogConfig;
import verimesh.chassis.testing.ConfigurationDocs;

class SettingsTableTest {
  private static final String EMPTY = "# Title\n\n" + SettingsTable.BEGIN + "\n" + SettingsTable.END + "\ntail\n";

  private static Settings some() {
    Settings settings = Settings.of(Map.of(), "HASH");
    settings.integer("BITS", 31, 0, 256);
    settings.text("TARGET", "a|b");
    settings.scope("GRPC").bool("REFLECTION", false);
    return settings;
  }

  @Test
  void aTableThatWasWrittenIsTrueOnceMeaningsStandThere() {
    String written = SettingsTable.parse(EMPTY).updated(some().all()).into(EMPTY);
    assertThat(written).startsWith("# Title").endsWith("tail\n").contains("### `VERIMESH_HASH_*`");
    assertThat(written.indexOf("VERIMESH_GRPC_")).isLessThan(written.indexOf("VERIMESH_HASH_"));
    assertThat(SettingsTable.parse(written).differences(some().all())).hasSize(3).allMatch(d -> d.endsWith("has no meaning written down"));
    String described = written.replace(" |  |\n", " | What it means. |\n");
    assertThat(SettingsTable.parse(described).differences(some().all())).isEmpty();
    assertThat(SettingsTable.parse(described).updated(some().all()).into(described)).isEqualTo(described);
  }

  @Test
  void aChangedDefaultRangeOrKindIsSeenAndTheMeaningIsKept() {
    String written = SettingsTable.parse(EMPTY).updated(some().all()).into(EMPTY).replace(" |  |\n", " | Why. |\n");
    Settings changed = Settings.of(Map.of(), "HASH");
    changed.integer("BITS", 31, 0, 255);
    assertThat(SettingsTable.parse(written).differences(changed.all())).hasSize(1).first().asString().contains("not true any more", "0 to 255", "Why.");
    assertThat(SettingsTable.parse(written).surplus(changed.all())).containsExactly("VERIMESH_GRPC_REFLECTION", "VERIMESH_HASH_TARGET");
    assertThat(SettingsTable.parse(written).updated(changed.all()).differences(changed.all())).isEmpty();
  }

  @Test
  void theDocumentIsTrueOfTheCommonSettings() throws Exception {
    Settings settings = Settings.of(Map.of(), "HASH");
    ServerConfig.from(settings, 7420);
    ChannelConfig.from(settings, "TARGET", "");
    LogConfig.from(settings);
    ConfigurationDocs.assertTrue(settings, Scopes.COMMON);
  }
}
