package verimesh.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;
import verimesh.cli.Exit;
import verimesh.cli.testing.Answers;
import verimesh.cli.testing.FakeMesh;
import verimesh.cli.testing.Screen;
import verimesh.cli.testing.Shape;
import verimesh.metadata.v1.InspectRequest;
import verimesh.metadata.v1.InspectResponse;

class InspectCommandTest {
  @TempDir private Path folder;

  private String file() throws IOException {
    return Files.write(folder.resolve("a1111.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}).toString();
  }

  @Test
  void jsonHasTheShapeOfTheExample() throws IOException {
    Screen screen = Screen.pipe();
    assertThat(screen.run(FakeMesh.inspecting(_ -> Answers.inspected()), "inspect", file(), "--json")).isEqualTo(Exit.OK);
    JsonObject line = JsonParser.parseString(screen.out()).getAsJsonObject();
    assertThat(Shape.differences(line, Shape.example("inspect.example.json"))).isEmpty();
    assertThat(line.get("error").isJsonNull()).isTrue();
    assertThat(line.getAsJsonObject("generator").get("name").getAsString()).isEqualTo("Stable Diffusion WebUI (AUTOMATIC1111)");
  }

  @Test
  void withoutAGeneratorItIsNullAndTheRestIsThere() throws IOException {
    Screen screen = Screen.pipe();
    screen.run(FakeMesh.inspecting(_ -> InspectResponse.newBuilder().setFormat("png").build()), "inspect", file(), "--json");
    JsonObject line = JsonParser.parseString(screen.out()).getAsJsonObject();
    assertThat(line.get("generator").isJsonNull()).isTrue();
    assertThat(line.getAsJsonArray("signatures")).isEmpty();
    assertThat(line.getAsJsonObject("exif").get("consistency").getAsString()).isEqualTo("STRIPPED");
    assertThat(line.getAsJsonObject("provenance").get("state").getAsString()).isEqualTo("none");
    assertThat(line.keySet()).contains("file", "format", "generator", "signatures", "exif", "inconsistencies", "editing", "provenance", "error");
  }

  @Test
  void anUnreadableFileHasAnErrorAndNothingElse() throws IOException {
    Screen screen = Screen.pipe();
    var mesh = FakeMesh.inspecting(_ -> {
      throw new ProblemException(new Problem.Invalid("NOT_AN_IMAGE", "No image."));
    });
    assertThat(screen.run(mesh, "inspect", file(), "--json")).isEqualTo(Exit.SOME_FAILED);
    JsonObject line = JsonParser.parseString(screen.out()).getAsJsonObject();
    assertThat(line.keySet()).containsExactly("file", "error");
    assertThat(line.getAsJsonObject("error").get("reason").getAsString()).isEqualTo("NOT_AN_IMAGE");
  }

  @Test
  void theViewNamesTheToolAndShowsItsPrompt() throws IOException {
    Screen screen = Screen.pipe();
    screen.run(FakeMesh.inspecting(_ -> Answers.inspected()), "inspect", file());
    assertThat(screen.out()).contains("a1111.png").contains("png, 512 × 768").contains("Stable Diffusion WebUI (AUTOMATIC1111) v1.10.1")
        .contains("PNG text chunk 'parameters'").contains("a lighthouse on a cliff at night").contains("stripped, published score 0.00");
  }

  @Test
  void personalDataIsAskedForOnlyWhenWanted() throws IOException {
    var asked = new AtomicReference<InspectRequest>();
    FakeMesh mesh = FakeMesh.inspecting(request -> {
      asked.set(request);
      return Answers.inspected();
    });
    Screen.pipe().run(mesh, "inspect", file());
    assertThat(asked.get().getIncludePersonalData()).isFalse();
    Screen.pipe().run(mesh, "inspect", file(), "--personal-data");
    assertThat(asked.get().getIncludePersonalData()).isTrue();
  }
}
