package verimesh.cli.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.inference.check.ModelCheck;
import verimesh.chassis.inference.check.ModelCheck.Comparison;
import verimesh.chassis.inference.check.ModelCheck.Outcome;
import verimesh.chassis.inference.family.Variant;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.term.Ink;

/// `./mesh models check`.
@Command(
    name = "check",
    description = {
      "Imports reference models with formula weights, runs them and compares every output with the published implementation's.",
      "Exit code 1 if any output is beyond its file's tolerance."
    },
    footer = {"", "  ./mesh models check ../shared/golden/models/*.json"})
final class CheckCommand implements Callable<Integer> {
  private static final List<Variant> USUAL = List.of(Variant.CPU_PACKED_F32, Variant.CPU_PACKED_BF16, Variant.PLAIN_F32, Variant.PLAIN_BF16);

  private final Context context;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Reference files (golden/README.md, section 3).")
  private List<Path> files;

  @Option(names = "--variant", paramLabel = "NAME", description = "Only these variants; repeat for several. Default: float32 and bfloat16, packed and plain.")
  private List<String> names = List.of();

  CheckCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    List<Variant> variants = names.isEmpty() ? USUAL : List.of(Variant.values()).stream().filter(v -> names.contains(v.spelling())).toList();
    var torch = Places.of(context).torch(1);
    Path scratch = Files.createTempDirectory("mesh-check-");
    var check = new ModelCheck(torch, scratch, variants);
    int failed = 0;
    int refused = 0;
    try {
      for (Path file : files) {
        try {
          Outcome outcome = check.check(file);
          if (!ModelCheck.holds(outcome)) failed++;
          if (outcome instanceof Outcome.Refused) refused++;
          tell(outcome);
        } catch (IOException e) {
          failed++;
          context.console().line(context.console().ink(Ink.BAD, "BAD ") + " " + file + ": " + e.getMessage());
        }
      }
    } finally {
      Files.deleteIfExists(scratch);
    }
    context.console().line(files.size() - failed - refused + " passed, " + failed + " failed, " + refused + " refused");
    return failed == 0 ? Exit.OK : Exit.SOME_FAILED;
  }

  private void tell(Outcome outcome) {
    switch (outcome) {
      case Outcome.Refused refused -> context.console().line(
          context.console().ink(refused.optional() ? Ink.FAINT : Ink.BAD, refused.optional() ? "skip" : "BAD ") + " " + refused.name() + ": " + refused.why());
      case Outcome.Compared compared -> {
        boolean holds = ModelCheck.holds(compared);
        context.console().line(context.console().ink(holds ? Ink.GOOD : Ink.BAD, holds ? "good" : "BAD ") + " " + compared.name());
        for (Comparison c : compared.comparisons()) {
          context.console().line(String.format(Locale.ROOT, "       %-15s %-24s cosine %.8f (least %.8f)  error %.3g (most %.3g)%s",
              c.variant().spelling(), c.output(), c.cosine(), c.cosineMin(), c.error(), c.errorMax(), c.holds() ? "" : "  " + c.complaint()));
        }
      }
    }
  }
}
