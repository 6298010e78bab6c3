package verimesh.cli.bench.look;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.cli.bench.Machine;
import verimesh.cli.term.Ink;
import verimesh.orchestrator.v1.SecondPass;

/// `./mesh bench second-pass`: what a second look gains and costs, for models that err as published ones do.
@Command(
    name = "second-pass",
    description = {
      "Simulates models with published error rates over many pictures, through the real orchestrator and verifier-svc, under each",
      "policy. Exit code 1 if the content layer's recall or accuracy is more than one point away from the published ones."
    },
    footer = {"", "  ./mesh bench second-pass", "  ./mesh bench second-pass --cases 2000 --seed 7"})
public final class SecondPassBench implements Callable<Integer> {
  /// One point, as a share.
  private static final double POINT = 0.01;

  private static final List<SecondPass> POLICIES =
      List.of(SecondPass.SECOND_PASS_OFF, SecondPass.SECOND_PASS_ON_UNCERTAIN, SecondPass.SECOND_PASS_ON_NOT_AI, SecondPass.SECOND_PASS_ALWAYS);

  private final Context context;

  @Option(names = "--cases", paramLabel = "N", description = "Pictures for each model (default: 20000).")
  private int count = 20_000;

  @Option(names = "--seed", paramLabel = "N", description = "Of all draws (default: 1).")
  private long seed = 1;

  public SecondPassBench(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    if (count < 100) throw new UsageProblem("--cases is 100 or more");
    line("machine   %s", Machine.here(context.root()));
    line("cases     %d for each model, seed %d, stratified draws; confidence of answers .70 to .95, evenly", count, seed);
    line("files     fakes: 10 %% generator's record, 5 %% forged camera EXIF, 85 %% stripped; reals: 40 %% camera EXIF, 60 %% stripped");
    line("layers    metadata and content; no bank, no detector");
    boolean ok = true;
    for (ErrorRates rates : List.of(ErrorRates.LLAMA_90B, ErrorRates.TUNED)) ok &= simulated(rates);
    return ok ? Exit.OK : Exit.SOME_FAILED;
  }

  private boolean simulated(ErrorRates rates) throws Exception {
    Cases cases = Cases.draw(rates, count, seed);
    Map<SecondPass, Simulation.Result> results = new EnumMap<>(SecondPass.class);
    for (SecondPass policy : POLICIES) {
      context.console().progress(rates.model() + ", " + name(policy));
      results.put(policy, Simulation.run(cases, policy));
    }
    context.console().progress("");
    line("");
    line("%s, %.0f %% fakes", rates.model(), 100 * rates.fakes());
    line("              | content layer           | verdict of fakes        | verdict of reals        | all       | model calls");
    line("second pass   | recall  false+ accuracy |    ai  uncertain   real |    ai  uncertain   real | uncertain | per 1,000");
    for (SecondPass policy : POLICIES) {
      Simulation.Result r = results.get(policy);
      line("%-13s | %5.1f%%  %5.1f%%  %6.1f%% | %5.1f%%  %7.1f%%  %5.1f%% | %5.1f%%  %7.1f%%  %5.1f%% | %8.1f%% | %9.0f", name(policy),
          100 * r.contentRecall(), 100 * r.contentFalse(), 100 * r.contentAccuracy(), 100 * r.fusedRecall(), 100 * (1 - r.fusedRecall() - r.fakesPassed()),
          100 * r.fakesPassed(), 100 * r.fusedFalse(), 100 * (1 - r.fusedFalse() - r.realsPassed()), 100 * r.realsPassed(), 100 * r.uncertain(),
          r.callsPerThousand());
    }
    Simulation.Result before = results.get(SecondPass.SECOND_PASS_OFF);
    Simulation.Result after = results.get(SecondPass.SECOND_PASS_ON_NOT_AI);
    line("fused, on-not-ai against off: recall %+.1f points, false positives %+.1f points, fakes passed as real %+.1f points",
        100 * (after.fusedRecall() - before.fusedRecall()), 100 * (after.fusedFalse() - before.fusedFalse()),
        100 * (after.fakesPassed() - before.fakesPassed()));
    boolean ok = check("recall before", before.contentRecall(), rates.recallBefore());
    ok &= check("recall after", after.contentRecall(), rates.recallAfter());
    ok &= check("accuracy before", before.contentAccuracy(), rates.accuracyBefore());
    return ok & check("accuracy after", after.contentAccuracy(), rates.accuracyAfter());
  }

  private boolean check(String what, double seen, double published) {
    boolean ok = Math.abs(seen - published) <= POINT + 1e-9;
    line("%s %-16s %5.1f%%, published %5.1f%%", context.console().ink(ok ? Ink.GOOD : Ink.BAD, ok ? "ok     " : "FAILED "), what, 100 * seen, 100 * published);
    return ok;
  }

  private static String name(SecondPass policy) {
    return policy.name().substring("SECOND_PASS_".length()).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void line(String format, Object... args) {
    context.console().line(String.format(Locale.ROOT, format, args));
  }
}
