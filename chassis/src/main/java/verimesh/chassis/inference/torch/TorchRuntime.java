package verimesh.chassis.inference.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import org.slf4j.LoggerFactory;
import verimesh.chassis.Chassis;

/// The one libtorch of this process. It is set up by properties that DJL reads when its engine starts, so the first call
/// decides and later ones must not ask for something else.
///
/// libtorch crashes when the process ends under a running call, by a signal as well as by `System.exit`. So the end of the
/// process waits here: first for the service to drain, if this process is one, then for the calls in flight; new ones are
/// refused with [EndingException]. A call that does not come back is left behind by halting.
public final class TorchRuntime {
  /// Every call into libtorch passes through here.
  static final CallGate CALLS = new CallGate();
  private static final Duration DRAIN_MAX = Duration.ofMinutes(2); // a service's own bounds are shorter
  private static final Duration CALL_MAX = Duration.ofSeconds(20);
  private static final int TERMINATED = 143; // the exit code of a process that SIGTERM ended

  private static TorchRuntime started;

  private final int threads;

  private TorchRuntime(int threads) {
    this.threads = threads;
  }

  /// Starts libtorch, or returns the one that runs.
  /// @param threads that one forward pass may use inside libtorch, 1 or more; each worker has so many of its own
  /// @throws IOException if the native library is not there
  public static synchronized TorchRuntime start(TorchLibrary library, int threads) throws IOException {
    if (started != null) {
      if (started.threads != threads) throw new IllegalStateException("libtorch runs with " + started.threads + " threads already, not " + threads);
      return started;
    }
    if (!library.isInstalled()) {
      throw new IOException(
          "libtorch " + TorchLibrary.VERSION + " is not in " + library.folder() + ". Run ./mesh models setup, which fetches " + TorchLibrary.ARTIFACT + ".");
    }
    // Threads of OpenMP spin while they wait, by default; on a shared machine that cost seconds for an image that needs a
    // tenth of one. libgomp reads the environment when it is loaded, so it is set in this process before that.
    setEnvironment("OMP_WAIT_POLICY", "PASSIVE");
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("DJL_CACHE_DIR", library.cache().toAbsolutePath().toString());
    // On a machine without a GPU it warns that there is none, each time that it looks.
    if (LoggerFactory.getLogger("ai.djl.util.cuda.CudaUtils") instanceof ch.qos.logback.classic.Logger cudaLog) cudaLog.setLevel(ch.qos.logback.classic.Level.ERROR);
    library.operators().ifPresent(folder -> {
      System.setProperty("PYTORCH_LIBRARY_PATH", folder.toAbsolutePath().toString());
      System.setProperty("PYTORCH_VERSION", TorchLibrary.VERSION);
    });
    // The bridge between Java and libtorch comes in one build for CPUs and one for CUDA 12.8.
    boolean cuda = library.operators().map(folder -> java.nio.file.Files.exists(folder.resolve("libtorch_cuda.so"))).orElse(false);
    System.setProperty("PYTORCH_FLAVOR", cuda ? "cu128" : "cpu");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    // The optimiser specialises on shapes during the first calls of each; without it the first call is as fast as the
    // hundredth, and batch 1 was 5 to 15 % faster.
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    Engine engine = Engine.getEngine("PyTorch");
    if (!engine.getVersion().startsWith(TorchLibrary.VERSION)) {
      throw new IOException("libtorch " + engine.getVersion() + " was loaded; archives are written for " + TorchLibrary.VERSION);
    }
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("libtorch-end").unstarted(TorchRuntime::endCalls));
    started = new TorchRuntime(threads);
    return started;
  }

  private static void endCalls() {
    Chassis.awaitStopped(DRAIN_MAX);
    // Not even an exit hook of libtorch may run while a call is inside.
    if (!CALLS.close(CALL_MAX)) Runtime.getRuntime().halt(TERMINATED);
  }

  /// Threads of one forward pass.
  public int threads() {
    return threads;
  }

  /// Number of CUDA devices that this libtorch can use.
  public int gpus() {
    return Engine.getEngine("PyTorch").getGpuCount();
  }

  /// Settings of libtorch that are kept by thread; every thread that runs models calls this once.
  public void prepareThread() {
    prepareThread(threads);
  }

  /// [#prepareThread] with another number of threads for one forward pass than the process's own: for measuring.
  public void prepareThread(int threadsOfOnePass) {
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setNumThreads(threadsOfOnePass);
  }

  @SuppressWarnings("restricted") // the only way to set a variable of the running process
  private static void setEnvironment(String name, String value) {
    try (Arena arena = Arena.ofConfined()) {
      Linker linker = Linker.nativeLinker();
      MethodHandle setenv =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("setenv"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
      MemorySegment nameText = arena.allocateFrom(name);
      MemorySegment valueText = arena.allocateFrom(value);
      int ignored = (int) setenv.invokeExact(nameText, valueText, 0); // 0: what the operator set stays
    } catch (Throwable e) {
      System.getLogger(TorchRuntime.class.getName()).log(System.Logger.Level.WARNING, "could not set " + name, e);
    }
  }
}
