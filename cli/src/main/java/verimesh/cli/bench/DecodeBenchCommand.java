package verimesh.cli.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.chassis.images.bench.DecodeBench;
import verimesh.chassis.images.bench.PdqBench;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;

/// `./mesh bench decode`: one JPEG of a photograph's size decoded in full and cut to three models' input, beside the JDK alone and
/// libvips at the same work in the same run; then PDQ hashing.
@Command(
    name = "decode",
    description = {
      "Decodes a 12 MP JPEG in full, cuts it to three models' input, and gives the same work to ImageIO and to libvips, in turn.",
      "The goals are three times ImageIO's speed and at most 1.2 of libvips' time. Then hashes 512x512 pixels with PDQ; the goal",
      "is 2,000 a second."
    },
    footer = {"", "  ./mesh bench decode", "  ./mesh bench decode --rounds 51"})
public final class DecodeBenchCommand implements Callable<Integer> {
  private static final int WIDTH = 4000;
  private static final int HEIGHT = 3000;
  private static final double IMAGE_IO_GOAL = 3;
  private static final double VIPS_GOAL = 1.2;
  private static final double PDQ_GOAL = 2000;

  @Option(names = "--rounds", paramLabel = "N", description = "How often each way is taken (default: 15).")
  private int rounds = 15;

  @Option(names = "--seed", paramLabel = "N", description = "Makes the picture (default: 7).")
  private long seed = 7;

  private final Context context;

  public DecodeBenchCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (rounds < 1) throw new UsageProblem("--rounds is " + rounds + "; it is 1 or more");
    line("machine    " + Machine.here(context.root()));
    measureAndTell(context.console()::line, rounds, seed);
    PdqBench.Result pdq = PdqBench.run(512, Duration.ofSeconds(6), seed);
    line("pdq        512x512 pixels, one thread: %.0f pictures/s, best round %.0f, %.0f a second of processor time (goal %.0f)",
        pdq.picturesPerSecond(), pdq.best(), pdq.picturesPerCpuSecond(), PDQ_GOAL);
    return Exit.OK;
  }

  /// The decoding part, which `bench embed` shows too.
  static void measureAndTell(Consumer<String> say, int rounds, long seed) {
    DecodeBench.Result decode = DecodeBench.run(WIDTH, HEIGHT, rounds, seed);
    tell(say, "picture    %dx%d JPEG, %d KiB, seed %d, %d rounds in turn; decoded in full and cut to three tensors", decode.width(), decode.height(),
        decode.fileBytes() >> 10, seed, rounds);
    tell(say, "%-62s %10s %10s %10s", "", "median ms", "best ms", "cpu ms");
    for (DecodeBench.Line way : decode.lines()) {
      tell(say, "%-62s %10.1f %10.1f %10.1f", way.way(), way.milliseconds(), way.best(), way.cpuMilliseconds());
    }
    tell(say, "ImageIO    %.1f times as fast by the clock, %.1f by processor time (goal %.0f)", decode.timesImageIo(), decode.timesImageIoCpu(), IMAGE_IO_GOAL);
    if (Double.isNaN(decode.shareOfVips())) say.accept("libvips    is not on this machine (Debian: libvips42)");
    else tell(say, "libvips    %.2f of its time by the clock, %.2f by processor time (goal at most %.1f)", decode.shareOfVips(), decode.shareOfVipsCpu(), VIPS_GOAL);
  }

  private static void tell(Consumer<String> say, String format, Object... values) {
    say.accept(String.format(Locale.ROOT, format, values));
  }

  private void line(String format, Object... values) {
    context.console().line(String.format(Locale.ROOT, format, values));
  }
}
