package verimesh.cli.clues;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.Resources;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.cli.analyze.FoundFile;
import verimesh.cli.term.Plain;
import verimesh.verifier.VerifierConfig;
import verimesh.verifier.label.Labeller;
import verimesh.verifier.label.Review;
import verimesh.verifier.lmm.Backend;
import verimesh.verifier.picture.PictureMaker;
import verimesh.verifier.picture.ShownPicture;

/// `./mesh clues build`.
@Command(
    name = "build",
    description = {
      "Has the configured model name clues in known fakes, and what looks like one in known real pictures, and writes a review",
      "file. Nothing of it is used before a person has approved it and named the file in VERIMESH_VERIFIER_CLUE_FILES."
    },
    footer = {"", "  ./mesh clues build known --out new-clues.json", "", "DIR holds the folders fake and real."})
final class BuildCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "DIR", description = "Folder with known pictures.")
  private Path folder;

  @Option(names = "--out", paramLabel = "FILE", description = "The review file; never overwritten (default: clues-review.json).")
  private Path out = Path.of("clues-review.json");

  BuildCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (Files.exists(out)) throw new UsageProblem(out + " exists already, and somebody may have reviewed it; name another with --out");
    KnownFolder known = KnownFolder.of(folder);
    try (var resources = new Resources()) {
      VerifierConfig config = VerifierSettings.of(context);
      Backend backend = VerifierSettings.backend(config, resources);
      var pictures = resources.add(new PictureMaker(config.picture(), InstantSource.system()));
      var labeller = new Labeller(backend, config.clues().categories());
      var review = new Review(config.clues());
      int failed = labelled(known.fakes(), true, labeller, review, pictures, config) + labelled(known.reals(), false, labeller, review, pictures, config);
      context.console().progress("");
      int all = known.fakes().size() + known.reals().size();
      if (failed == all) throw new CannotStart("the model answered for no picture; nothing was written");
      try {
        review.write(out, backend.model(), labeller.promptVersion());
      } catch (IOException e) {
        throw new CannotStart("cannot write " + out + ": " + e.getMessage());
      }
      context.console().line(review.candidates() + " candidates of " + (all - failed) + " pictures in " + out + ", all pending; " + failed + " pictures without an answer");
      return failed == 0 ? Exit.OK : Exit.SOME_FAILED;
    }
  }

  /// @return how many had no answer
  private int labelled(List<FoundFile> files, boolean fake, Labeller labeller, Review review, PictureMaker pictures, VerifierConfig config) {
    int failed = 0;
    int done = 0;
    for (FoundFile file : files) {
      context.console().progress((fake ? "fakes " : "reals ") + ++done + " of " + files.size());
      Instant until = Instant.now().plus(config.callTime());
      ShownPicture picture = KnownFolder.shown(file, pictures, until, context);
      switch (picture == null ? new Labeller.Labelled.Failed("") : labeller.label(picture, fake, until)) {
        case Labeller.Labelled.Named(var clues) -> review.add(file.path().getFileName().toString(), fake, clues);
        case Labeller.Labelled.Failed(String why) -> {
          failed++;
          if (!why.isEmpty()) context.console().note(Plain.line(file.shown()) + ": " + why);
        }
      }
    }
    return failed;
  }
}
