package verimesh.cli.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import verimesh.chassis.inference.fetch.Hub;
import verimesh.chassis.inference.fetch.Web;
import verimesh.cli.Context;
import verimesh.cli.UsageProblem;

/// What pins a model on a hub.
final class HubOptions {
  @Option(names = "--revision", paramLabel = "REV", defaultValue = "main", description = "Commit (40 hex digits), tag or branch; only a commit stays what it is. Default: ${DEFAULT-VALUE}.")
  private String revision;

  @Option(names = "--sha256", paramLabel = "FILE=HEX", description = "Pins a file, for example model.safetensors=0123...; wins over what the hub says. Repeat for several.")
  private List<String> pins = List.of();

  /// @return the folder that holds the verified files
  Path fetch(Context context, Places places, String id, Path into) throws IOException, InterruptedException {
    Map<String, String> pinned = new LinkedHashMap<>();
    for (String pin : pins) {
      int equals = pin.indexOf('=');
      if (equals < 1 || !pin.substring(equals + 1).matches("[0-9a-f]{64}")) throw new UsageProblem("--sha256 is \"" + pin + "\"; expected FILE= and 64 lower-case hex digits");
      pinned.put(pin.substring(0, equals), pin.substring(equals + 1));
    }
    try (Web web = places.web(context)) {
      Hub.Listing listing = places.hub().list(web, id, revision);
      if (!revision.equals(listing.commit())) context.console().note("Pinned: " + id + " " + revision + " is --revision " + listing.commit());
      Path folder = into != null ? into : places.library().cache().resolveSibling("checkpoints").resolve(id).resolve(listing.commit());
      try {
        places.hub().fetch(web, listing, folder, pinned, new ByteProgress(context.console(), id));
      } finally {
        context.console().progress("");
      }
      listing.files().forEach(file -> context.console().note("  " + file.name() + "  " + file.size() + " bytes  " + file.digest().hex()));
      return folder;
    }
  }
}
