package verimesh.cli.analyze;

import com.google.protobuf.util.Durations;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import verimesh.chassis.Resources;
import verimesh.chassis.telemetry.Telemetry;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.LanguageOption;
import verimesh.cli.TargetOptions;
import verimesh.cli.UsageProblem;
import verimesh.cli.report.HtmlReport;
import verimesh.cli.term.Console;
import verimesh.cli.term.Language;
import verimesh.cli.term.Progress;
import verimesh.common.v1.Layer;
import verimesh.common.v1.Priority;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.SecondPass;

/// `./mesh analyze`.
@Command(
    name = "analyze",
    description = {
      "Was each image made by AI, and what says so?",
      "Runs all services within this process: no ports, no containers. Folders are searched recursively; files in them that are no "
          + "images are skipped and counted."
    },
    footer = {
      "",
      "  ./mesh analyze photo.jpg -v                 one picture, with layers and evidence",
      "  ./mesh analyze uploads --html report.html   a folder, as one page to look through",
      "  ./mesh analyze uploads --json | jq .verdict",
      "  ./mesh analyze uploads --target mesh.internal:7400 --tls-ca ca.pem"
    })
public final class AnalyzeCommand implements Callable<Integer> {
  /// How far answers may run ahead of the one that is to be shown next, in files for each one asked at once.
  private static final int AHEAD = 4;
  /// How long calls in flight may go on after somebody stopped listening.
  private static final Duration FINISHING = Duration.ofSeconds(3);

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files and folders.")
  private List<Path> paths;

  @Option(names = "--json", description = "One JSON object a line: the answer as protobuf JSON, and `file`.")
  private boolean json;

  @Option(names = "--csv", description = "One row a file, with a header.")
  private boolean csv;

  @Option(names = "--html", paramLabel = "FILE", description = "Write one self-contained page, with thumbnails and filters.")
  private Path html;

  @Option(names = {"-v", "--verbose"}, description = "In the table: layers and evidence under each file.")
  private boolean verbose;

  @Option(names = "--policy", paramLabel = "NAME", description = "Fusion policy (default: the configured one, weighted-30-40-30).")
  private String policy = "";

  @Option(names = "--deadline", paramLabel = "TIME", description = "Time for one answer, for example 500ms, 10s or 2m (default: 10s, 60s with an LMM).")
  private String deadline;

  @Option(names = "--layers", split = ",", paramLabel = "LAYER", description = "Only these: hash, metadata, content (default: all).")
  private List<String> layers = List.of();

  @Option(names = "--second-pass", paramLabel = "WHEN", description = "Second look of the LMM: off, on-uncertain, on-not-ai, always.")
  private String secondPass;

  @Option(names = "--external-id", paramLabel = "ID", description = "Your own id, returned with the answer.")
  private String externalId = "";

  @Option(names = "--jobs", paramLabel = "N", description = "Files asked about at once (default: the number of processors).")
  private int jobs = Runtime.getRuntime().availableProcessors();

  @Mixin private LanguageOption languageOption;
  @Mixin private TargetOptions targetOptions;

  private final Context context;

  public AnalyzeCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    Language language = languageOption.orElse(context.language());
    if (json && csv) throw new UsageProblem("--json and --csv exclude each other");
    if (jobs < 1 || jobs > 256) throw new UsageProblem("--jobs is " + jobs + "; expected 1 to 256");
    Duration time = deadline == null ? null : Times.parse("--deadline", deadline);
    AnalyzeRequest template = template(language, time);

    FileFinder.Found found = FileFinder.in(paths);
    Console console = context.console();
    var tally = new Tally(found.notImages());
    var progress = new Progress(console, InstantSource.system(), found.files().size());
    Thread farewell = farewell(progress, found.files().size(), language);
    try (var resources = new Resources()) {
      HtmlReport report = html == null ? null : resources.add(HtmlReport.open(html, language, InstantSource.system()));
      var sinks = new ArrayList<Sink>();
      sinks.add(json ? new JsonSink(console) : csv ? new CsvSink(console) : new TableSink(console, language, verbose, found.files()));
      if (report != null) sinks.add(report::add);
      long started = System.nanoTime();
      if (!found.files().isEmpty()) {
        ask(new Analyst(channel(resources), template, time), found.files(), sinks, report, tally, progress);
      }
      tally.took(Duration.ofNanos(System.nanoTime() - started));
      progress.end();
      for (Sink sink : sinks) sink.end(tally);
      if (report != null) {
        report.write(tally);
        console.note(language.pick("report: " + html, "보고서: " + html));
      }
      return tally.refused() == 0 ? Exit.OK : Exit.SOME_FAILED;
    } finally {
      progress.end();
      withdraw(farewell);
    }
  }

  private void ask(Analyst analyst, List<FoundFile> files, List<Sink> sinks, HtmlReport report, Tally tally, Progress progress)
      throws InterruptedException {
    // A thread a question: each waits for a file and then for an answer. No more of them than jobs, so that no more
    // pictures than that are in memory.
    // The queue is bounded by how far answers may run ahead.
    var asking = new ThreadPoolExecutor(jobs, jobs, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Thread.ofVirtual().name("ask-", 0).factory());
    try {
      var ahead = new ArrayDeque<Future<FileOutcome>>();
      for (FoundFile file : files) {
        if (ahead.size() == jobs * AHEAD) show(ahead.remove(), sinks, tally);
        ahead.add(asking.submit(() -> {
          FileOutcome outcome = analyst.ask(file);
          if (report != null) report.prepare(file.path());
          if (files.size() > 1) progress.done(file.shown());
          return outcome;
        }));
        while (!ahead.isEmpty() && ahead.peek().isDone()) show(ahead.remove(), sinks, tally);
      }
      while (!ahead.isEmpty()) show(ahead.remove(), sinks, tally);
    } finally {
      // Where it ends early, since nobody reads on, what is being answered may finish: a service in this process would
      // otherwise lose the ground under a call. Nothing new is begun.
      asking.getQueue().clear();
      asking.shutdown();
      if (!asking.awaitTermination(FINISHING.toMillis(), TimeUnit.MILLISECONDS)) asking.shutdownNow();
    }
  }

  private static void show(Future<FileOutcome> future, List<Sink> sinks, Tally tally) throws InterruptedException {
    FileOutcome outcome;
    try {
      outcome = future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException bug) throw bug;
      if (e.getCause() instanceof Error error) throw error;
      throw new IllegalStateException(e.getCause());
    }
    tally.add(outcome);
    for (Sink sink : sinks) sink.accept(outcome);
  }

  private ManagedChannel channel(Resources resources) throws Exception {
    if (!targetOptions.given()) return resources.add(context.meshes().whole(context.environment())).orchestrator();
    Telemetry telemetry = resources.add(Telemetry.unscraped("cli"));
    ManagedChannel channel = targetOptions.connect(telemetry, "");
    resources.add(channel::shutdownNow);
    return channel;
  }

  private AnalyzeRequest template(Language language, Duration time) {
    AnalyzeRequest.Builder request = AnalyzeRequest.newBuilder()
        .setLanguage(language.toProto())
        .setPolicy(policy)
        .setExternalId(externalId)
        // Whoever asks for many files waits for the last one; somebody else may wait for the only one.
        .setPriority(paths.size() > 1 || paths.getFirst().toFile().isDirectory() ? Priority.PRIORITY_BATCH : Priority.PRIORITY_INTERACTIVE);
    if (time != null) request.setDeadline(Durations.fromMillis(time.toMillis()));
    for (String layer : layers) {
      request.addLayers(switch (layer.strip().toLowerCase(Locale.ROOT)) {
        case "hash" -> Layer.LAYER_HASH;
        case "metadata" -> Layer.LAYER_METADATA;
        case "content" -> Layer.LAYER_CONTENT;
        default -> throw new UsageProblem("--layers has \"" + layer + "\"; there are hash, metadata and content");
      });
    }
    if (secondPass != null) {
      request.setSecondPass(switch (secondPass) {
        case "off" -> SecondPass.SECOND_PASS_OFF;
        case "on-uncertain" -> SecondPass.SECOND_PASS_ON_UNCERTAIN;
        case "on-not-ai" -> SecondPass.SECOND_PASS_ON_NOT_AI;
        case "always" -> SecondPass.SECOND_PASS_ALWAYS;
        default -> throw new UsageProblem("--second-pass is \"" + secondPass + "\"; there are off, on-uncertain, on-not-ai and always");
      });
    }
    return request.build();
  }

  /// Control-C ends the process at once; this says how far it came, on a line of its own.
  private Thread farewell(Progress progress, int total, Language language) {
    Thread hook = Thread.ofPlatform().unstarted(() -> {
      progress.end();
      context.console().note(language.pick(
          "stopped after " + progress.count() + " of " + total + " files", total + "개 중 " + progress.count() + "개 파일에서 중단됨"));
    });
    Runtime.getRuntime().addShutdownHook(hook);
    return hook;
  }

  private static void withdraw(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and the hook has said so.
    }
  }
}
