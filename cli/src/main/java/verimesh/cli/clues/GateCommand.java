package verimesh.cli.clues;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
import verimesh.cli.term.Ink;
import verimesh.verifier.VerifierConfig;
import verimesh.verifier.label.Gate;
import verimesh.verifier.lmm.Backend;
import verimesh.verifier.picture.PictureMaker;
import verimesh.verifier.picture.ShownPicture;
import verimesh.verifier.prompt.Prompts;
import verimesh.verifier.prompt.Wording;

/// `./mesh clues gate`.
@Command(
    name = "gate",
    description = {
      "Asks the configured model about as many known fakes as reals by two wordings, and compares the shares of \"fake\".",
      "Exit code 1 if the newer one strays more than 5 points from the one before, or too few pictures were answered."
    },
    footer = {"", "  ./mesh clues gate known", "  ./mesh clues gate known --pass examine --prompt my-wording.txt", "", "DIR holds the folders fake and real."})
final class GateCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "DIR", description = "Folder with known pictures.")
  private Path folder;

  @Option(names = "--pass", paramLabel = "NAME", description = "examine (first look), reexamine (second look) or both (default).")
  private String pass = "both";

  @Option(names = "--prompt", paramLabel = "FILE", description = "A wording to try, against the newest one; with --pass examine or reexamine.")
  private Path prompt;

  @Option(names = "--seed", paramLabel = "N", description = "Which pictures are drawn where one kind has more (default: 1).")
  private long seed = 1;

  GateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (!List.of("both", Prompts.EXAMINE, Prompts.RE_EXAMINE).contains(pass)) throw new UsageProblem("--pass is \"" + pass + "\"; expected examine, reexamine or both");
    if (prompt != null && pass.equals("both")) throw new UsageProblem("--prompt is of one pass; say which with --pass");
    KnownFolder known = KnownFolder.of(folder).balanced(seed);
    try (var resources = new Resources()) {
      VerifierConfig config = VerifierSettings.of(context);
      Backend backend = VerifierSettings.backend(config, resources);
      var maker = resources.add(new PictureMaker(config.picture(), InstantSource.system()));
      List<Gate.Known> pictures = new ArrayList<>();
      int unreadable = add(known.fakes(), true, maker, pictures) + add(known.reals(), false, maker, pictures);
      var gate = new Gate(backend, config.callTime(), InstantSource.system());
      context.console().line(backend.model() + ", " + known.fakes().size() + " fakes and " + known.reals().size() + " reals"
          + (unreadable == 0 ? "" : ", " + unreadable + " of them no picture"));
      context.console().line("wording         called fake   of fakes   of reals   unanswered");
      boolean ok = unreadable == 0;
      for (String one : pass.equals("both") ? List.of(Prompts.EXAMINE, Prompts.RE_EXAMINE) : List.of(pass)) ok &= compared(one, gate, pictures);
      return ok ? Exit.OK : Exit.SOME_FAILED;
    }
  }

  private int add(List<FoundFile> files, boolean fake, PictureMaker maker, List<Gate.Known> pictures) {
    int unreadable = 0;
    for (FoundFile file : files) {
      ShownPicture picture = KnownFolder.shown(file, maker, Instant.now().plusSeconds(60), context);
      if (picture == null) unreadable++;
      else pictures.add(new Gate.Known(picture, fake));
    }
    return unreadable;
  }

  private boolean compared(String one, Gate gate, List<Gate.Known> pictures) {
    List<Wording> wordings = new ArrayList<>(Wording.all(one));
    if (prompt != null) wordings.add(tried(one));
    Gate.Share now = measured(gate, wordings.getLast(), pictures);
    if (wordings.size() == 1) {
      context.console().line(now.version() + " is the first of its kind: nothing to compare it with");
      return !now.isTooThin();
    }
    Gate.Share before = measured(gate, wordings.get(wordings.size() - 2), pictures);
    double points = 100 * (now.calledFake() - before.calledFake());
    boolean thin = now.isTooThin() || before.isTooThin();
    boolean ok = !thin && !now.straysFrom(before);
    context.console().line(context.console().ink(ok ? Ink.GOOD : Ink.BAD, ok ? "ok     " : "FAILED ") + (thin
        ? "too few pictures were answered to compare " + now.version() + " with " + before.version()
        : String.format(Locale.ROOT, "%s calls %+.1f points more fake than %s; up to 5 are allowed", now.version(), points, before.version())));
    return ok;
  }

  private Wording tried(String one) {
    try {
      return new Wording(one, 0, Files.readString(prompt));
    } catch (IOException e) {
      throw new CannotStart("cannot read " + prompt + ": " + e.getMessage());
    }
  }

  private Gate.Share measured(Gate gate, Wording wording, List<Gate.Known> pictures) {
    int[] done = {0};
    Gate.Share share = gate.measure(wording, pictures, () -> context.console().progress(wording.version() + ", " + ++done[0] + " of " + pictures.size()));
    context.console().progress("");
    context.console().line(String.format(Locale.ROOT, "%-14s %10.1f %%  %7.1f %%  %7.1f %%   %10d", wording.number() == 0 ? wording.prompt() + " (tried)" : share.version(),
        100 * share.calledFake(), 100 * share.recall(), 100 * share.falsePositives(), share.unanswered()));
    return share;
  }
}
