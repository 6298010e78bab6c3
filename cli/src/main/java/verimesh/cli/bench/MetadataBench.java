package verimesh.cli.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.cli.analyze.FileFinder;
import verimesh.cli.analyze.FoundFile;
import verimesh.metadata.InspectionReport;
import verimesh.metadata.Inspector;
import verimesh.metadata.read.ContainerReader;
import verimesh.metadata.stealth.StealthReader;

/// `./mesh bench metadata`: files inspected a second, beside `exiftool -stay_open` over the same files.
///
/// One thread each, files read from the disk each time; then ours once more on every processor, as the service runs, which
/// an exiftool process cannot. A round of ours and a round of theirs take turns, so that a busy
/// machine slows both down; the first rounds of each warm up and do not count. Processor time is told too, since a share of
/// a busy machine is chance. Ours does more in its time: attribution, C2PA claims, hidden records in pixels; theirs decodes
/// maker notes.
@Command(
    name = "metadata",
    description = {
      "Inspects files in this process, and has exiftool -stay_open read the same ones in turn.",
      "The goal is ten times exiftool's speed. Without exiftool (Debian: libimage-exiftool-perl) only ours is measured."
    },
    footer = {"", "  ./mesh bench metadata", "  ./mesh bench metadata --rounds 10 PHOTOS/"})
public final class MetadataBench implements Callable<Integer> {
  private static final double GOAL = 10;
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  /// As the service's own default: hidden records are looked for in pictures up to this size.
  private static final long HIDDEN_PIXELS_MAX = 16_000_000;
  /// Processor time of the warm-up, and how long it may take on a busy machine.
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration WARM_UP_PATIENCE = Duration.ofSeconds(120);

  @Parameters(paramLabel = "PATH", arity = "0..*", description = "Files and folders (default: examples/ of this repository).")
  private List<Path> paths = List.of();

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds over all files that count (default: 5).")
  private int rounds = 5;

  @Option(names = "--exiftool", paramLabel = "PROGRAM", description = "The peer (default: exiftool of the PATH).")
  private String exiftool = "exiftool";

  private final Context context;

  public MetadataBench(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (rounds < 1) throw new UsageProblem("--rounds is " + rounds + "; it is 1 or more");
    List<Path> files = FileFinder.in(paths.isEmpty() ? List.of(context.root().resolve("examples")) : paths).files().stream()
        .filter(f -> f.refusal().isEmpty()).map(FoundFile::path).toList();
    if (files.isEmpty()) throw new UsageProblem("there is no picture among " + paths + ". Name files or folders that hold some.");
    line("machine    " + Machine.here(context.root()));
    line("data       %d files, %d KiB, one thread each", files.size(), bytes(files) >> 10);
    var inspector = new Inspector(new ContainerReader(), Optional.of(new StealthReader(HIDDEN_PIXELS_MAX)));
    long start = System.nanoTime();
    int answered = inspect(inspector, files);
    line("first      %.0f files/s in the very first round, cold", files.size() / seconds(start));
    long warm = processorNanos();
    while (processorNanos() - warm < WARM_UP.toNanos() && seconds(start) < WARM_UP_PATIENCE.toSeconds()) inspect(inspector, files);
    var ours = new Speed(rounds);
    try (ExifTool tool = ExifTool.start(exiftool)) {
      tool.read(files); // its modules load on first use
      var theirs = new Speed(rounds);
      for (int round = 0; round < rounds; round++) {
        ours.round(round, files.size(), MetadataBench::processorNanos, () -> inspect(inspector, files));
        theirs.round(round, files.size(), tool::processorNanos, () -> tool.read(files));
      }
      line("inspect    %s", ours);
      line("exiftool   %s; version %s, -stay_open -j -G1", theirs, tool.version());
      double ratio = ours.wall() / theirs.wall();
      line("ratio      %.1f times exiftool, %.1f by processor time; goal %.0f, %s", ratio, ours.processor() / theirs.processor(), GOAL,
          ratio >= GOAL ? "reached" : "missed");
      double all = onEveryProcessor(inspector, files);
      line("together   %.0f files/s on %d processors, %.1f times one exiftool", all, PROCESSORS, all / theirs.wall());
    } catch (IOException e) {
      context.console().note("mesh bench metadata: " + exiftool + " cannot be run (" + e.getMessage() + "). Install libimage-exiftool-perl to compare.");
      for (int round = 0; round < rounds; round++) ours.round(round, files.size(), MetadataBench::processorNanos, () -> inspect(inspector, files));
      line("inspect    %s", ours);
    }
    line("answered   %d of %d files", answered, files.size());
    return answered == files.size() ? Exit.OK : Exit.SOME_FAILED;
  }

  /// @return files a second, the median of all rounds
  private double onEveryProcessor(Inspector inspector, List<Path> files) {
    double[] speed = new double[rounds];
    try (ExecutorService threads = Executors.newFixedThreadPool(PROCESSORS)) {
      for (int round = 0; round < rounds; round++) {
        long clock = System.nanoTime();
        List<Future<Integer>> shares = IntStream.range(0, PROCESSORS).mapToObj(share -> threads.submit(() ->
            inspect(inspector, IntStream.range(0, files.size()).filter(i -> i % PROCESSORS == share).mapToObj(files::get).toList()))).toList();
        for (Future<Integer> share : shares) share.get();
        speed[round] = files.size() / seconds(clock);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a file that one thread inspected broke another", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStart("interrupted");
    }
    return median(speed);
  }

  /// @return how many files were answered; the rest was refused
  private static int inspect(Inspector inspector, List<Path> files) {
    int answered = 0;
    for (Path file : files) {
      try {
        if (inspector.inspect(Files.readAllBytes(file), InspectionReport.Options.DEFAULT) instanceof Inspector.Inspection.Inspected) answered++;
      } catch (IOException e) {
        throw new CannotStart("cannot read " + file + ": " + e.getMessage());
      }
    }
    return answered;
  }

  /// Files a second, round by round.
  private static final class Speed {
    private final double[] wall;
    private final double[] processor;

    Speed(int rounds) {
      wall = new double[rounds];
      processor = new double[rounds];
    }

    void round(int round, int files, LongSupplier processorNanos, IntSupplier work) {
      long clock = System.nanoTime();
      long processorBefore = processorNanos.getAsLong();
      work.getAsInt();
      processor[round] = files * 1e9 / Math.max(1, processorNanos.getAsLong() - processorBefore);
      wall[round] = files / seconds(clock);
    }

    double wall() {
      return median(wall);
    }

    double processor() {
      return median(processor);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.0f files/s (median of %d rounds, %.0f to %.0f), %.0f by processor time", wall(), wall.length,
          Arrays.stream(wall).min().orElse(0), Arrays.stream(wall).max().orElse(0), processor());
    }
  }

  /// Of this thread.
  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long bytes(List<Path> files) {
    return files.stream().mapToLong(file -> file.toFile().length()).sum();
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private void line(String form, Object... values) {
    context.console().line(String.format(Locale.ROOT, form, values));
  }

  /// One exiftool process that stays open and reads what it is told, with its output drained and counted.
  private static final class ExifTool implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Process process;
    private final BufferedWriter arguments;
    private final BufferedReader answers;
    private final String version;

    private ExifTool(Process process) throws IOException {
      this.process = process;
      this.arguments = process.outputWriter();
      this.answers = process.inputReader();
      this.version = run(List.of("-ver")).getFirst();
    }

    /// @throws IOException if there is no such program
    static ExifTool start(String program) throws IOException {
      return new ExifTool(new ProcessBuilder(program, "-stay_open", "True", "-@", "-").redirectError(ProcessBuilder.Redirect.DISCARD).start());
    }

    String version() {
      return version;
    }

    long processorNanos() {
      return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    /// @return how many files it printed an object for
    int read(List<Path> files) {
      List<String> lines = new ArrayList<>(List.of("-j", "-G1"));
      files.forEach(file -> lines.add(file.toAbsolutePath().toString()));
      try {
        return (int) run(lines).stream().filter(line -> line.contains("\"SourceFile\":")).count();
      } catch (IOException e) {
        throw new CannotStart("exiftool went away while it read: " + e.getMessage());
      }
    }

    private List<String> run(List<String> lines) throws IOException {
      for (String line : lines) arguments.write(line + "\n");
      arguments.write("-execute\n");
      arguments.flush();
      List<String> said = new ArrayList<>();
      for (String line = answers.readLine(); ; line = answers.readLine()) {
        if (line == null) throw new IOException("it ended");
        if (line.equals("{ready}")) return said;
        said.add(line);
      }
    }

    @Override
    public void close() throws IOException {
      arguments.write("-stay_open\nFalse\n");
      arguments.close();
      try {
        if (!process.waitFor(PATIENCE)) process.destroyForcibly();
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
