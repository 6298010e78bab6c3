package verimesh.cli.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;

/// `./mesh examples`: makes the example pictures again.
@Command(name = "examples", description = "Makes the pictures of examples/ again, byte for byte.")
public final class ExamplesCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Where to put them (default: examples/ of this repository).")
  private Path folder;

  private final Context context;

  public ExamplesCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Path to = folder == null ? context.root().resolve("examples") : folder;
    try {
      Files.createDirectories(to);
      for (Examples.Example example : Examples.all()) {
        byte[] bytes = example.bytes().get();
        Files.write(to.resolve(example.name()), bytes);
        context.console().line("%6d bytes  %s".formatted(bytes.length, to.resolve(example.name())));
      }
      return Exit.OK;
    } catch (IOException e) {
      throw new CannotStart("cannot write to " + to + ": " + e.getMessage());
    }
  }
}
