package verimesh.cli.operate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives every test class that asks for a [ScrapedMesh] the same one, which has done work of every kind once. Starting five
/// services takes seconds, and nobody here minds what another has counted before.
final class SharedMesh implements ParameterResolver {
  /// @param folder its index; removed with it
  private record Started(ScrapedMesh mesh, Path folder) implements AutoCloseable {
    static Started now() {
      try {
        Path folder = Files.createTempDirectory("verimesh-mesh");
        ScrapedMesh mesh = ScrapedMesh.start(folder);
        mesh.work();
        return new Started(mesh, folder);
      } catch (Exception e) {
        throw new IllegalStateException("the mesh did not start", e);
      }
    }

    @Override
    public void close() throws Exception {
      mesh.close();
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ScrapedMesh.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context.getRoot().getStore(Namespace.create(SharedMesh.class))
        .computeIfAbsent(Started.class, _ -> Started.now(), Started.class).mesh();
  }
}
