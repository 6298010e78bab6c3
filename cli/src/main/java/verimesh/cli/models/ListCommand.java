package verimesh.cli.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.store.StoredModel;
import verimesh.cli.Context;
import verimesh.cli.Exit;

/// `./mesh models list`.
@Command(name = "list", description = "The imported models: what they give, in which variants, how large.")
final class ListCommand implements Callable<Integer> {
  private final Context context;

  ListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Places places = Places.of(context);
    var models = places.store().list();
    if (models.isEmpty()) context.console().note("No model is in " + places.store().folder() + "; ./mesh models import brings one in.");
    for (StoredModel model : models) {
      var d = model.description();
      String gives = d.classifies() ? "labels " + String.join(", ", d.labels()) : "vectors of " + d.dimension();
      context.console().line(model.name() + "  " + d.family() + ", " + gives + (d.embedsTexts() ? ", texts up to " + d.textContext() + " tokens" : "") + (model.trusted() ? ", trusted archive" : ""));
      context.console().line("  " + model.input().canonicalText());
      for (Variant variant : Variant.values()) {
        if (model.archive(variant).isEmpty()) continue;
        Path file = model.archive(variant).get();
        String size = Files.isRegularFile(file) ? String.format(Locale.ROOT, "%.1f MB", Files.size(file) / 1e6) : "MISSING";
        context.console().line(String.format(Locale.ROOT, "  %-16s %10s  %s", variant.spelling(), size, file.getFileName()));
      }
    }
    return Exit.OK;
  }
}
