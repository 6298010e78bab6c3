package verimesh.chassis.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;

/// Other people's pictures and reference data, which lie beside the repository and not in it. A test over them is
/// skipped with one printed line where they are missing, and fails there under CI (environment `CI`), so that no build
/// passes by having looked at nothing.
public final class Shared {
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet(); // one line a path, not one a test

  private Shared() {}

  /// The repository's root: set by the build, else the nearest folder upwards that holds the modules.
  public static Path root() {
    String given = System.getProperty("verimesh.root");
    if (given != null) return Path.of(given);
    Path here = Path.of("").toAbsolutePath();
    while (here != null && !Files.isDirectory(here.resolve("proto/src/main/proto"))) here = here.getParent();
    return here == null ? Path.of("").toAbsolutePath() : here;
  }

  /// @param relative below the shared folder, for example `fixtures/camera`
  /// @return where it lies; it exists
  public static Path path(String relative) {
    Path path = root().resolve("../shared").resolve(relative).normalize();
    if (Files.exists(path)) return path;
    String missing = "shared data is missing: " + relative + " (looked at " + path + ")";
    String ci = System.getenv("CI");
    if (ci != null && !ci.isBlank()) Assertions.fail(missing);
    if (TOLD.add(relative)) System.out.println("skipped: " + missing);
    throw new TestAbortedException(missing);
  }

  /// For `@EnabledIf` and the like: true if it is there. Fails under CI as [#path] does.
  public static boolean has(String relative) {
    try {
      path(relative);
      return true;
    } catch (TestAbortedException missing) {
      return false;
    }
  }
}
