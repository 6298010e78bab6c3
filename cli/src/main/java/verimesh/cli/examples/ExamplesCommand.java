package verimesh.cli.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import verimesh.cli.CannotStart;
import verimesh.cli.Exit;
import verimesh.cli.term.Console;

/// `./mesh examples`: makes the example pictures again.
@Command(name = "examples", description = "Makes the pictures of examples/ again, byte for byte.")
public final class ExamplesCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Where to put them (default: examples/ of this repository).")
  private Path folder;

  private final Console console;
  private final Path root;

  public ExamplesCommand(Console console, Path root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public Integer call() {
    Path to = folder == null ? root.resolve("examples") : folder;
    try {
      Files.createDirectories(to);
      for (Examples.Example example : Examples.all()) {
        byte[] bytes = example.bytes().get();
        Files.write(to.resolve(example.name()), bytes);
        console.line("%6d bytes  %s".formatted(bytes.length, to.resolve(example.name())));
      }
      return Exit.OK;
    } catch (IOException e) {
      throw new CannotStart("cannot write to " + to + ": " + e.getMessage());
    }
  }
}
