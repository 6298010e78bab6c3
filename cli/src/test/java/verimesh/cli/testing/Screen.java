package verimesh.cli.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import verimesh.cli.Context;
import verimesh.cli.Mesh;
import verimesh.cli.local.Meshes;
import verimesh.cli.term.Console;
import verimesh.cli.term.Language;

/// A terminal that a test can read, or a pipe, and commands run on it.
public final class Screen {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console;
  private Language language = Language.EN;
  private Map<String, String> environment = Map.of();

  private Screen(boolean terminal, int columns, boolean colour) {
    console = new Console(out, err, terminal, terminal, columns, colour);
  }

  public static Screen pipe() {
    return new Screen(false, 0, false);
  }

  public static Screen terminal(int columns) {
    return new Screen(true, columns, true);
  }

  public Screen in(Language other) {
    language = other;
    return this;
  }

  public Screen with(Map<String, String> variables) {
    environment = variables;
    return this;
  }

  public Console console() {
    return console;
  }

  public int run(Meshes meshes, String... args) {
    return Mesh.run(new Context(console, Path.of(System.getProperty("verimesh.root")), environment, language, meshes), args);
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public List<String> lines() {
    return out().lines().toList();
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
