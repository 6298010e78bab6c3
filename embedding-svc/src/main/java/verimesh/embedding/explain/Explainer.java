package verimesh.embedding.explain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import verimesh.chassis.inference.family.BuiltModel.Description;
import verimesh.chassis.inference.family.Variant;
import verimesh.chassis.inference.store.StoredModel;
import verimesh.chassis.inference.torch.FloatTensor;
import verimesh.chassis.inference.torch.TensorInput;
import verimesh.chassis.inference.torch.TorchModel;
import verimesh.chassis.inference.torch.TorchRuntime;
import verimesh.chassis.problem.Problem;
import verimesh.chassis.problem.ProblemException;

/// Makes maps with the plain float32 archive of one model, which it loads when the first map is asked for: gradients cannot
/// pass packed weights. One map at a time, on a thread of its own; a few may wait.
public final class Explainer implements AutoCloseable {
  private static final int WAITING_MAX = 8;
  private static final long CLOSE_SECONDS = 20;

  private final TorchRuntime runtime;
  private final StoredModel stored;
  private final ExecutorService thread;
  private TorchModel model; // only touched on the thread

  public Explainer(TorchRuntime runtime, StoredModel stored) {
    this.runtime = runtime;
    this.stored = stored;
    this.thread = new ThreadPoolExecutor(
        1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING_MAX), Thread.ofPlatform().name("explain").factory(), new ThreadPoolExecutor.AbortPolicy());
  }

  /// A map with its overlay.
  ///
  /// @param png the map over the square that the model saw
  public record Explanation(Heat heat, byte[] png) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Explanation(Heat h, byte[] p) && heat.equals(h) && Arrays.equals(png, p);
    }

    @Override
    public int hashCode() {
      return heat.hashCode();
    }
  }

  /// What this model can be asked for, the best first.
  public List<Method> methods() {
    Description d = stored.description();
    boolean convolutional = d.grid() == 0;
    if (convolutional) return d.classifies() ? List.of(Method.GRAD_CAM_PLUS_PLUS, Method.LAYER_CAM, Method.EIGEN_CAM) : List.of();
    if (d.classifies()) return List.of(Method.DENSE_FEATURES, Method.ATTENTION_ROLLOUT);
    if (d.family().equals("clip")) return List.of(Method.GRADIENT, Method.DENSE_FEATURES, Method.ATTENTION_ROLLOUT);
    return List.of(Method.ATTENTION_ROLLOUT);
  }

  /// Where the picture agrees with a text.
  /// @param pixels uint8 `[size, size, 3]`
  /// @param text unit vector
  /// @param neutral unit vectors of texts that say nothing
  public Explanation text(ByteBuffer pixels, float[] text, List<float[]> neutral, Method method) {
    return run(pixels, method, m -> switch (method) {
      case DENSE_FEATURES -> Maps.dense(m.run("dense", pixels(pixels)).getFirst().values(), text, neutral);
      case GRADIENT -> {
        List<FloatTensor> parts = m.runWithGradients("gradient_parts", pixels(pixels), new TensorInput.Floats(text, 1, text.length));
        yield Maps.gradEclip(parts.get(0).values(), parts.get(1).values(), parts.get(2).values(), parts.get(3).values(), 1);
      }
      case ATTENTION_ROLLOUT -> rollout(m, pixels);
      case GRAD_CAM_PLUS_PLUS, LAYER_CAM, EIGEN_CAM -> throw new IllegalStateException("methods() leaves them out");
    });
  }

  /// Where a label comes from.
  public Explanation label(ByteBuffer pixels, int label, Method method) {
    int labels = stored.description().labels().size();
    return run(pixels, method, m -> switch (method) {
      case DENSE_FEATURES -> {
        float[] tokens = m.run("token_logits", pixels(pixels)).getFirst().values();
        double[] scores = new double[tokens.length / labels];
        // With two or more labels only the difference to the others says anything.
        for (int p = 0; p < scores.length; p++) {
          double others = 0;
          for (int l = 0; l < labels; l++) if (l != label) others += tokens[p * labels + l] / (double) (labels - 1);
          scores[p] = tokens[p * labels + label] - others;
        }
        yield scores;
      }
      case ATTENTION_ROLLOUT -> rollout(m, pixels);
      case GRAD_CAM_PLUS_PLUS, LAYER_CAM, EIGEN_CAM -> {
        List<FloatTensor> parts = m.run("activations", pixels(pixels));
        float[] activations = parts.getFirst().values();
        float[] row = parts.get(1).row(label);
        yield switch (method) {
          case LAYER_CAM -> Maps.layerCam(activations, row);
          case EIGEN_CAM -> Maps.eigenCam(activations, row.length);
          default -> Maps.gradCamPlusPlus(activations, row);
        };
      }
      case GRADIENT -> throw new IllegalStateException("methods() leaves it out");
    });
  }

  @Override
  public void close() throws InterruptedException {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    try {
      thread.execute(() -> {
        if (model != null) model.close();
        closed.complete(null);
      });
    } catch (RejectedExecutionException e) {
      // The queue is full of maps that nobody waits for any more; the process ends anyway.
    }
    thread.shutdown();
    if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) thread.shutdownNow();
  }

  private Explanation run(ByteBuffer pixels, Method method, Function<TorchModel, double[]> work) {
    Set<Method> known = methods().isEmpty() ? EnumSet.noneOf(Method.class) : EnumSet.copyOf(methods());
    if (!known.contains(method)) {
      throw new ProblemException(new Problem.Invalid("FIELD_INVALID", stored.name() + " cannot be explained by " + method + "; it can by " + methods() + "."));
    }
    try {
      return CompletableFuture.supplyAsync(() -> {
        double[] raw = work.apply(loaded());
        int side = stored.description().grid() > 0 ? stored.description().grid() : (int) Math.round(Math.sqrt(raw.length));
        Heat heat = Heat.of(method, raw, side, side);
        return new Explanation(heat, Overlay.png(heat, pixels, stored.input().size()));
      }, thread).join();
    } catch (RejectedExecutionException e) {
      throw new ProblemException(new Problem.Overloaded("QUEUE_FULL", "Maps are made one at a time and " + WAITING_MAX + " wait already.", java.time.Duration.ofSeconds(2)));
    } catch (CompletionException e) {
      if (e.getCause() instanceof ProblemException problem) throw problem;
      throw e;
    }
  }

  private TorchModel loaded() {
    if (model != null) return model;
    Path archive = stored.archive(Variant.PLAIN_F32).orElseThrow(() -> new ProblemException(new Problem.NotSetUp(
        "NO_MODEL", stored.name() + " was imported without plain-f32, which maps need. Import it again with --variant plain-f32 beside the others.")));
    try {
      runtime.prepareThread();
      model = TorchModel.load(runtime, archive, "cpu", true);
      return model;
    } catch (IOException e) {
      throw new IllegalStateException("the archive was loaded when it was imported", e);
    }
  }

  private double[] rollout(TorchModel m, ByteBuffer pixels) {
    FloatTensor maps = m.run("attentions", pixels(pixels)).getFirst(); // [blocks, 1, tokens, tokens]
    int tokens = Math.toIntExact(maps.shape()[2]);
    int patches = stored.description().grid() * stored.description().grid();
    return Maps.rollout(maps.values(), Math.toIntExact(maps.shape()[0]), tokens, tokens - patches);
  }

  private TensorInput.Bytes pixels(ByteBuffer pixels) {
    int size = stored.input().size();
    return new TensorInput.Bytes(pixels.duplicate(), 1, size, size, 3);
  }
}
