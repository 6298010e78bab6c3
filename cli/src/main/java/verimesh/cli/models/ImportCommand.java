package verimesh.cli.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.inference.store.Importer;
import verimesh.chassis.inference.store.StoredModel;
import verimesh.cli.Context;
import verimesh.cli.Exit;

/// `./mesh models import`.
@Command(
    name = "import",
    description = {
      "Turns a checkpoint (config.json and model.safetensors) into archives that embedding-svc serves.",
      "Takes a folder, or a hub id, which is fetched first. Each archive is run once and compared before it gets its name."
    },
    footer = {
      "",
      "  ./mesh models import ~/checkpoints/clip-vit-base-patch32 --name openai/clip-vit-base-patch32",
      "  ./mesh models import facebook/dinov2-small --revision ed25f3a31f01632728cabb09d1542f84ab7b0056"
    })
final class ImportCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "DIR|OWNER/NAME", description = "A checkpoint folder, or a model's id on the hub.")
  private String source;

  @Option(names = "--name", paramLabel = "NAME", description = "What to call it; default: the hub id, or the folder's name.")
  private String name;

  @Mixin private VariantOptions variants = new VariantOptions();
  @Mixin private HubOptions hub = new HubOptions();

  ImportCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Places places = Places.of(context);
    var torch = places.torch(1);
    try {
      boolean folder = Files.isDirectory(Path.of(source));
      Path checkpoint = folder ? Path.of(source) : hub.fetch(context, places, source, null);
      String called = name != null ? name : folder ? checkpoint.toAbsolutePath().normalize().getFileName().toString() : source;
      StoredModel model = new Importer(places.store(), torch, context.console()::note).importFolder(checkpoint, called, variants.variants());
      context.console().line(called + "  " + model.description().family() + "  " + model.input().canonicalText());
      return Exit.OK;
    } catch (IOException e) { // a checkpoint that cannot be used, or a hub that cannot be reached: the message says which
      context.console().note("mesh models import: " + e.getMessage());
      return Exit.SOME_FAILED;
    }
  }
}
