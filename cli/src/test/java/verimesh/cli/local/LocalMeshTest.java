package verimesh.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.cli.CannotStart;
import verimesh.cli.Exit;
import verimesh.cli.testing.Jvm;
import verimesh.cli.testing.Screen;

class LocalMeshTest {
  private static final Path EXAMPLES = Path.of(System.getProperty("verimesh.root"), "examples");

  @TempDir private Path folder;

  @Test
  void everyExampleGetsAVerdictFromTheRealServices() {
    Screen screen = Screen.pipe();
    assertThat(screen.run(LocalMesh.meshes(), "analyze", EXAMPLES.toString(), "--csv")).as(screen.err()).isEqualTo(Exit.OK);
    List<String> rows = screen.lines();
    assertThat(rows).hasSize(11);
    assertThat(row(rows, "sd-webui.png")).contains(",ai_generated,").contains("declared").contains("Stable Diffusion WebUI (AUTOMATIC1111)");
    assertThat(row(rows, "comfyui.webp")).contains(",ai_generated,").contains("ComfyUI");
    assertThat(row(rows, "stealth.png")).contains(",ai_generated,");
    assertThat(row(rows, "iptc-label.jpg")).contains(",ai_generated,").contains("unknown AI tool");
    assertThat(row(rows, "tc260-label.png")).contains(",ai_generated,");
    for (String control : List.of("camera.jpg", "caption-only.jpg", "stripped.jpg", "edited.jpg", "moon.gif")) {
      assertThat(row(rows, control)).doesNotContain(",ai_generated,");
    }
  }

  private static String row(List<String> rows, String file) {
    return rows.stream().filter(row -> row.contains("/" + file + ",")).findFirst().orElseThrow();
  }

  @Test
  void everyWrongSettingOfEveryServiceIsShownAtOnce() {
    Map<String, String> environment = Map.of(
        "VERIMESH_METADATA_FILE_BYTES_MAX", "much", "VERIMESH_ADMISSION_MEGAPIXELS_MAX", "-1", "VERIMESH_HSAH_INDEX", "lucene");
    assertThatThrownBy(() -> LocalMesh.meshes().whole(environment)).isInstanceOf(CannotStart.class)
        .hasMessageContaining("VERIMESH_METADATA_FILE_BYTES_MAX").hasMessageContaining("VERIMESH_ADMISSION_MEGAPIXELS_MAX")
        .hasMessageContaining("VERIMESH_HSAH_INDEX");
  }

  /// Native libraries of a model server are hundreds of megabytes: whoever has no model never meets one of their classes.
  @Test
  void withoutAModelNoClassOfDjlIsLoaded() throws Exception {
    Path classes = folder.resolve("classes.log");
    Path said = folder.resolve("said.log");
    var line = new ArrayList<>(Jvm.command("-Xlog:class+load:file=" + classes + ":none", "-Duser.home=" + folder));
    line.addAll(List.of("verimesh.cli.Mesh", "analyze", EXAMPLES.toString(), "--json"));
    var builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("VERIMESH_"));
    Process process = builder.start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    String loaded = Files.readString(classes, StandardCharsets.UTF_8);
    assertThat(loaded).contains("verimesh.embedding.Main").contains("verimesh.orchestrator.Main"); // it did run them
    assertThat(loaded.lines().filter(name -> name.startsWith("ai.djl."))).isEmpty();
    assertThat(folder.resolve(".verimesh")).doesNotExist(); // nor was anything made in somebody's home
  }
}
