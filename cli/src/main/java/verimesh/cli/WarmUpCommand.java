package verimesh.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import verimesh.cli.term.Console;

/// The run from which the front door makes its start-up cache: it does once what people do most, so that the JVM sees
/// which classes and methods that takes. Prints nothing; whatever fails here fails later in sight of somebody.
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
  private final Context context;

  WarmUpCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    // Colours on, so that the classes behind them are seen, too.
    var console = new Console(new ByteArrayOutputStream(), OutputStream.nullOutputStream(), true, false, 100, true);
    var quiet = new Context(console, context.root(), withoutSettings(), context.language(), context.meshes());
    String examples = context.root().resolve("examples").toString();
    Path page = Files.createTempFile("verimesh-warm-up", ".html");
    try {
      Mesh.run(quiet, "help");
      Mesh.run(quiet, "help", "analyze");
      Mesh.run(quiet, "analyze", examples, "--html", page.toString());
      Mesh.run(quiet, "analyze", examples, "--json");
      Mesh.run(quiet, "inspect", examples);
      Mesh.run(quiet, "inspect", examples, "--json");
      Mesh.run(quiet, "status");
      Mesh.run(quiet, "doctor");
    } finally {
      Files.deleteIfExists(page);
    }
    return Exit.OK;
  }

  /// The builder's own settings are no part of the cache, and a model would take minutes to load.
  private Map<String, String> withoutSettings() {
    var variables = new HashMap<>(context.environment());
    variables.keySet().removeIf(name -> name.startsWith("VERIMESH_"));
    return variables;
  }
}
