package verimesh.cli.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import verimesh.chassis.inference.store.TestPicture;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;

/// The model alone: so many threads, each with the same batch over and over, nothing between them and libtorch.
///
/// @param workers threads that call the model
/// @param threads of one forward pass inside libtorch
record RawLoop(TorchRuntime runtime, TorchModel model, int size, int workers, int threads) {
  /// @param mean all pictures over all the time: throughput
  /// @param typical from the median call of each worker: what the code does while the machine lets it
  record Rate(double mean, double typical) {
    Rate plus(Rate other) {
      return new Rate(mean + other.mean, typical + other.typical);
    }
  }

  /// Pictures a second.
  Rate run(int batch, double seconds) throws InterruptedException {
    ByteBuffer one = TestPicture.pixels(size);
    List<Callable<Rate>> loops = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      loops.add(() -> {
        ByteBuffer pixels = ByteBuffer.allocateDirect(batch * one.remaining());
        for (int i = 0; i < batch; i++) pixels.put(one.duplicate());
        TensorInput input = new TensorInput.Bytes(pixels.flip(), batch, size, size, 3);
        return timed(() -> model.run("image_vector", input), batch, seconds);
      });
    }
    return inParallel(runtime, loops, threads);
  }

  /// @param units of one call
  static Rate timed(Runnable call, double units, double seconds) {
    call.run(); // the first one finds its buffers
    List<Long> nanos = new ArrayList<>();
    long start = System.nanoTime();
    long before = start;
    long end = start + (long) (seconds * 1e9);
    do {
      call.run();
      long now = System.nanoTime();
      nanos.add(now - before);
      before = now;
    } while (before < end);
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Rate(nanos.size() * units * 1e9 / (before - start), units * 1e9 / sorted[sorted.length / 2]);
  }

  /// Runs all at once, on threads of their own, and adds up their rates.
  static Rate inParallel(TorchRuntime runtime, List<Callable<Rate>> loops, int threads) throws InterruptedException {
    try (ExecutorService pool = Executors.newFixedThreadPool(loops.size(), Thread.ofPlatform().factory())) {
      List<Callable<Rate>> prepared = loops.stream().<Callable<Rate>>map(loop -> () -> {
        runtime.prepareThread(threads);
        return loop.call();
      }).toList();
      Rate sum = new Rate(0, 0);
      for (Future<Rate> loop : pool.invokeAll(prepared)) sum = sum.plus(loop.get());
      return sum;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a measured loop failed", e);
    }
  }

  /// The middle one; of an even number the upper of the two.
  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
