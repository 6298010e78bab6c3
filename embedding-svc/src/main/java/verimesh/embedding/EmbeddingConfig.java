package verimesh.embedding;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import verimesh.chassis.config.Settings;
import verimesh.chassis.inference.serve.BatchLimits;

/// Settings of embedding-svc, scope `EMBEDDING`.
///
/// @param modelsDir folder of imported models, as `./mesh models import` writes it; unless set, below the user's cache
/// @param libtorch folder of the native library, as `./mesh models setup` fills it; likewise
/// @param clip name of the stored model for that role; empty: the role is not configured
/// @param dinov2 as `clip`
/// @param detector a stored classifier's name, or the path of a head (`.safetensors`) on `clip` or `dinov2`; empty: none
/// @param objects name of a registered object detector; empty: none
/// @param aiLabels the detector's labels that mean "made by a model"; empty: told from their names
/// @param dtype what archives compute in; `AUTO`: bfloat16 where the processor has instructions for it, else float32
/// @param device `auto`, `cpu` or `cuda:N`
/// @param workers platform threads that run models; 0: one a GPU, or as many as there are processors on a CPU
/// @param threads of one forward pass inside libtorch, on a CPU
/// @param limits of the batch queue
/// @param fileBytesMax a longer file is refused with `FILE_TOO_LARGE`, in bytes
/// @param tensorBytesMax more tensor bytes in one call are refused with `TENSOR_TOO_LARGE`
/// @param answerTime for calls that come without a deadline
public record EmbeddingConfig(
    Path modelsDir, Path libtorch, String clip, String dinov2, String detector, String objects, List<String> aiLabels, DtypeChoice dtype, String device,
    int workers, int threads, BatchLimits limits, long fileBytesMax, long tensorBytesMax, Duration answerTime) {
  /// Which of a model's archives is loaded.
  public enum DtypeChoice {
    AUTO,
    FLOAT32,
    BFLOAT16,
    FLOAT16
  }

  public EmbeddingConfig {
    aiLabels = List.copyOf(aiLabels);
  }

  /// Whether any role is configured; without one no class of DJL is loaded.
  public boolean hasModels() {
    return !clip.isEmpty() || !dinov2.isEmpty() || !detector.isEmpty() || !objects.isEmpty();
  }

  public static EmbeddingConfig from(Settings s) {
    Path home = Path.of(System.getProperty("user.home"), ".cache", "verimesh");
    String device = s.text("DEVICE", "auto").strip();
    if (!device.matches("auto|cpu|cuda:[0-9]{1,3}")) s.problem("DEVICE", "is \"" + device + "\"; expected auto, cpu or cuda:N (default auto)");
    return new EmbeddingConfig(
        orElse(s.path("MODELS_DIR", null), home.resolve("models")),
        orElse(s.path("LIBTORCH", null), home.resolve("native")),
        s.text("CLIP", "").strip(),
        s.text("DINOV2", "").strip(),
        s.text("DETECTOR", "").strip(),
        s.text("OBJECTS", "").strip(),
        s.list("AI_LABELS", List.of()),
        s.choice("DTYPE", DtypeChoice.class, DtypeChoice.AUTO),
        device,
        s.integer("WORKERS", 0, 0, 64),
        s.integer("THREADS", 1, 1, 256),
        new BatchLimits(
            s.integer("BATCH_MAX", 16, 1, 512),
            s.duration("BATCH_DELAY", Duration.ofMillis(2)),
            s.integer("QUEUE_MAX", 512, 1, 100_000),
            s.duration("SELF_TEST_EVERY", Duration.ofMinutes(5)),
            s.duration("DRAIN_TIME", Duration.ofSeconds(20))),
        s.bytes("FILE_BYTES_MAX", 32L << 20, 1 << 10, 64L << 20),
        s.bytes("TENSOR_BYTES_MAX", 24L << 20, 1 << 10, 256L << 20),
        s.duration("ANSWER_TIME", Duration.ofSeconds(10)));
  }

  private static Path orElse(Path set, Path otherwise) {
    return set == null ? otherwise : set;
  }
}
