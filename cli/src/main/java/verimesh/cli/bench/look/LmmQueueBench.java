package verimesh.cli.bench.look;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Durations;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import verimesh.cli.Context;
import verimesh.cli.Exit;
import verimesh.cli.UsageProblem;
import verimesh.cli.bench.Machine;
import verimesh.cli.term.Ink;
import verimesh.common.v1.Layer;
import verimesh.metadata.v1.Exif;
import verimesh.metadata.v1.InspectResponse;
import verimesh.orchestrator.v1.AnalyzeRequest;
import verimesh.orchestrator.v1.AnalyzeResponse;
import verimesh.orchestrator.v1.LmmReport;

/// `./mesh bench lmm-queue`: many calls before a model that is slow and takes few at a time, beside calls that skip it.
@Command(
    name = "lmm-queue",
    description = {
      "Concurrent Analyze calls before a model that thinks for seconds and takes few at a time: what waits, what is late, and",
      "whether calls that skip the model notice. Exit code 1 if a queue outgrows its bound or a deadline does not hold."
    },
    footer = {"", "  ./mesh bench lmm-queue", "  ./mesh bench lmm-queue --calls 64 --thinks 3 --places 4"})
public final class LmmQueueBench implements Callable<Integer> {
  /// What a caller's own thread may need beyond the deadline on a busy machine.
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final int SKIPPING_A_SECOND = 50;

  private final Context context;

  @Option(names = "--calls", paramLabel = "N", description = "Analyze calls at once (default: 64).")
  private int calls = 64;

  @Option(names = "--thinks", paramLabel = "SECONDS", description = "What the model needs for an answer (default: 3).")
  private double thinks = 3;

  @Option(names = "--places", paramLabel = "N", description = "Questions that it takes at a time (default: 4).")
  private int places = 4;

  @Option(names = "--waiting", paramLabel = "N", description = "Bound of the queue before it (default: 64).")
  private int waiting = 64;

  @Option(names = "--deadlines", split = ",", paramLabel = "SECONDS,...", description = "One round with each (default: 10,60).")
  private List<Integer> deadlines = List.of(10, 60);

  @Option(names = "--alone", paramLabel = "SECONDS", description = "How long the calls that skip the model are measured alone (default: 30).")
  private int alone = 30;

  public LmmQueueBench(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    if (calls < 1 || thinks <= 0 || places < 1 || waiting < 0 || alone < 1) throw new UsageProblem("--calls, --places and --alone are 1 or more");
    line("machine   %s", Machine.here(context.root()));
    line("model     thinks %.1f s, %d questions at a time, %d may wait; each call asks twice (first look real, then with clues)", thinks, places, waiting);
    Cases pictures = Cases.draw(ErrorRates.TUNED, Math.max(100, calls * (deadlines.size() + 1)), 1);
    boolean ok = true;
    try (var endpoint = new SlowEndpoint(Duration.ofMillis((long) (thinks * 1000)));
        var mesh = new SimulatedMesh(List.of(), _ -> InspectResponse.newBuilder().setFormat("png").setExif(Exif.newBuilder().setConsistency("STRIPPED")).build(), settings(endpoint))) {
      skipping(mesh, pictures, Duration.ofSeconds(10)); // warm up
      Histogram calm = skipping(mesh, pictures, Duration.ofSeconds(alone));
      line("");
      line("deadline | asked the model: answered  second look  cut off   slowest answer | most at once  most waiting | calls that skip it: p50      p99   (alone: p50      p99)");
      int offset = 0;
      for (int deadline : deadlines) {
        ok &= round(mesh, endpoint, pictures, offset, deadline, calm);
        offset += calls;
        endpoint.awaitIdle(); // a caller who hung up has left its question behind there
      }
      ok &= check(endpoint.mostAtOnce() <= places, endpoint.mostAtOnce() + " questions at the endpoint at the same time, at most; " + places + " are allowed");
    }
    return ok ? Exit.OK : Exit.SOME_FAILED;
  }

  private Map<String, String> settings(SlowEndpoint endpoint) {
    return Map.of(
        "VERIMESH_VERIFIER_BACKENDS", "slow",
        "VERIMESH_VERIFIER_SLOW_URL", endpoint.url(),
        "VERIMESH_VERIFIER_SLOW_MODEL", "slow-1",
        "VERIMESH_VERIFIER_SLOW_CONCURRENCY_MAX", Integer.toString(places),
        "VERIMESH_VERIFIER_SLOW_WAITING_MAX", Integer.toString(waiting));
  }

  private boolean round(SimulatedMesh mesh, SlowEndpoint endpoint, Cases pictures, int offset, int deadline, Histogram calm) throws Exception {
    var answers = new ConcurrentLinkedQueue<AnalyzeResponse>();
    var slowest = new java.util.concurrent.atomic.AtomicLong();
    var failed = new AtomicInteger();
    var mostWaiting = new AtomicInteger();
    var done = new CountDownLatch(calls);
    var over = new AtomicBoolean();
    Gauge queue = mesh.verifier().meters().get("verimesh.lmm.waiting").gauge();
    Thread watch = Thread.ofVirtual().start(() -> {
      while (!over.get()) {
        mostWaiting.accumulateAndGet((int) queue.value(), Math::max);
        Thread.yield();
        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
      }
    });
    for (int i = 0; i < calls; i++) {
      ByteString picture = pictures.all().get(offset + i).picture();
      Thread.ofVirtual().start(() -> {
        long begun = System.nanoTime();
        try {
          answers.add(mesh.stub().analyze(AnalyzeRequest.newBuilder().setImage(picture).setDeadline(Durations.fromSeconds(deadline)).build()));
        } catch (RuntimeException e) {
          failed.incrementAndGet();
        } finally {
          slowest.accumulateAndGet(System.nanoTime() - begun, Math::max);
          done.countDown();
        }
      });
    }
    Histogram beside = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
    while (done.getCount() > 0) beside.add(skipping(mesh, pictures, Duration.ofSeconds(1)));
    over.set(true);
    watch.join();
    List<LmmReport> reports = new ArrayList<>();
    answers.forEach(answer -> answer.getLayersList().stream().filter(layer -> layer.getLayer() == Layer.LAYER_CONTENT).forEach(layer -> reports.add(layer.getLmm())));
    long first = reports.stream().filter(LmmReport::hasFirstPass).count();
    long second = reports.stream().filter(LmmReport::hasSecondPass).count();
    line("%6d s | %25d %12d %8d %14.2f s | %12d  %12d | %20.2f ms %6.2f ms    (%6.2f ms %6.2f ms)", deadline, first, second, calls - first, slowest.get() / 1e9,
        endpoint.mostAtOnce(), mostWaiting.get(), ms(beside, 50), ms(beside, 99), ms(calm, 50), ms(calm, 99));
    boolean ok = check(failed.get() == 0, answers.size() + " of " + calls + " have a verdict");
    ok &= check(slowest.get() <= TimeUnit.SECONDS.toNanos(deadline) + GRACE.toNanos(), "no answer later than its deadline of " + deadline + " s");
    return ok & check(mostWaiting.get() <= waiting, "the queue before the model held " + mostWaiting.get() + " at most; its bound is " + waiting);
  }

  /// Calls that ask for metadata alone, at an even pace whether or not earlier ones were answered.
  private Histogram skipping(SimulatedMesh mesh, Cases pictures, Duration howLong) throws InterruptedException {
    Histogram times = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
    int count = (int) Math.max(1, howLong.toMillis() * SKIPPING_A_SECOND / 1000);
    var done = new CountDownLatch(count);
    long started = System.nanoTime();
    for (int n = 0; n < count; n++) {
      ByteString picture = pictures.all().get(n % pictures.all().size()).picture();
      Thread.ofVirtual().start(() -> {
        long begun = System.nanoTime();
        mesh.stub().analyze(AnalyzeRequest.newBuilder().setImage(picture).addLayers(Layer.LAYER_METADATA).build());
        times.recordValue(System.nanoTime() - begun);
        done.countDown();
      });
      long wait = started + (n + 1) * (1_000_000_000L / SKIPPING_A_SECOND) - System.nanoTime();
      if (wait > 0) TimeUnit.NANOSECONDS.sleep(wait);
    }
    done.await();
    return times;
  }

  private boolean check(boolean ok, String sentence) {
    line("%s %s", context.console().ink(ok ? Ink.GOOD : Ink.BAD, ok ? "ok     " : "FAILED "), sentence);
    return ok;
  }

  private static double ms(Histogram times, double percentile) {
    return times.getValueAtPercentile(percentile) / 1e6;
  }

  private void line(String format, Object... args) {
    context.console().line(String.format(Locale.ROOT, format, args));
  }
}
