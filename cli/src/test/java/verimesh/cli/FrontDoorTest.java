package verimesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The shell script `mesh` itself, in a house of its own: with a Maven and with JDKs that are scripts, too, so that it is seen
/// what the front door asks them for.
class FrontDoorTest {
  @TempDir private Path folder;

  private Path house;
  private Path tools;

  private record Outcome(int exit, String out, String err) {}

  @BeforeEach
  void build() throws IOException {
    house = Files.createDirectories(folder.resolve("a house with blanks"));
    tools = Files.createDirectories(folder.resolve("tools"));
    // Only the JDKs of this test are to be found, whatever lies about on this machine.
    String door = Files.readString(Path.of(System.getProperty("verimesh.root"), "mesh"))
        .replace("/usr/lib/jvm/*", folder + "/jvm/*").replace("/usr/local/lib/jvm/*", "").replace(" /opt/* /opt/*/*", "");
    script(house.resolve("mesh"), door);
    Files.writeString(house.resolve("pom.xml"), "<modules><module>cli</module></modules>");
    source("cli/src/main/java/A.java", "class A {}");
    jdk("jdk-26", "26.0.1");
    maven("""
        mkdir -p "$root/cli/target/dist"
        echo jar > "$root/cli/target/dist/cli-0.1.0.jar"
        echo jar > "$root/cli/target/dist/other.jar"
        """);
  }

  private void source(String name, String text) throws IOException {
    Path file = house.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /// A JDK whose `java` prints what it was called with.
  private void jdk(String name, String version) throws IOException {
    Path home = Files.createDirectories(folder.resolve("jvm/" + name + "/bin")).getParent();
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"test\"\nJAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/java"), "#!/bin/sh\necho \"JAVA " + name + "\"\nfor a in \"$@\"; do echo \"[$a]\"; done\n");
    script(home.resolve("bin/javac"), "#!/bin/sh\n");
  }

  private void maven(String body) throws IOException {
    script(tools.resolve("mvn"), """
        #!/bin/sh
        while [ "$1" != -f ]; do shift; done
        root=$(dirname "$2")
        echo "$JAVA_HOME" >> "%s"
        echo "[INFO] Building cli 0.1.0 [1/1]"
        %s""".formatted(folder.resolve("maven-calls"), body));
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private int builds() throws IOException {
    Path calls = folder.resolve("maven-calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  private ProcessBuilder command(Path from, Map<String, String> variables, String... line) {
    var builder = new ProcessBuilder(line).directory(from.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools + ":/usr/bin:/bin");
    builder.environment().put("HOME", folder.toString());
    builder.environment().putAll(variables);
    return builder;
  }

  private Outcome run(Path from, Map<String, String> variables, String... line) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Process process = command(from, variables, line).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private Outcome run(String... args) throws IOException, InterruptedException {
    String[] line = new String[args.length + 1];
    line[0] = house.resolve("mesh").toString();
    System.arraycopy(args, 0, line, 1, args.length);
    return run(folder, Map.of(), line);
  }

  @Test
  void itBuildsOnceAndHandsTheCommandLineOn() throws Exception {
    Outcome first = run("analyze", "two words", "");
    assertThat(first.exit()).isZero();
    assertThat(first.err()).contains("building").contains("1/1 cli").contains("built in");
    assertThat(first.out()).contains("[verimesh.cli.Mesh]\n[analyze]\n[two words]\n[]\n").contains("[-Dverimesh.root=" + house.toRealPath() + "]");
    Outcome second = run("help");
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void oursComesFirstOnTheClassPath() throws Exception {
    String out = run("help").out();
    assertThat(out).containsPattern("cli-0\\.1\\.0\\.jar:[^\\]]*other\\.jar\\]");
  }

  @Test
  void onlyAChangeOfContentBuildsAgain() throws Exception {
    run("help");
    Files.setLastModifiedTime(house.resolve("cli/src/main/java/A.java"), FileTime.from(Instant.now().plusSeconds(60)));
    source("cli/src/test/java/ATest.java", "class ATest {}");
    run("help");
    assertThat(builds()).isEqualTo(1);
    source("cli/src/main/java/A.java", "class A { int a; }");
    run("help");
    assertThat(builds()).isEqualTo(2);
    Files.delete(house.resolve("cli/src/main/java/A.java"));
    run("help");
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void itIsFoundThroughALinkAndFromAnywhere() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("a link"), house.resolve("mesh"));
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere/deep"));
    Outcome outcome = run(elsewhere, Map.of(), link.toString(), "version");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out()).contains("[-Dverimesh.root=" + house.toRealPath() + "]");
    Path relative = Files.createSymbolicLink(elsewhere.resolve("mesh"), Path.of("../../a link"));
    assertThat(run(folder, Map.of(), relative.toString(), "version").exit()).isZero();
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    maven("""
        sleep 1
        mkdir -p "$root/cli/target/dist"
        echo jar > "$root/cli/target/dist/cli-0.1.0.jar"
        """);
    String door = house.resolve("mesh").toString();
    List<Process> both = List.of(command(folder, Map.of(), door, "help").start(), command(folder, Map.of(), door, "help").start());
    for (Process process : both) {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.getErrorStream().readAllBytes();
      assertThat(process.waitFor()).isZero();
      assertThat(out).contains("[help]");
    }
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aFailedBuildShowsItsErrorAndWhereTheRestIs() throws Exception {
    maven("""
        echo "[INFO] chatter"
        echo "[ERROR] A.java:[1,2] ';' expected"
        echo "[ERROR] For more information about the errors, see somewhere"
        exit 1
        """);
    Outcome outcome = run("help");
    assertThat(outcome.exit()).isEqualTo(Exit.CANNOT_START);
    assertThat(outcome.err()).contains("the build failed").contains("A.java:[1,2] ';' expected").contains(".mesh/build.log")
        .doesNotContain("chatter").doesNotContain("For more information");
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void anOldJdkIsPassedByForANewerOne() throws Exception {
    jdk("jdk-17", "17.0.15");
    jdk("jdk-8", "1.8.0_401");
    Outcome outcome = run(folder, Map.of("JAVA_HOME", folder.resolve("jvm/jdk-17").toString()), house.resolve("mesh").toString(), "help");
    assertThat(outcome.out()).startsWith("JAVA jdk-26");
  }

  @Test
  void theNamedJdkGoesBeforeAllOthers() throws Exception {
    jdk("jdk-25", "25.0.3");
    Path named = folder.resolve("jvm/jdk-25");
    Outcome outcome = run(folder, Map.of("VERIMESH_JAVA_HOME", named.toString()), house.resolve("mesh").toString(), "help");
    assertThat(outcome.out()).startsWith("JAVA jdk-25");
    assertThat(Files.readString(folder.resolve("maven-calls"))).contains(named.toString());
  }

  @Test
  void withoutAJdkItSaysHowToGetOne() throws Exception {
    Files.writeString(folder.resolve("jvm/jdk-26/release"), "JAVA_VERSION=\"17.0.15\"\n");
    Outcome outcome = run("help");
    assertThat(outcome.exit()).isEqualTo(Exit.CANNOT_START);
    assertThat(outcome.err()).contains("needs a JDK 25 or later; found only 17").contains("apt-get install").contains("VERIMESH_JAVA_HOME");
  }

  @Test
  void withoutMavenItSaysHowToGetOne() throws Exception {
    Files.delete(tools.resolve("mvn"));
    Path bare = Files.createDirectories(folder.resolve("bare"));
    for (String tool : List.of("bash", "env", "dirname", "readlink", "cat", "find", "xargs", "cksum", "sort", "tr", "sed", "mkdir", "rm")) {
      Files.createSymbolicLink(bare.resolve(tool), Files.exists(Path.of("/bin", tool)) ? Path.of("/bin", tool) : Path.of("/usr/bin", tool));
    }
    Outcome outcome = run(folder, Map.of("PATH", bare.toString()), house.resolve("mesh").toString(), "help");
    assertThat(outcome.exit()).isEqualTo(Exit.CANNOT_START);
    assertThat(outcome.err()).contains("needs Maven").contains("apt-get install maven");
  }
}
