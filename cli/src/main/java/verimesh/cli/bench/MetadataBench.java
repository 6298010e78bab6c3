package verimesh.cli.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
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
/// One thread each, files read from the disk each time. A round of ours and a round of theirs take turns, so that a busy
/// machine slows both down; the first rounds of each warm up and do not count. Ours does more in its time: attribution,
/// C2PA claims, hidden records in pixels; theirs decodes maker notes.
@Command(
    name = "metadata",
    description = {
      "Inspects files in this process, and has exiftool -stay_open read the same ones in turn.",
      "The goal is ten times exiftool's speed. Without exiftool (Debian: libimage-exiftool-perl) only ours is measured."
    },
    footer = {"", "  ./mesh bench metadata", "  ./mesh bench metadata --rounds 10 PHOTOS/"})
public final class MetadataBench implements Callable<Integer> {
  private static final double GOAL = 10;
  /// As the service's own default: hidden records are looked for in pictures up to this size.
  private static final long HIDDEN_PIXELS_MAX = 16_000_000;
  private static final Duration WARM_UP = Duration.ofSeconds(10);

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
    while (Duration.ofNanos(System.nanoTime() - start).compareTo(WARM_UP) < 0) inspect(inspector, files);
    double[] ours = new double[rounds];
    double[] theirs = new double[0];
    String peer = "";
    try (ExifTool tool = ExifTool.start(exiftool)) {
      peer = tool.version();
      tool.read(files); // its modules load on first use
      theirs = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        long t = System.nanoTime();
        inspect(inspector, files);
        ours[round] = files.size() / seconds(t);
        t = System.nanoTime();
        int read = tool.read(files);
        theirs[round] = files.size() / seconds(t);
        if (read < files.size()) context.console().note("exiftool answered " + read + " of " + files.size() + " files");
      }
    } catch (IOException e) {
      context.console().note("mesh bench metadata: " + exiftool + " cannot be run (" + e.getMessage() + "). Install libimage-exiftool-perl to compare.");
      for (int round = 0; round < rounds; round++) {
        long t = System.nanoTime();
        inspect(inspector, files);
        ours[round] = files.size() / seconds(t);
      }
    }
    line("inspect    %s", spread(ours));
    line("answered   %d of %d files", answered, files.size());
    if (theirs.length > 0) {
      double ratio = median(ours) / median(theirs);
      line("exiftool   %s, version %s, -stay_open -j -G1", spread(theirs), peer);
      line("ratio      %.1f times exiftool; goal %.0f, %s", ratio, GOAL, ratio >= GOAL ? "reached" : "missed");
    }
    return answered == files.size() ? Exit.OK : Exit.SOME_FAILED;
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

  private static String spread(double[] values) {
    return String.format(Locale.ROOT, "%.0f files/s (median of %d rounds, %.0f to %.0f)", median(values), values.length,
        Arrays.stream(values).min().orElse(0), Arrays.stream(values).max().orElse(0));
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

    /// @return how many files it printed an object for
    int read(List<Path> files) throws IOException {
      List<String> lines = new ArrayList<>(List.of("-j", "-G1"));
      files.forEach(file -> lines.add(file.toAbsolutePath().toString()));
      return (int) run(lines).stream().filter(line -> line.contains("\"SourceFile\":")).count();
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
