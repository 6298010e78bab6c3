package verimesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import verimesh.cli.term.Language;
import verimesh.cli.testing.Answers;
import verimesh.cli.testing.FakeMesh;
import verimesh.cli.testing.Screen;

class MeshTest {
  private static final FakeMesh MESH = FakeMesh.analyzing(_ -> Answers.camera());
  /// Commands of the front door itself, which need no JVM.
  private static final Set<String> FRONT_DOOR = Set.of("test", "build", "help", "version");

  private static final CommandLine COMMANDS = Mesh.commandLine(new Context(Screen.pipe().console(), Path.of("."), Map.of(), Language.EN, MESH));

  @Test
  void helpNamesEveryCommandThatThereIs() {
    Screen screen = Screen.pipe();
    assertThat(screen.run(MESH, "help")).isEqualTo(Exit.OK);
    var named = new TreeSet<String>();
    Pattern.compile("(?m)^  ([a-z]+)[ \n]").matcher(screen.out()).results().forEach(match -> named.add(match.group(1)));
    var there = new TreeSet<>(FRONT_DOOR);
    COMMANDS.getSubcommands().forEach((name, command) -> {
      if (!command.getCommandSpec().usageMessage().hidden()) there.add(name);
    });
    assertThat(named).isEqualTo(there);
    assertThat(screen.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(110));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "help", "-h", "--help"})
  void allWaysOfAskingForHelpGiveTheSamePage(String how) {
    Screen screen = Screen.pipe();
    assertThat(how.isEmpty() ? screen.run(MESH) : screen.run(MESH, how)).isEqualTo(Exit.OK);
    assertThat(screen.out()).startsWith("VeriMesh: was this image made by AI, and what says so?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"help analyze", "analyze --help", "analyze -h"})
  void everythingAboutOneCommand(String line) {
    Screen screen = Screen.pipe();
    assertThat(screen.run(MESH, line.split(" "))).isEqualTo(Exit.OK);
    assertThat(screen.out()).contains("usage: ./mesh analyze").contains("--deadline").contains("--html");
  }

  @ParameterizedTest
  @CsvSource({"anlyze,analyze", "stauts,status", "dwon,down", "insp,inspect", "examples2,examples", "log,logs"})
  void aSlipOfThePenIsUnderstood(String typed, String meant) {
    Screen screen = Screen.pipe();
    assertThat(screen.run(MESH, typed)).isEqualTo(Exit.USAGE);
    assertThat(screen.err()).contains("did you mean " + meant + "?").doesNotContain("Exception");
  }

  @Test
  void nonsenseIsNotGuessedAt() {
    Screen screen = Screen.pipe();
    assertThat(screen.run(MESH, "xyzzy")).isEqualTo(Exit.USAGE);
    assertThat(screen.err()).contains("there is no command \"xyzzy\"").doesNotContain("did you mean").contains("see ./mesh help");
  }

  @Test
  void helpAboutNothingThatIsThereIsWrongUsage() {
    assertThat(Screen.pipe().run(MESH, "help", "xyzzy")).isEqualTo(Exit.USAGE);
  }

  @Test
  void versionSaysBothOurs() {
    Screen screen = Screen.pipe();
    assertThat(screen.run(MESH, "version")).isEqualTo(Exit.OK);
    assertThat(screen.out()).startsWith("VeriMesh ").contains("Java 2");
  }

  static Stream<Path> documents() throws IOException {
    Path root = Path.of(System.getProperty("verimesh.root"));
    try (Stream<Path> docs = Files.walk(root.resolve("docs"))) {
      List<Path> all = new ArrayList<>(docs.filter(file -> file.toString().endsWith(".md")).toList());
      all.addAll(List.of(root.resolve("README.md"), root.resolve("README.ko.md"), root.resolve("examples/README.md")));
      return all.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyCommandInTheDocumentsExistsWithItsOptions(Path document) throws IOException {
    String text = Files.readString(document);
    var wrong = new ArrayList<String>();
    Pattern.compile("\\./mesh ([a-z][a-z-]*)([^\n`|#>)]*)").matcher(text).results().forEach(match -> {
      String name = match.group(1);
      if (FRONT_DOOR.contains(name)) return;
      CommandLine command = COMMANDS.getSubcommands().get(name);
      if (command == null) {
        wrong.add("./mesh " + name);
        return;
      }
      for (String word : List.of(match.group(2).trim().split("\\s+"))) {
        if (command.getSubcommands().containsKey(word)) command = command.getSubcommands().get(word);
        if (word.startsWith("-") && !command.getCommandSpec().optionsMap().containsKey(word.replaceAll("[\\],.;:]+$", "").split("=")[0])) {
          wrong.add(match.group().trim() + ": no option " + word);
        }
      }
    });
    assertThat(wrong).isEmpty();
  }
}
