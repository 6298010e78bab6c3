package verimesh.orchestrator.analysis;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import verimesh.chassis.images.ImageHeader;
import verimesh.chassis.images.InputSpec;
import verimesh.chassis.images.RgbTensor;
import verimesh.chassis.images.cut.TensorCutter;
import verimesh.chassis.images.decode.Decoded;
import verimesh.chassis.images.decode.Decoder;
import verimesh.chassis.images.decode.Remark;
import verimesh.chassis.images.pdq.Pdq;
import verimesh.chassis.images.pdq.PdqConvention;
import verimesh.orchestrator.admission.DecodeBudget;
import verimesh.orchestrator.admission.Gate;
import verimesh.orchestrator.admission.Upload;
import verimesh.orchestrator.time.Due;

/// Decodes a picture once and makes of it all that anybody needs, within the budget. Thread-safe.
public final class PixelReader implements AutoCloseable {
  private final Decoder decoder;
  private final DecodeBudget budget;
  private final ThreadPoolExecutor cores;
  private final AtomicLong arrivals = new AtomicLong();
  private final Timer decoding;
  private final Timer hashing;
  private final Timer cutting;

  /// @param threads decoding is computing: one for each core is right
  public PixelReader(Decoder decoder, DecodeBudget budget, int threads, MeterRegistry meters) {
    this.decoder = decoder;
    this.budget = budget;
    // Platform threads: pixels would keep a virtual thread's carrier from everybody who only waits for a service. The queue
    // is bounded by the budget, since whoever stands in it has taken its part.
    this.cores =
        new ThreadPoolExecutor(
            threads, threads, 0, TimeUnit.SECONDS, new PriorityBlockingQueue<>(), Thread.ofPlatform().daemon().name("pixels-", 0).factory());
    this.decoding = step(meters, "decode");
    this.hashing = step(meters, "pdq");
    this.cutting = step(meters, "tensors");
  }

  private static Timer step(MeterRegistry meters, String step) {
    return Timer.builder("verimesh.pixels").description("What decoding a picture and what is made of it took")
        .tag("step", step).publishPercentileHistogram().register(meters);
  }

  /// True if something here decodes that kind of file.
  boolean decodes(ImageHeader.Known header) {
    return header.decodable()
        || decoder.inUse().stream().anyMatch(info -> info.nativeLibrary() && info.formats().contains(header.format()));
  }

  /// Waits for memory, on a virtual thread, and decodes on a thread of its own.
  ///
  /// @param specs tensors to cut, may be none
  /// @return fails only by a bug
  /// @throws verimesh.chassis.problem.ProblemException `DECODE_BUDGET`
  CompletableFuture<Pixels> read(Upload upload, List<InputSpec> specs, boolean interactive, Due due) {
    Gate.Entry.Lease memory = budget.take(upload.header(), interactive, due);
    var pixels = new CompletableFuture<Pixels>();
    var task = new Task(interactive, arrivals.getAndIncrement(), pixels, () -> {
      Pixels seen = null;
      Throwable bug = null;
      try (memory) {
        seen = due.isOver() ? null : read(upload, specs);
      } catch (Throwable thrown) { // also an OutOfMemoryError: one picture's layers fail, not the service
        bug = thrown;
      }
      // Only now, so that whoever has the answer finds the budget whole again.
      if (bug == null) pixels.complete(seen);
      else pixels.completeExceptionally(bug);
    });
    try {
      cores.execute(task);
    } catch (RuntimeException closed) {
      memory.close();
      throw closed;
    }
    return pixels;
  }

  private Pixels read(Upload upload, List<InputSpec> specs) {
    long begun = System.nanoTime();
    Decoded decoded = decoder.decode(upload.bytes());
    decoding.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    return switch (decoded) {
      case Decoded.Picture picture -> {
        long hashed = System.nanoTime();
        Pdq.DihedralResult pdq = Pdq.dihedralHashes(picture.stored(), PdqConvention.SHRUNK_512);
        long cut = System.nanoTime();
        List<RgbTensor> tensors = specs.isEmpty() ? List.of() : TensorCutter.cut(picture.stored(), specs);
        hashing.record(cut - hashed, TimeUnit.NANOSECONDS);
        if (!specs.isEmpty()) cutting.record(System.nanoTime() - cut, TimeUnit.NANOSECONDS);
        yield new Pixels.Seen(pdq, tensors, picture.remarks().stream().map(Remark::message).toList());
      }
      case Decoded.Unsupported unsupported -> new Pixels.None(Pixels.None.FORMAT_NOT_DECODABLE, nonBlank(unsupported.message()));
      case Decoded.Broken broken -> new Pixels.None(Pixels.None.PIXELS_DAMAGED, nonBlank(broken.message()));
      // Admission holds the same limits against the same header; a file whose inner parts claim more is damaged.
      case Decoded.OverLimit over -> new Pixels.None(Pixels.None.PIXELS_DAMAGED, nonBlank(over.message()));
    };
  }

  private static List<String> nonBlank(String message) {
    return message.isBlank() ? List.of() : List.of(message);
  }

  @Override
  public void close() {
    cores.shutdownNow();
  }

  /// Interactive pictures first, then by arrival.
  private record Task(boolean interactive, long arrival, CompletableFuture<Pixels> pixels, Runnable work) implements Runnable, Comparable<Task> {
    @Override
    public void run() {
      work.run();
    }

    @Override
    public int compareTo(Task other) {
      if (interactive != other.interactive) return interactive ? -1 : 1;
      return Long.compare(arrival, other.arrival);
    }
  }
}
