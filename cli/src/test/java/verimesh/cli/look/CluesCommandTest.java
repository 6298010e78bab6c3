package verimesh.cli.look;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import verimesh.cli.Exit;
import verimesh.cli.local.LocalMesh;
import verimesh.cli.term.Language;
import verimesh.cli.testing.Screen;
import verimesh.verifier.clue.ClueBase;
import verimesh.verifier.lmm.ScriptedLmm.Act;

/// `./mesh clues`.
class CluesCommandTest {
  private static final Path EXAMPLES = Path.of(System.getProperty("verimesh.root"), "examples");

  @TempDir private Path folder;
  private LookMesh mesh;

  @BeforeEach
  void start() throws Exception {
    mesh = new LookMesh(Map.of());
  }

  @AfterEach
  void stop() {
    mesh.close();
  }

  private Screen screen() {
    return Screen.pipe().with(Map.of(
        "VERIMESH_VERIFIER_BACKENDS", "scripted", "VERIMESH_VERIFIER_SCRIPTED_URL", mesh.lmm.url().toString(),
        "VERIMESH_VERIFIER_SCRIPTED_MODEL", "scripted-1", "VERIMESH_VERIFIER_SCRIPTED_ATTEMPTS_MAX", "1"));
  }

  private Path known() throws Exception {
    for (String truth : new String[] {"fake", "real"}) Files.createDirectories(folder.resolve("known/" + truth));
    Files.copy(EXAMPLES.resolve("sd-webui.png"), folder.resolve("known/fake/one.png"));
    Files.copy(EXAMPLES.resolve("stealth.png"), folder.resolve("known/fake/two.png"));
    Files.copy(EXAMPLES.resolve("camera.jpg"), folder.resolve("known/real/one.jpg"));
    Files.copy(EXAMPLES.resolve("stripped.jpg"), folder.resolve("known/real/two.jpg"));
    return folder.resolve("known");
  }

  @Test
  void listShowsEveryClueInTheLanguageAsked() throws Exception {
    Screen english = Screen.pipe();
    assertThat(english.run(LocalMesh.meshes(), "clues", "list")).isEqualTo(Exit.OK);
    assertThat(english.lines()).hasSize(3 * ClueBase.ours().clues().size());
    Screen korean = Screen.pipe().in(Language.KO);
    assertThat(korean.run(LocalMesh.meshes(), "clues", "list", "--category", "hands")).isEqualTo(Exit.OK);
    assertThat(korean.out()).contains("hands.finger-count").contains("자연스러운 설명").doesNotContain("eyes.");
    Screen json = Screen.pipe();
    assertThat(json.run(LocalMesh.meshes(), "clues", "list", "--json", "--category", "hands")).isEqualTo(Exit.OK);
    assertThat(new ObjectMapper().readTree(json.lines().getFirst()).at("/korean/text").asText()).isNotEmpty();
    assertThat(Screen.pipe().run(LocalMesh.meshes(), "clues", "list", "--category", "feet")).isEqualTo(Exit.USAGE);
  }

  @Test
  void retrieveShowsWhatASecondLookWouldCheck() {
    Screen screen = screen();
    assertThat(screen.run(mesh, "clues", "retrieve", EXAMPLES.resolve("camera.jpg").toString(), "--limit", "4")).isEqualTo(Exit.OK);
    assertThat(screen.lines()).hasSize(5);
    assertThat(screen.lines().get(1)).contains("1.000").contains(LookMesh.CLUE);
  }

  @Test
  void retrieveWithoutAClipModelSaysWhatIsMissing() {
    Screen screen = Screen.pipe();
    assertThat(screen.run(LocalMesh.meshes(), "clues", "retrieve", EXAMPLES.resolve("camera.jpg").toString())).isEqualTo(Exit.CANNOT_START);
    assertThat(screen.err()).contains("no CLIP model is configured");
  }

  @Test
  void buildWritesAReviewFileAndNothingGoesLive() throws Exception {
    String clue = "{\"clues\":[{\"category\":\"hands\",\"name\":\"merged thumb\",\"en\":{\"text\":\"A thumb merges into the palm.\",\"look_at\":\"The root of the thumb.\","
        + "\"natural\":\"A fist.\"},\"ko\":{\"text\":\"엄지가 손바닥에 붙어 있다.\",\"look_at\":\"엄지의 뿌리.\",\"natural\":\"주먹.\"}},{\"category\":\"nonsense\",\"name\":\"x\"}]}";
    mesh.lmm.then(new Act.Say(clue)).then(new Act.Say("no JSON")).then(new Act.Say(clue)).then(new Act.Say("{\"clues\":[]}")).then(new Act.Status(500, 0));
    Path out = folder.resolve("review.json");
    Screen screen = screen();
    assertThat(screen.run(mesh, "clues", "build", known().toString(), "--out", out.toString())).isEqualTo(Exit.SOME_FAILED);
    assertThat(screen.out()).contains("1 candidates of 3 pictures").contains("1 pictures without an answer");
    JsonNode review = new ObjectMapper().readTree(out.toFile());
    assertThat(review.at("/clues/0/review").asText()).isEqualTo("pending");
    assertThat(review.at("/clues/0/named_in_fakes").asInt()).isEqualTo(2);
    assertThat(mesh.lmm.requests().getFirst().at("/messages/1/content/0/text").asText()).contains("generated (\"fake\")");

    Screen again = screen();
    assertThat(again.run(mesh, "clues", "build", folder.resolve("known").toString(), "--out", out.toString())).isEqualTo(Exit.USAGE);
    Files.writeString(out, Files.readString(out).replace("\"pending\"", "\"approved\""));
    Screen list = Screen.pipe().with(Map.of("VERIMESH_VERIFIER_CLUE_FILES", out.toString()));
    assertThat(list.run(LocalMesh.meshes(), "clues", "list", "--category", "hands")).isEqualTo(Exit.OK);
    assertThat(list.out()).contains("hands.merged-thumb");
  }

  @Test
  void gateHoldsTheNewestWordingAgainstTheOneBefore() throws Exception {
    mesh.lmm.otherwise(new Act.Say(said("real")));
    Screen steady = screen();
    assertThat(steady.run(mesh, "clues", "gate", known().toString(), "--pass", "examine")).isEqualTo(Exit.OK);
    assertThat(steady.out()).contains("examine/1").contains("examine/2 calls +0.0 points more fake than examine/1");

    // The older wording, asked second, makes half of them fake.
    for (int i = 0; i < 4; i++) mesh.lmm.then(new Act.Say(said("real")));
    for (int i = 0; i < 2; i++) mesh.lmm.then(new Act.Say(said("fake")));
    Screen swinging = screen();
    assertThat(swinging.run(mesh, "clues", "gate", folder.resolve("known").toString(), "--pass", "examine")).isEqualTo(Exit.SOME_FAILED);
    assertThat(swinging.out()).contains("examine/2 calls -50.0 points more fake than examine/1; up to 5 are allowed");
  }

  @Test
  void gateTriesAWordingThatIsNotInTheProjectYet() throws Exception {
    mesh.lmm.otherwise(new Act.Say(said("fake")));
    Path wording = folder.resolve("wording.txt");
    Files.writeString(wording, "Look closely. Most pictures are real.");
    Screen screen = screen();
    assertThat(screen.run(mesh, "clues", "gate", known().toString(), "--pass", "examine", "--prompt", wording.toString())).isEqualTo(Exit.OK);
    assertThat(screen.out()).contains("examine (tried)").contains("examine/0 calls +0.0 points more fake than examine/2");
    assertThat(mesh.lmm.requests()).anySatisfy(request -> assertThat(request.at("/messages/0/content").asText()).isEqualTo("Look closely. Most pictures are real."));
    assertThat(screen().run(mesh, "clues", "gate", folder.resolve("known").toString(), "--prompt", wording.toString())).isEqualTo(Exit.USAGE);
  }

  @Test
  void withoutAModelBuildAndGateSayWhatIsMissing() throws Exception {
    for (String command : new String[] {"build", "gate"}) {
      Screen screen = Screen.pipe().with(new HashMap<>());
      assertThat(screen.run(mesh, "clues", command, known(command).toString())).isEqualTo(Exit.CANNOT_START);
      assertThat(screen.err()).contains("VERIMESH_VERIFIER_BACKENDS");
    }
  }

  private Path known(String name) throws Exception {
    for (String truth : new String[] {"fake", "real"}) {
      Files.createDirectories(folder.resolve(name + "/" + truth));
      Files.copy(EXAMPLES.resolve("camera.jpg"), folder.resolve(name + "/" + truth + "/one.jpg"));
    }
    return folder.resolve(name);
  }

  private static String said(String verdict) {
    return "{\"verdict\":\"" + verdict + "\",\"confidence\":0.8,\"observations\":[],\"text_instructs\":false}";
  }
}
