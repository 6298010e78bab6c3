package verimesh.cli.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.cli.Context;
import verimesh.cli.Exit;

/// `./mesh models fetch`.
@Command(
    name = "fetch",
    description = {
      "Fetches a checkpoint from a model hub, pinned and verified, and resumes what broke off.",
      "VERIMESH_MODELS_HUB names a mirror, VERIMESH_MODELS_TOKEN a token; HTTPS_PROXY and NO_PROXY are honoured."
    },
    footer = {"", "  ./mesh models fetch openai/clip-vit-base-patch32 --revision 3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268"})
final class FetchCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "OWNER/NAME", description = "The model's id on the hub.")
  private String id;

  @Mixin private HubOptions hub = new HubOptions();

  @Option(names = "--into", paramLabel = "DIR", description = "Where to put the files, for example to carry them to a site without a network.")
  private Path into;

  FetchCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      context.console().line(hub.fetch(context, Places.of(context), id, into).toString());
      return Exit.OK;
    } catch (IOException e) { // the hub's word, or the network's: nothing of ours is broken
      context.console().note("mesh models fetch: " + e.getMessage());
      return Exit.SOME_FAILED;
    }
  }
}
