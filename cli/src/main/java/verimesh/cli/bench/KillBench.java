package verimesh.cli.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Durations;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.cli.CannotStart;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.cli.analyze.Refusal;
import verimesh.cli.analyze.Words;
import verimesh.cli.examples.Examples;
import verimesh.cli.fleet.Fleet;
import verimesh.cli.local.MeshService;
import verimesh.cli.term.Console;
import verimesh.cli.term.Ink;
import verimesh.cli.term.Width;
import verimesh.common.v1.Layer;
import verimesh.common.v1.LayerOutcome;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.LayerReport;
import verimesh.orchestrator.v1.OrchestratorServiceGrpc;
import verimesh.orchestrator.v1.Verdict;

/// `./mesh bench kill`: what callers notice when services die.
///
/// Starts a mesh of its own as processes, asks for every example picture while all is well, and then goes on asking at an even
/// pace while each of the four services behind the orchestrator is killed (SIGKILL) in turn, stays away for a while, and is
/// started again. Holds every answer against the calm one of the same picture.
@Command(
    name = "kill",
    description = {
      "Kills each service behind the orchestrator in turn while Analyze calls run, and holds every answer against a calm one.",
      "Passes if all calls are answered, the missing layer is named, no answer is surer than before, and a service that was started "
          + "again is used again within 5 s of being healthy."
    })
public final class KillBench implements Callable<Integer> {
  private static final List<MeshService> KILLED = List.of(MeshService.METADATA, MeshService.EMBEDDING, MeshService.HASH, MeshService.VERIFIER);
  private static final Duration START_PATIENCE = Duration.ofSeconds(90);
  private static final Duration USED_AGAIN_WITHIN = Duration.ofSeconds(5);
  /// How long the bench waits for that at most, so that it can say by how much it was missed.
  private static final Duration USED_AGAIN_PATIENCE = Duration.ofSeconds(60);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  /// Rounding to four digits, twice.
  private static final double SAME = 1.5e-4;

  @Option(names = "--calls", paramLabel = "N", description = "At least so many (default: 500).")
  private int calls = 500;

  @Option(names = "--rate", paramLabel = "N", description = "Calls a second (default: 25).")
  private int rate = 25;

  @Option(names = "--away", paramLabel = "MS", description = "How long each service stays away, in milliseconds (default: 2000).")
  private int awayMillis = 2000;

  @Option(names = "--port", paramLabel = "PORT", description = "Base port of the mesh that is started for this (default: 27400).")
  private int basePort = 27_400;

  private final Context context;
  private final Fleet fleet;

  KillBench(Context context) {
    this(context, new Fleet(context.home().resolve("bench-kill"), context.environment()));
  }

  KillBench(Context context, Fleet fleet) {
    this.context = context;
    this.fleet = fleet;
  }

  /// One call.
  /// @param began and `ended`: nanoseconds of [System#nanoTime]
  /// @param response null if the call failed
  private record Call(int picture, long began, long ended, AnalyzeResponse response, String failure) {}

  /// One service's absence.
  /// @param noticed whether the orchestrator's health named it while it was away
  /// @param usedAgain when the first call that began after the restart had its layer back and the orchestrator's health said
  ///     so, too; null if that did not happen
  private record Absence(MeshService service, long killed, boolean noticed, long startedAgain, long healthy, Long usedAgain) {}

  @Override
  public Integer call() throws Exception {
    if (calls < 1 || rate < 1 || rate > 1000 || awayMillis < 1) throw new UsageProblem("--calls, --rate and --away are 1 or more");
    Console console = context.console();
    console.line("machine  " + Machine.here(context.root()));
    try {
      console.progress("starting five services");
      for (MeshService service : MeshService.values()) {
        if (fleet.note(service).isPresent()) fleet.stop(service); // left over from one that was cut short
        fleet.start(service, basePort);
      }
      for (MeshService service : MeshService.values()) fleet.awaitServing(service, START_PATIENCE);
      console.progress("");
      return measured(console);
    } finally {
      console.progress("");
      for (MeshService service : List.of(MeshService.values()).reversed()) fleet.stop(service);
    }
  }

  private int measured(Console console) throws InterruptedException, IOException {
    List<byte[]> pictures = new ArrayList<>();
    for (Examples.Example example : Examples.all()) pictures.add(Files.readAllBytes(context.root().resolve("examples").resolve(example.name())));
    ManagedChannel channel = fleet.channel(MeshService.ORCHESTRATOR.port(basePort));
    try {
      List<AnalyzeResponse> calm = new ArrayList<>();
      for (byte[] picture : pictures) calm.add(askInCalm(channel, picture));
      Queue<Call> answers = new ConcurrentLinkedQueue<>();
      var asked = new AtomicInteger();
      var enough = new CountDownLatch(1);
      Thread pace = Thread.ofVirtual().start(() -> pace(channel, pictures, answers, asked, enough));
      var absences = new ArrayList<Absence>();
      Thread.sleep(Duration.ofSeconds(1)); // calm calls before the first blow
      for (MeshService service : KILLED) {
        console.progress("without " + service.id() + ", " + answers.size() + " answers so far");
        absences.add(absence(service, answers, calm));
      }
      while (asked.get() < calls) Thread.sleep(Duration.ofMillis(20));
      enough.countDown();
      pace.join();
      awaitAll(answers, asked);
      console.progress("");
      return report(console, new ArrayList<>(answers), calm, absences);
    } finally {
      channel.shutdownNow();
    }
  }

  /// Asks at an even pace whether or not earlier calls were answered, as a platform's uploads come.
  private void pace(ManagedChannel channel, List<byte[]> pictures, Queue<Call> answers, AtomicInteger asked, CountDownLatch enough) {
    long started = System.nanoTime();
    try {
      while (enough.getCount() > 0) {
        int number = asked.getAndIncrement();
        Thread.ofVirtual().start(() -> answers.add(answered(channel, pictures, number)));
        long next = started + (number + 1) * (1_000_000_000L / rate);
        long wait = next - System.nanoTime();
        if (wait > 0) TimeUnit.NANOSECONDS.sleep(wait);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Call answered(ManagedChannel channel, List<byte[]> pictures, int number) {
    int picture = number % pictures.size();
    long began = System.nanoTime();
    try {
      AnalyzeResponse response = ask(channel, pictures.get(picture), "call-" + number);
      return new Call(picture, began, System.nanoTime(), response, "");
    } catch (StatusRuntimeException e) {
      Refusal refusal = Refusal.of(e);
      return new Call(picture, began, System.nanoTime(), null, refusal.reason() + ": " + refusal.message());
    }
  }

  /// Just after a start a connection of the orchestrator's may still wait to be tried again: an answer without that layer is no
  /// measure for later ones.
  private static AnalyzeResponse askInCalm(ManagedChannel channel, byte[] picture) throws InterruptedException {
    long until = System.nanoTime() + START_PATIENCE.toNanos();
    while (true) {
      AnalyzeResponse response = ask(channel, picture, "calm");
      if (Stream.of(Layer.LAYER_METADATA, Layer.LAYER_HASH, Layer.LAYER_CONTENT).noneMatch(layer -> isOut(layer(response, layer)))) return response;
      if (System.nanoTime() > until) throw new CannotStart("a layer was out before anything was killed: " + response.getLayersList());
      Thread.sleep(Duration.ofMillis(100));
    }
  }

  private static boolean isOut(String outcome) {
    return outcome.contains(Words.of(LayerOutcome.LAYER_OUTCOME_FAILED)) || outcome.contains(Words.of(LayerOutcome.LAYER_OUTCOME_TIMED_OUT));
  }

  private static AnalyzeResponse ask(ManagedChannel channel, byte[] picture, String id) {
    return OrchestratorServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE.toSeconds() + 5, TimeUnit.SECONDS)
        .analyze(AnalyzeRequest.newBuilder().setImage(ByteString.copyFrom(picture)).setExternalId(id)
            .setDeadline(Durations.fromSeconds(DEADLINE.toSeconds())).setUseCache(false).build());
  }

  private Absence absence(MeshService service, Queue<Call> answers, List<AnalyzeResponse> calm) throws InterruptedException {
    long killed = System.nanoTime();
    fleet.kill(service);
    boolean noticed = false;
    while (System.nanoTime() - killed < awayMillis * 1_000_000L) {
      noticed |= fleet.health(MeshService.ORCHESTRATOR, service.id()) == Fleet.Health.NOT_SERVING;
      Thread.sleep(Duration.ofMillis(100));
    }
    long startedAgain = System.nanoTime();
    fleet.start(service, basePort);
    fleet.awaitServing(service, START_PATIENCE);
    long healthy = System.nanoTime();
    Layer layer = layerOf(service);
    Predicate<Call> back = call -> call.began() >= startedAgain && call.response() != null
        && layer(call.response(), layer).equals(layer(calm.get(call.picture()), layer));
    Long usedAgain = null;
    while (usedAgain == null && System.nanoTime() - healthy < USED_AGAIN_PATIENCE.toNanos()) {
      if (answers.stream().anyMatch(back) && fleet.health(MeshService.ORCHESTRATOR, service.id()) == Fleet.Health.SERVING) usedAgain = System.nanoTime();
      else Thread.sleep(Duration.ofMillis(20));
    }
    return new Absence(service, killed, noticed, startedAgain, healthy, usedAgain);
  }

  private static void awaitAll(Queue<Call> answers, AtomicInteger asked) throws InterruptedException {
    long until = System.nanoTime() + DEADLINE.plusSeconds(10).toNanos();
    while (answers.size() < asked.get() && System.nanoTime() < until) Thread.sleep(Duration.ofMillis(20));
  }

  private int report(Console console, List<Call> answers, List<AnalyzeResponse> calm, List<Absence> absences) {
    console.line(String.format(Locale.ROOT, "calls    %d, %d a second, %d pictures, each service away for %d ms", answers.size(), rate, calm.size(), awayMillis));
    console.line("");
    console.line(console.ink(Ink.FAINT, Width.pad("killed", 14) + Width.pad("calls", 7) + Width.pad("layer named as", 40) + Width.pad("healthy", 10) + "used again"));
    List<String> unnamed = new ArrayList<>();
    boolean soon = true;
    boolean noticed = true;
    for (Absence absence : absences) {
      Layer layer = layerOf(absence.service());
      List<Call> during = answers.stream()
          .filter(call -> call.response() != null && call.began() > absence.killed() && call.ended() < absence.startedAgain()).toList();
      Map<String, Long> outcomes = during.stream()
          .collect(Collectors.groupingBy(call -> Words.of(layer) + " " + layer(call.response(), layer), LinkedHashMap::new, Collectors.counting()));
      // A witness that had nothing to say in calm times (no model, no LMM) is no loss that a verdict could name.
      during.stream().filter(call -> !isNamed(call, calm.get(call.picture()), layer)).forEach(call -> unnamed.add(
          absence.service().id() + ": " + layer(call.response(), layer) + " " + (call.began() - absence.killed()) / 1_000_000 + " ms after, "
              + layer(calm.get(call.picture()), layer) + " in calm"));
      noticed &= absence.noticed();
      soon &= absence.usedAgain() != null && absence.usedAgain() - absence.healthy() <= USED_AGAIN_WITHIN.toNanos();
      console.line(Width.pad(absence.service().id(), 14) + Width.pad(Integer.toString(during.size()), 7)
          + Width.pad(outcomes.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).collect(Collectors.joining(", ")), 40)
          + Width.pad(seconds(absence.startedAgain(), absence.healthy()), 10)
          + (absence.usedAgain() == null ? "never" : seconds(absence.startedAgain(), absence.usedAgain())));
    }
    List<Call> failed = answers.stream().filter(call -> call.response() == null).toList();
    List<Call> surer = answers.stream().filter(call -> call.response() != null && isSurer(call.response(), calm.get(call.picture()))).toList();
    List<Call> turned = answers.stream().filter(call -> call.response() != null && isTurned(call.response(), calm.get(call.picture()))).toList();
    console.line("");
    boolean ok = check(console, failed.isEmpty() && answers.size() >= calls, answers.size() - failed.size() + " of " + answers.size() + " answered, " + failed.size() + " failed");
    failed.stream().limit(3).forEach(call -> console.line("         " + call.failure()));
    ok &= check(console, unnamed.isEmpty(), "the missing layer is named in every answer given while its service was away");
    unnamed.stream().limit(3).forEach(line -> console.line("         " + line));
    ok &= check(console, noticed, "the orchestrator's health names each service while it is away, and goes on serving");
    ok &= check(console, surer.isEmpty(), surer.size() + " surer than before");
    surer.stream().limit(3).forEach(call -> console.line("         " + change(call, calm)));
    ok &= check(console, turned.isEmpty(), turned.size() + " turned from AI to real or from real to AI");
    ok &= check(console, soon, "each is used again within 5 s of being healthy again (both columns count from its new start)");
    long slowest = answers.stream().mapToLong(call -> call.ended() - call.began()).max().orElse(0);
    console.line(String.format(Locale.ROOT, "slowest answer %.2f s, median %.0f ms", slowest / 1e9, median(answers) / 1e6));
    return ok ? Exit.OK : Exit.SOME_FAILED;
  }

  private static boolean check(Console console, boolean ok, String sentence) {
    console.line((ok ? console.ink(Ink.GOOD, "ok     ") : console.ink(Ink.BAD, "FAILED ")) + sentence);
    return ok;
  }

  /// The layer's outcome with both its sources, so that one of two content witnesses can be told apart.
  private static String layer(AnalyzeResponse response, Layer layer) {
    Optional<LayerReport> report = response.getLayersList().stream().filter(l -> l.getLayer() == layer).findFirst();
    return report.map(l -> Words.of(l.getOutcome())
        + (l.hasDetector() ? " detector " + Words.of(l.getDetector().getOutcome()) : "")
        + (l.hasLmm() ? " lmm " + Words.of(l.getLmm().getOutcome()) : "")).orElse("absent");
  }

  private static boolean isNamed(Call call, AnalyzeResponse calm, Layer layer) {
    String now = layer(call.response(), layer);
    return isOut(now) || !layer(calm, layer).contains(Words.of(LayerOutcome.LAYER_OUTCOME_ANSWERED)) && now.equals(layer(calm, layer));
  }

  private static boolean isSurer(AnalyzeResponse now, AnalyzeResponse calm) {
    boolean says = now.getVerdict() != Verdict.VERDICT_UNCERTAIN;
    return says && (calm.getVerdict() != now.getVerdict() || now.getConfidence() > calm.getConfidence() + SAME);
  }

  private static boolean isTurned(AnalyzeResponse now, AnalyzeResponse calm) {
    return now.getVerdict() == Verdict.VERDICT_AI_GENERATED && calm.getVerdict() == Verdict.VERDICT_LIKELY_REAL
        || now.getVerdict() == Verdict.VERDICT_LIKELY_REAL && calm.getVerdict() == Verdict.VERDICT_AI_GENERATED;
  }

  private static String change(Call call, List<AnalyzeResponse> calm) {
    AnalyzeResponse before = calm.get(call.picture());
    return Examples.all().get(call.picture()).name() + ": " + Words.of(before.getVerdict()) + " " + before.getConfidence() + " became "
        + Words.of(call.response().getVerdict()) + " " + call.response().getConfidence();
  }

  private static Layer layerOf(MeshService service) {
    return switch (service) {
      case METADATA -> Layer.LAYER_METADATA;
      case HASH -> Layer.LAYER_HASH;
      case EMBEDDING, VERIFIER -> Layer.LAYER_CONTENT;
      case ORCHESTRATOR -> throw new CannotStart("the orchestrator is the one that is asked");
    };
  }

  private static String seconds(long from, long to) {
    return String.format(Locale.ROOT, "%.1f s", (to - from) / 1e9);
  }

  private static double median(List<Call> answers) {
    return answers.stream().mapToLong(call -> call.ended() - call.began()).sorted().skip(answers.size() / 2).findFirst().orElse(0);
  }
}
