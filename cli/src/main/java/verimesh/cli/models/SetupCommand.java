package verimesh.cli.models;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.chassis.inference.fetch.Digest;
import verimesh.chassis.inference.fetch.Download;
import verimesh.chassis.inference.fetch.Web;
import verimesh.chassis.inference.torch.TorchLibrary;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;

/// `./mesh models setup`.
@Command(
    name = "setup",
    description = {
      "Installs libtorch, the native library that runs models: 112 MB to fetch, 450 MB on disk.",
      "Taken from the local Maven repository if it is there, else fetched; verified by its SHA-256 in any case."
    })
final class SetupCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--from", paramLabel = "JAR", description = "The artifact " + TorchLibrary.ARTIFACT + " as a file, for machines without a network.")
  private Path from;

  SetupCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Places places = Places.of(context);
    TorchLibrary library = places.library();
    if (library.isInstalled()) {
      context.console().line("libtorch " + TorchLibrary.VERSION + " is in " + library.folder() + " already.");
      return Exit.OK;
    }
    if (from != null && !Files.isRegularFile(from)) throw new UsageProblem("there is no file " + from);
    Path local = Path.of(System.getProperty("user.home"), ".m2", "repository").resolve(TorchLibrary.REPOSITORY_PATH);
    Path jar = from != null ? from : Files.isRegularFile(local) ? local : fetched(places, local);
    context.console().note("Unpacking " + jar);
    library.install(jar);
    context.console().line("libtorch " + TorchLibrary.VERSION + " is in " + library.folder() + ".");
    return Exit.OK;
  }

  private Path fetched(Places places, Path local) throws IOException, InterruptedException {
    if (places.repository().isEmpty()) return byMaven(local);
    Path jar = places.library().cache().resolve("pytorch-native-cpu-" + TorchLibrary.VERSION + "-linux-x86_64.jar");
    String root = places.repository().get().toString();
    URI address = URI.create((root.endsWith("/") ? root : root + "/") + TorchLibrary.REPOSITORY_PATH);
    try (Web web = new Web("", address, context.environment())) {
      new Download(address, jar, -1, new Digest.Sha256(TorchLibrary.SHA256)).run(web, new ByteProgress(context.console(), "libtorch"));
    } finally {
      context.console().progress("");
    }
    return jar;
  }

  /// Maven knows mirrors, proxies and passwords from its own settings, so it fetches what nobody named a place for.
  private Path byMaven(Path local) throws IOException, InterruptedException {
    context.console().note("Fetching " + TorchLibrary.ARTIFACT + " with Maven (112 MB)");
    Process maven =
        new ProcessBuilder("mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get",
                "-Dartifact=" + TorchLibrary.ARTIFACT, "-Dtransitive=false")
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectErrorStream(true)
            .start();
    String said = new String(maven.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (maven.waitFor() == 0 && Files.isRegularFile(local)) return local;
    String last = said.lines().filter(line -> line.contains("ERROR")).findFirst().orElse("it gave no reason");
    throw new CannotStart("Maven could not fetch libtorch: " + last.strip()
        + "\n  Bring the file with --from JAR, or name a repository in VERIMESH_MODELS_MAVEN.");
  }
}
