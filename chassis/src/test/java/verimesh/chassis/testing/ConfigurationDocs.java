package verimesh.chassis.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import verimesh.chassis.config.Scopes;
import verimesh.chassis.config.Setting;
import verimesh.chassis.config.Settings;
import verimesh.chassis.config.SettingsTable;

/// Holds docs/CONFIGURATION.md to what the code reads. Each module has one test that reads its settings from an empty
/// environment and calls [#assertTrue]; `-Dverimesh.settings.update=true` writes the rows instead, meanings are kept
/// and new ones are left to write by hand.
public final class ConfigurationDocs {
  private ConfigurationDocs() {}

  public static Path document() {
    return Shared.root().resolve("docs/CONFIGURATION.md");
  }

  /// @param settings of a service, from an empty environment, after everything was read
  public static void assertTrue(Settings settings) throws IOException {
    assertThat(settings.scopes()).as("scopes that Scopes.ALL does not know, so that other services refuse their names")
        .allMatch(scope -> Scopes.ALL.stream().anyMatch(known -> scope.equals(known) || scope.startsWith(known + "_")));
    assertTrue(settings.all());
  }

  /// Of these scopes alone.
  public static void assertTrue(Settings settings, List<String> scopes) throws IOException {
    assertTrue(settings.all().stream().filter(s -> scopes.stream().anyMatch(scope -> s.name().startsWith("VERIMESH_" + scope + "_"))).toList());
  }

  private static void assertTrue(List<Setting> settings) throws IOException {
    String text = Files.readString(document());
    if (Boolean.getBoolean("verimesh.settings.update")) {
      text = SettingsTable.parse(text).updated(settings).into(text);
      Files.writeString(document(), text);
    }
    assertThat(SettingsTable.parse(text).differences(settings))
        .as("docs/CONFIGURATION.md; write the rows with -Dverimesh.settings.update=true, then their meanings by hand")
        .isEmpty();
  }
}
