package verimesh.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.fleet.Fleet;
import verimesh.cli.local.LocalMesh;
import verimesh.cli.term.Language;
import verimesh.cli.testing.Jvm;
import verimesh.cli.testing.Screen;

@Tag("slow")
class KillBenchTest {
  @TempDir private Path folder;

  @Test
  void killingEachServiceInTurnLosesNoAnswerAndMakesNoneSurer() throws Exception {
    Screen screen = Screen.pipe();
    var fleet = new Fleet(folder, Map.of("PATH", "/usr/bin:/bin"), Jvm.command("-Duser.home=" + folder));
    var context = new Context(screen.console(), Path.of(System.getProperty("verimesh.root")), Map.of(), Language.EN, LocalMesh.meshes());
    int exit = new CommandLine(new KillBench(context, fleet))
        .execute("--calls", "500", "--rate", "40", "--away", "1000", "--port", Integer.toString(Jvm.freeBasePort()));
    System.out.print(screen.out());
    assertThat(exit).as(screen.out() + screen.err()).isEqualTo(Exit.OK);
    assertThat(screen.out()).contains(" 0 failed").contains("ok     0 surer than before").doesNotContain("FAILED");
  }
}
